"""The flags of the verbs, each described once."""

from typing import Annotated

from cyclopts import Parameter

_REFERENCE = "Reference to a secret: env:NAME or file:PATH."

Env = Annotated[str, Parameter(name="--env", help="Where to: local or oke.")]
AllowDirty = Annotated[
    bool, Parameter(negative="", help="Take a tree with uncommitted changes even for oke.")
]
Commit = Annotated[str, Parameter(help="The commit's hash; read from git when left out.")]
DryRun = Annotated[bool, Parameter(negative="", help="Print the plan and change nothing.")]
LockTimeout = Annotated[
    float, Parameter(help="Seconds to wait for a deploy that is under way before giving up.")
]
Registry = Annotated[
    str,
    Parameter(help="host[:port][/path] of the images; ghcr.io/OWNER of git's origin by default."),
]
RegistryUsername = Annotated[str, Parameter(help="User of the registry.")]
RegistryPassword = Annotated[str, Parameter(help=f"Password of the registry. {_REFERENCE}")]
Kubeconfig = Annotated[str, Parameter(help=f"Access to the cluster. {_REFERENCE}")]
Url = Annotated[str, Parameter(help="Address of the app; the target's own by default.")]
ImagesJson = Annotated[str, Parameter(help="What `publish --format json` printed.")]
ImageRef = Annotated[str, Parameter(help="One image by digest, repository@sha256:….")]
Values = Annotated[str, Parameter(help="File of chart values laid over the environment's.")]
Revision = Annotated[int | None, Parameter(help="Helm's number of a release.")]
Platform = Annotated[str, Parameter(help="Such as linux/amd64.")]
DatabaseUrl = Annotated[str, Parameter(help=f"postgresql://… of the app. {_REFERENCE}")]
BetterAuthSecret = Annotated[str, Parameter(help=f"Key that signs sessions. {_REFERENCE}")]
CohereApiKey = Annotated[str, Parameter(help=f"Key of the assistant, optional. {_REFERENCE}")]
