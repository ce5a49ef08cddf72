"""What a call of the pipeline can sign with, and its calls of cosign."""

from todo_ci.attestation import cosign
from todo_ci.attestation.cosign import Answer
from todo_ci.core.context import Context
from todo_ci.core.ports import SecretUse, Step
from todo_ci.core.secret_names import signs
from todo_ci.core.steps import require_success
from todo_ci.errors import ToolError


def is_given(context: Context) -> bool:
    """Tell whether this call can sign; what release.toml does not ask for is left unused."""
    return signs().removeprefix("--") in context.secrets


def uses(context: Context) -> tuple[SecretUse, ...]:
    """Return what this call signs with, as far as it was given."""
    return tuple(use for use in cosign.MEANS[signs()] if use.name in context.secrets)


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
