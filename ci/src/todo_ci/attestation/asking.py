"""Ask for what is signed about images, and tell what is not signed from what could not be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from todo_ci.attestation import calling, cosign, signer
from todo_ci.attestation.cosign import Answer
from todo_ci.attestation.signer import Identity, Key, Signer
from todo_ci.core.context import Context
from todo_ci.core.image_refs import shorten
from todo_ci.core.ports import Step
from todo_ci.errors import InputError, ToolError

_SIGSTORE = (
    "let this machine reach tuf-repo-cdn.sigstore.dev, where the public Sigstore says whom to "
    "trust; or name signing.sigstore in release.toml"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Say of which kind statements are, and whose login their registry takes.

    Args:
        kind: the predicate's type, as cosign takes it.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
    """

    kind: str
    registry: str
    username: str


async def ask(context: Context, refs: Sequence[str], place: Place) -> list[Answer]:
    """Return what cosign says of the statements about images, in their order.

    Args:
        context: the ports and the target.
        refs: images by digest.
        place: the kind of the statements, and whose login their registry takes.

    Raises:
        InputError: for a public key or a trusted root that cosign cannot use.
        ToolError: naming the image of which that could not be looked at.
    """
    if not refs:
        return []
    answers = await calling.ask(context, _looking(context, refs, place))
    if broken := next(filter(cosign.is_unusable, answers), None):
        raise _unusable(signer.named(), broken.said)
    for ref, answer in zip(refs, answers, strict=True):
        if answer.exit and not cosign.is_refusal(answer):
            raise ToolError(
                f"cannot look for signatures of {shorten(ref)}: {answer.said}",
                next_step=_SIGSTORE
                if "TUF" in answer.said
                else _way_to(ref.partition("/")[0], place.registry.partition("/")[0]),
            )
    return answers


async def read(context: Context, refs: Sequence[str], place: Place) -> Mapping[str, Sequence[str]]:
    """Return what was signed about each image by who is to; nothing where cosign finds none.

    Raises:
        InputError, ToolError: as `ask` does, so that an answer that is missing is none of "no".
    """
    answers = await ask(context, refs, place)
    return {ref: cosign.statements(it.stdout) for ref, it in zip(refs, answers, strict=True)}


def _looking(context: Context, images: Sequence[str], place: Place) -> Step:
    """Plan to ask what was signed about each image by who is to, as ``release.toml`` says."""
    who, to = signer.named(), context.target
    return cosign.step(
        who,
        [cosign.verify_attestation(who, to, image, place.kind) for image in images],
        registry=place.registry,
        username=place.username,
    )


def _unusable(who: Signer, said: str) -> InputError:
    match who:
        case Key():
            return InputError(
                f"cosign cannot use signing.public-key of release.toml: {said}",
                accepted="the whole text of cosign.pub, with its lines as they are",
                next_step="cosign public-key --key cosign.key prints it",
            )
        case Identity(sigstore=folder):
            return InputError(
                f"cosign cannot use trusted_root.json in {folder}, signing.sigstore of "
                f"release.toml: {said}",
                accepted="what cosign trusted-root create writes",
                next_step="cosign trusted-root create --help says what it is made from",
            )


def _way_to(host: str, login: str) -> str:
    """Say what to look at where a registry gave no answer."""
    if host != login:
        return f"the login is for {login} alone: name the images' own registry, --registry {host}/…"
    return (
        f"check that {host} is up and that --registry-username and --registry-password are right "
        "for it"
    )
