"""References to a secret or a file on the command line: ``env:NAME``, ``file:PATH``, a path."""

from typing import Annotated

from cyclopts import Parameter

from todo_ci.entrypoints import help_texts

RegistryPassword = Annotated[str, Parameter(help=help_texts.REGISTRY_PASSWORD)]
Kubeconfig = Annotated[str, Parameter(help=help_texts.KUBECONFIG)]
FromKubeconfig = Annotated[str, Parameter(help=help_texts.FROM_KUBECONFIG)]
PromoteFrom = Annotated[str, Parameter(name="--from", help=help_texts.PROMOTE_FROM)]
SigningKey = Annotated[str, Parameter(help=help_texts.SIGNING_KEY)]
SigningPassword = Annotated[str, Parameter(help=help_texts.SIGNING_PASSWORD)]
IdentityToken = Annotated[str, Parameter(help=help_texts.IDENTITY_TOKEN)]
Keys = Annotated[str, Parameter(help=help_texts.KEYS)]
Values = Annotated[str, Parameter(help=help_texts.VALUES)]
DatabaseUrl = Annotated[str, Parameter(help=help_texts.DATABASE_URL)]
BetterAuthSecret = Annotated[str, Parameter(help=help_texts.BETTER_AUTH_SECRET)]
CohereApiKey = Annotated[str, Parameter(help=help_texts.COHERE_API_KEY)]
KafkaPassword = Annotated[str, Parameter(help=help_texts.KAFKA_PASSWORD)]
