"""The flags of the verbs, each described once."""

from typing import Annotated

from cyclopts import Parameter

from todo_ci.entrypoints import help_texts

Env = Annotated[str, Parameter(name="--env", help=help_texts.ENV)]
AllowDirty = Annotated[bool, Parameter(negative="", help=help_texts.ALLOW_DIRTY)]
Commit = Annotated[str, Parameter(help=help_texts.COMMIT)]
Component = Annotated[str, Parameter(help=help_texts.COMPONENT)]
DryRun = Annotated[bool, Parameter(negative="", help=help_texts.DRY_RUN)]
Lines = Annotated[int, Parameter(help=help_texts.LINES)]
LockTimeout = Annotated[float, Parameter(help=help_texts.LOCK_TIMEOUT)]
Registry = Annotated[str, Parameter(help=help_texts.REGISTRY)]
RegistryUsername = Annotated[str, Parameter(help=help_texts.REGISTRY_USERNAME)]
RegistryPassword = Annotated[str, Parameter(help=help_texts.REGISTRY_PASSWORD)]
Kubeconfig = Annotated[str, Parameter(help=help_texts.KUBECONFIG)]
Owner = Annotated[str, Parameter(help=help_texts.OWNER)]
OwnUrl = Annotated[str, Parameter(help=help_texts.OWN_URL)]
OwnKubeconfig = Annotated[str, Parameter(help=help_texts.OWN_KUBECONFIG)]
Url = Annotated[str, Parameter(help=help_texts.URL)]
ImagesJson = Annotated[str, Parameter(help=help_texts.IMAGES_JSON)]
ImageRef = Annotated[str, Parameter(help=help_texts.IMAGE_REF)]
Values = Annotated[str, Parameter(help=help_texts.VALUES)]
Revision = Annotated[int | None, Parameter(help=help_texts.REVISION)]
Platform = Annotated[str, Parameter(help=help_texts.PLATFORM)]
Platforms = Annotated[str, Parameter(help=help_texts.PLATFORMS)]
DatabaseUrl = Annotated[str, Parameter(help=help_texts.DATABASE_URL)]
BetterAuthSecret = Annotated[str, Parameter(help=help_texts.BETTER_AUTH_SECRET)]
CohereApiKey = Annotated[str, Parameter(help=help_texts.COHERE_API_KEY)]
KafkaBrokers = Annotated[str, Parameter(help=help_texts.KAFKA_BROKERS)]
KafkaUsername = Annotated[str, Parameter(help=help_texts.KAFKA_USERNAME)]
KafkaPassword = Annotated[str, Parameter(help=help_texts.KAFKA_PASSWORD)]
