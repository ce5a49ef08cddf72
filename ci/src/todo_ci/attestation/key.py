"""The key that signs, its public half, and cosign, which both are for."""

from todo_ci.attestation import cosign
from todo_ci.attestation.cosign import Answer
from todo_ci.core.context import Context
from todo_ci.core.ports import SecretUse, Step
from todo_ci.core.steps import require_success
from todo_ci.errors import InputError, ToolError
from todo_ci.project.current import project


def is_given(context: Context) -> bool:
    """Tell whether this call can sign."""
    return cosign.KEY.name in context.secrets


def uses(context: Context) -> tuple[SecretUse, ...]:
    """Return the key and its password, as far as they were given."""
    known = (cosign.KEY, cosign.KEY_PASSWORD)
    return tuple(use for use in known if use.name in context.secrets)


def public_half() -> str:
    """Return the key of ``release.toml``.

    Raises:
        InputError: where it names none.
    """
    signing = project().signing
    if signing is None:
        raise InputError(
            "release.toml names no key that signs",
            accepted="a table [signing] with public-key",
            next_step="put the text of cosign.pub there",
        )
    # As PEM wants it, however far the file indents it.
    return "".join(f"{line.strip()}\n" for line in signing.public_key.strip().splitlines())


async def ask(context: Context, step: Step) -> list[Answer]:
    """Run calls of cosign.

    Raises:
        ToolError: where none was run.
    """
    answers = cosign.parse(require_success(await context.shell.run(step), "cosign").stdout)
    if any(answer.is_absent for answer in answers):
        raise ToolError(
            "there is no cosign on PATH: nothing can be signed or asked for without it",
            next_step="install cosign 3, then the same command again",
        )
    return answers
