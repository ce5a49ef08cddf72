"""Who signs images and verdicts, as ``release.toml`` names them."""

from typing import Annotated

from msgspec import Meta

from todo_ci.project.fields import Identity, Issuer, Path, PublicKey, Table

GITHUB = "https://token.actions.githubusercontent.com"


class Signing(Table, frozen=True):
    """Who signs images and verdicts: a key or an identity, whose proof is given to a verb."""

    public_key: Annotated[
        PublicKey, Meta(description="The public half of a key; its other half is --signing-key.")
    ] = ""
    identity: Annotated[
        Identity,
        Meta(
            description="Instead of a key, whom an issuer vouches for, such as a workflow of "
            "GitHub; between ^ and $ a regular expression. Who signs gives --identity-token."
        ),
    ] = ""
    issuer: Annotated[
        Issuer, Meta(description="Who vouches for that identity; left out, GitHub does.")
    ] = GITHUB
    sigstore: Annotated[
        Path,
        Meta(
            description="Folder of a Sigstore of one's own: trusted_root.json, as cosign "
            "trusted-root create writes it, and signing_config.json, as cosign signing-config "
            "create does. Left out, it is the public one."
        ),
    ] = ""
    reuse_days: Annotated[
        int,
        Meta(
            description="For so many days an image that was signed is taken as it is while nothing "
            "changes that it is made from; then it is built again, for what RUN lines install "
            "ages. 0 builds each time.",
            ge=0,
            le=365,
        ),
    ] = 30

    @property
    def flag(self) -> str:
        """Name the flag by which a call is given what it signs with."""
        return "--identity-token" if self.identity else "--signing-key"
