"""The flags of the verbs, each described once."""

from typing import Annotated

from cyclopts import Parameter

from todo_ci import wording

Env = Annotated[str, Parameter(name="--env", help=wording.ENV)]
AllowDirty = Annotated[bool, Parameter(negative="", help=wording.ALLOW_DIRTY)]
Commit = Annotated[str, Parameter(help=wording.COMMIT)]
Component = Annotated[str, Parameter(help=wording.COMPONENT)]
DryRun = Annotated[bool, Parameter(negative="", help=wording.DRY_RUN)]
Lines = Annotated[int, Parameter(help=wording.LINES)]
LockTimeout = Annotated[float, Parameter(help=wording.LOCK_TIMEOUT)]
Registry = Annotated[str, Parameter(help=wording.REGISTRY)]
RegistryUsername = Annotated[str, Parameter(help=wording.REGISTRY_USERNAME)]
RegistryPassword = Annotated[str, Parameter(help=wording.REGISTRY_PASSWORD)]
Kubeconfig = Annotated[str, Parameter(help=wording.KUBECONFIG)]
Owner = Annotated[str, Parameter(help=wording.OWNER)]
OwnUrl = Annotated[str, Parameter(help=wording.OWN_URL)]
OwnKubeconfig = Annotated[str, Parameter(help=wording.OWN_KUBECONFIG)]
Url = Annotated[str, Parameter(help=wording.URL)]
ImagesJson = Annotated[str, Parameter(help=wording.IMAGES_JSON)]
ImageRef = Annotated[str, Parameter(help=wording.IMAGE_REF)]
Values = Annotated[str, Parameter(help=wording.VALUES)]
Revision = Annotated[int | None, Parameter(help=wording.REVISION)]
Platform = Annotated[str, Parameter(help=wording.PLATFORM)]
Platforms = Annotated[str, Parameter(help=wording.PLATFORMS)]
DatabaseUrl = Annotated[str, Parameter(help=wording.DATABASE_URL)]
BetterAuthSecret = Annotated[str, Parameter(help=wording.BETTER_AUTH_SECRET)]
CohereApiKey = Annotated[str, Parameter(help=wording.COHERE_API_KEY)]
KafkaBrokers = Annotated[str, Parameter(help=wording.KAFKA_BROKERS)]
KafkaUsername = Annotated[str, Parameter(help=wording.KAFKA_USERNAME)]
KafkaPassword = Annotated[str, Parameter(help=wording.KAFKA_PASSWORD)]
