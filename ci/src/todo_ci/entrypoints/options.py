"""The flags that both front ends take, each declared once: text, numbers and switches."""

from typing import Annotated

from cyclopts import Parameter
from typing_extensions import Doc

from todo_ci.entrypoints import help_texts

# Text, not an enum: the engine takes one of those from .env as JSON alone.
Env = Annotated[str, Doc(help_texts.ENV), Parameter(name="--env", help=help_texts.ENV)]
AllowDirty = Annotated[
    bool, Doc(help_texts.ALLOW_DIRTY), Parameter(negative="", help=help_texts.ALLOW_DIRTY)
]
AllowHttp = Annotated[
    bool, Doc(help_texts.ALLOW_HTTP), Parameter(negative="", help=help_texts.ALLOW_HTTP)
]
AllowUnverifiedDatabase = Annotated[
    bool,
    Doc(help_texts.ALLOW_UNVERIFIED_DATABASE),
    Parameter(negative="", help=help_texts.ALLOW_UNVERIFIED_DATABASE),
]
Commit = Annotated[str, Doc(help_texts.COMMIT), Parameter(help=help_texts.COMMIT)]
Component = Annotated[str, Doc(help_texts.COMPONENT), Parameter(help=help_texts.COMPONENT)]
Database = Annotated[str, Doc(help_texts.DATABASE), Parameter(help=help_texts.DATABASE)]
DryRun = Annotated[bool, Doc(help_texts.DRY_RUN), Parameter(negative="", help=help_texts.DRY_RUN)]
ExitCode = Annotated[
    bool, Doc(help_texts.EXIT_CODE), Parameter(negative="", help=help_texts.EXIT_CODE)
]
Holder = Annotated[str, Doc(help_texts.HOLDER), Parameter(help=help_texts.HOLDER)]
Keep = Annotated[bool, Doc(help_texts.KEEP), Parameter(negative="", help=help_texts.KEEP)]
Lines = Annotated[int, Doc(help_texts.LINES), Parameter(help=help_texts.LINES)]
LockTimeout = Annotated[
    float, Doc(help_texts.LOCK_TIMEOUT), Parameter(help=help_texts.LOCK_TIMEOUT)
]
Rate = Annotated[float, Doc(help_texts.RATE), Parameter(help=help_texts.RATE)]
Registry = Annotated[str, Doc(help_texts.REGISTRY), Parameter(help=help_texts.REGISTRY)]
RegistryUsername = Annotated[
    str, Doc(help_texts.REGISTRY_USERNAME), Parameter(help=help_texts.REGISTRY_USERNAME)
]
Owner = Annotated[str, Doc(help_texts.OWNER), Parameter(help=help_texts.OWNER)]
OwnUrl = Annotated[str, Doc(help_texts.OWN_URL), Parameter(help=help_texts.OWN_URL)]
OwnKubeconfig = Annotated[
    str, Doc(help_texts.OWN_KUBECONFIG), Parameter(help=help_texts.OWN_KUBECONFIG)
]
Url = Annotated[str, Doc(help_texts.URL), Parameter(help=help_texts.URL)]
ImagesJson = Annotated[str, Doc(help_texts.IMAGES_JSON), Parameter(help=help_texts.IMAGES_JSON)]
ImageRef = Annotated[str, Doc(help_texts.IMAGE_REF), Parameter(help=help_texts.IMAGE_REF)]
Revision = Annotated[int | None, Doc(help_texts.REVISION), Parameter(help=help_texts.REVISION)]
Platform = Annotated[str, Doc(help_texts.PLATFORM), Parameter(help=help_texts.PLATFORM)]
Platforms = Annotated[str, Doc(help_texts.PLATFORMS), Parameter(help=help_texts.PLATFORMS)]
KafkaBrokers = Annotated[
    str, Doc(help_texts.KAFKA_BROKERS), Parameter(help=help_texts.KAFKA_BROKERS)
]
KafkaUsername = Annotated[
    str, Doc(help_texts.KAFKA_USERNAME), Parameter(help=help_texts.KAFKA_USERNAME)
]

PromoteTo = Annotated[str, Doc(help_texts.PROMOTE_TO), Parameter(help=help_texts.PROMOTE_TO)]
ReportOnly = Annotated[
    bool, Doc(help_texts.REPORT_ONLY), Parameter(negative="", help=help_texts.REPORT_ONLY)
]

PreviewName = Annotated[str, Doc(help_texts.PREVIEW_NAME), Parameter(help=help_texts.PREVIEW_NAME)]

OF_SECRETS = (
    "database-url",
    "better-auth-secret",
    "cohere-api-key",
    "kafka-brokers",
    "kafka-username",
    "kafka-password",
)
"""The flags of `secrets` that give a key of a Secret."""
