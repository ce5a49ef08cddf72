"""The module's flags and directories: the same words as the command's flags, as engine types."""

from typing import Annotated

import dagger
from dagger import DefaultPath, Doc, Ignore, Name

from todo_ci import wording

# What may be missing has no default: the engine's command would send it, over that of .env.
_Secret = dagger.Secret | None
# Text, not an engine's enum: .env could only give that as JSON, which the command would not read.
Env = Annotated[str, Doc(wording.ENV)]
AllowDirty = Annotated[bool, Doc(wording.ALLOW_DIRTY)]
Commit = Annotated[str, Doc(wording.COMMIT)]
Component = Annotated[str, Doc(wording.COMPONENT)]
DryRun = Annotated[bool, Doc(wording.DRY_RUN)]
Lines = Annotated[int, Doc(wording.LINES)]
LockTimeout = Annotated[float, Doc(wording.LOCK_TIMEOUT)]
Registry = Annotated[str, Doc(wording.REGISTRY)]
RegistryUsername = Annotated[str, Doc(wording.REGISTRY_USERNAME)]
RegistryPassword = Annotated[_Secret, Doc(wording.REGISTRY_PASSWORD)]
Kubeconfig = Annotated[_Secret, Doc(wording.KUBECONFIG)]
Api = Annotated[dagger.Service | None, Doc(wording.API)]
Owner = Annotated[str, Doc(wording.OWNER)]
OwnUrl = Annotated[str, Doc(wording.OWN_URL)]
OwnKubeconfig = Annotated[str, Doc(wording.OWN_KUBECONFIG)]
Url = Annotated[str, Doc(wording.URL)]
ImagesJson = Annotated[str, Doc(wording.IMAGES_JSON)]
ImageRef = Annotated[str, Doc(wording.IMAGE_REF)]
Values = Annotated[dagger.File | None, Doc(wording.VALUES)]
Revision = Annotated[int | None, Doc(wording.REVISION)]
Platform = Annotated[str, Doc(wording.PLATFORM)]
Platforms = Annotated[str, Doc(wording.PLATFORMS)]
DatabaseUrl = Annotated[_Secret, Doc(wording.DATABASE_URL)]
BetterAuthSecret = Annotated[_Secret, Doc(wording.BETTER_AUTH_SECRET)]
CohereApiKey = Annotated[_Secret, Doc(wording.COHERE_API_KEY)]
KafkaBrokers = Annotated[str, Doc(wording.KAFKA_BROKERS)]
KafkaUsername = Annotated[str, Doc(wording.KAFKA_USERNAME)]
KafkaPassword = Annotated[_Secret, Doc(wording.KAFKA_PASSWORD)]

# Each list names what is taken, so that a change elsewhere uploads and re-runs nothing. Plain
# names, not `**`: a folder that no name can match is not even walked.
BACKEND = [
    "*", "!*.py", "!todo", "!*.md", "!pyproject.toml", "!*.lock", "!openapi.json", "!Dockerfile",
    "!.dockerignore", "!.gitignore", "!bench", "!evaluation", "!migrations", "!models",
    "!repositories", "!routes", "!schemas", "!services", "!tests",
    "**/__pycache__",
]  # fmt: skip
FRONTEND = [
    "*", "!*.ts", "!*.json", "!*.mjs", "!*.md", "!Dockerfile", "!.dockerignore", "!.gitignore",
    "!app", "!components", "!e2e", "!hooks", "!lib", "!tests",
]  # fmt: skip
CI = [
    "*", "!src", "!tests", "!*.md", "!pyproject.toml", "!*.lock", "!*.in", "!.gitignore",
    "**/__pycache__",
]  # fmt: skip
INFRA = [
    "*", "!do", "!.ci", "!.github", "!infra", "infra/helm/todo-app",
    "**/__pycache__", "**/.*_cache",
]  # fmt: skip

Backend = Annotated[
    dagger.Directory, DefaultPath("/backend"), Ignore(BACKEND), Doc("The backend's sources.")
]
Frontend = Annotated[
    dagger.Directory, DefaultPath("/frontend"), Ignore(FRONTEND), Doc("The frontend's sources.")
]
Chart = Annotated[
    dagger.Directory, Name("chart"), DefaultPath("/infra/helm/todo-app"), Doc("The Helm chart.")
]
Ci = Annotated[
    dagger.Directory,
    Name("ci"),
    DefaultPath("/ci"),
    Ignore(CI),
    Doc("The pipeline's own sources."),
]
Infra = Annotated[
    dagger.Directory, DefaultPath("/"), Ignore(INFRA), Doc("Scripts, workflow, infra/: for lint.")
]
Git = Annotated[
    dagger.GitRepository, DefaultPath("/.git"), Doc("The repository that names the commit.")
]
Example = Annotated[
    dagger.File, DefaultPath("/.env.example"), Doc("The example of default arguments.")
]
GitConfig = Annotated[
    dagger.Directory,
    DefaultPath("/.git"),
    Ignore(["*", "!config"]),
    Doc("Its configuration, which names the origin."),
]
