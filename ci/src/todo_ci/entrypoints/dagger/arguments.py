"""The arguments that only an engine has: secrets, files, services, directories, the clone."""

from typing import Annotated

import dagger
from dagger import DefaultPath, Doc, Ignore, Name

from todo_ci.entrypoints import help_texts

# What may be missing has no default: the engine's command would send it, over that of .env.
_Secret = dagger.Secret | None
RegistryPassword = Annotated[_Secret, Doc(help_texts.REGISTRY_PASSWORD)]
Kubeconfig = Annotated[_Secret, Doc(help_texts.KUBECONFIG)]
FromKubeconfig = Annotated[_Secret, Doc(help_texts.FROM_KUBECONFIG)]
PromoteFrom = Annotated[str, Name("from"), Doc(help_texts.PROMOTE_FROM)]
SigningKey = Annotated[_Secret, Doc(help_texts.SIGNING_KEY)]
SigningPassword = Annotated[_Secret, Doc(help_texts.SIGNING_PASSWORD)]
IdentityToken = Annotated[_Secret, Doc(help_texts.IDENTITY_TOKEN)]
Keys = Annotated[_Secret, Doc(help_texts.KEYS)]
Api = Annotated[dagger.Service | None, Doc(help_texts.API)]
Values = Annotated[dagger.File | None, Doc(help_texts.VALUES)]
DatabaseUrl = Annotated[_Secret, Doc(help_texts.DATABASE_URL)]
BetterAuthSecret = Annotated[_Secret, Doc(help_texts.BETTER_AUTH_SECRET)]
CohereApiKey = Annotated[_Secret, Doc(help_texts.COHERE_API_KEY)]
KafkaPassword = Annotated[_Secret, Doc(help_texts.KAFKA_PASSWORD)]

# Each list names what is taken, so that a change elsewhere uploads and re-runs nothing. Plain
# names, not `**`: a folder that no name can match is not even walked.
BACKEND = [
    "*", "!*.py", "!todo", "!*.md", "!pyproject.toml", "!*.lock", "!openapi.json", "!Dockerfile",
    "!.dockerignore", "!.gitignore", "!bench", "!cli", "!evaluation", "!migrations", "!models",
    "!repositories", "!routes", "!schemas", "!services", "!tests",
    "**/__pycache__",
]  # fmt: skip
FRONTEND = [
    "*", "!*.ts", "!*.json", "!*.mjs", "!*.md", "!Dockerfile", "!.dockerignore", "!.gitignore",
    "!app", "!components", "!e2e", "!hooks", "!lib", "!tests",
]  # fmt: skip
CI = [
    "*", "!own", "!src", "!tests", "!*.md", "!pyproject.toml", "!*.lock", "!*.in", "!.gitignore",
    "**/__pycache__",
]  # fmt: skip
INFRA = [
    "*", "!do", "!.ci", "!.github", "!infra", "infra/helm/todo-app",
    "!docs", "docs/*", "!docs/tests", "!docs/ruff.toml",
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
ReleaseFile = Annotated[
    dagger.File, DefaultPath("/release.toml"), Doc("The app: names, components, environments.")
]
# An argument that may be missing cannot leave anything out of what is uploaded; one with a default
# can. So this default stands for none.
Source = Annotated[
    dagger.Directory,
    DefaultPath("/ci/own"),
    Ignore(["**/node_modules", "**/.venv", "**/.env"]),
    Doc(
        "The clone of another app, instead of this repository: its release.toml says what is in it."
    ),
]
Project = Annotated[str, Doc("Where the release.toml is, below --source.")]
OwnImages = Annotated[str, Doc(help_texts.OWN_IMAGES)]
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
