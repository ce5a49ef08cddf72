"""Who signs: the holder of a key, or an identity that an issuer vouches for."""

from dataclasses import dataclass

from todo_ci.core.secret_names import signs
from todo_ci.errors import InputError
from todo_ci.project.current import project


@dataclass(frozen=True, slots=True)
class Key:
    """Name the holder of a key, by its public half as PEM."""

    public: str

    def __str__(self) -> str:
        """Say who it is."""
        return "the key of release.toml"


@dataclass(frozen=True, slots=True)
class Identity:
    """Name whom an issuer vouches for.

    Args:
        name: as a certificate has it; between ``^`` and ``$`` a regular expression.
        issuer: of the tokens that certificates are given for.
        sigstore: folder of a Sigstore of one's own; empty for the public one.
    """

    name: str
    issuer: str
    sigstore: str = ""

    @property
    def expression(self) -> str:
        """Return what a whole name has to match; empty for one that is named exactly.

        A search is what cosign does with it, so of ``^a|b$`` each half would be open at one end.
        """
        return f"^(?:{self.name})$" if self.name.startswith("^") else ""

    def __str__(self) -> str:
        """Say who it is."""
        return f"{self.name} of {self.issuer}, as release.toml asks"


Signer = Key | Identity


def named() -> Signer:
    """Return who signs by ``release.toml``.

    Raises:
        InputError: where it names nobody.
    """
    signing = project().signing
    if signing is None:
        raise InputError(
            f"{signs()} was given, and release.toml names nobody who signs",
            accepted="a table [signing] with public-key or identity",
            next_step="put the text of cosign.pub there",
        )
    if signing.identity:
        return Identity(signing.identity, signing.issuer, signing.sigstore)
    # As PEM wants it, however far the file indents it.
    return Key("".join(f"{line.strip()}\n" for line in signing.public_key.strip().splitlines()))
