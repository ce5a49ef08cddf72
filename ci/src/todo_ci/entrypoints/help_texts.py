"""The meaning of each flag, in the words that both doors show."""

_REFERENCE = "Reference to a secret: env:NAME or file:PATH."

ALLOW_DIRTY = "Take a tree with uncommitted changes wherever it goes."
ALLOW_HTTP = "Take an http address where the environment asks for https."
ALLOW_UNVERIFIED_DATABASE = (
    "Take a database whose certificate nobody checks, where the environment asks for it."
)
API = "The cluster's API where only this machine reaches it, as with kind or k3d: tcp://127.0.0.1:PORT."
BETTER_AUTH_SECRET = f"Key that signs sessions. {_REFERENCE}"
COHERE_API_KEY = f"Key of the assistant, optional. {_REFERENCE}"
COMMIT = "The commit's hash; read from git when left out."
COMPONENT = "One component of release.toml; all when left out."
DATABASE = (
    "Where the advisories are, https://HOST/PATH or file:///FOLDER with ECOSYSTEM/all.zip below; "
    "scan.database of release.toml by default."
)
DATABASE_URL = f"postgresql://… of the app. {_REFERENCE}"
DRY_RUN = "Print the plan and change nothing."
ENV = "Where to: an environment of release.toml; the first of them where it may be left out."
EXIT_CODE = (
    "End with 0 where a deploy would change nothing and nobody added what it would leave, 1 where "
    "it is not so, 2 where that could not be seen; a call of an engine fails for either."
)
FROM_KUBECONFIG = (
    "Access to the cluster of the environment that is rehearsed, which is only read; --kubeconfig "
    f"where it is left out. {_REFERENCE}"
)
HOLDER = "Who holds the deploy lock, as others are told; you@machine, or the run on GitHub."
IDENTITY_TOKEN = (
    "What vouches for who signs, where release.toml names an identity: a JWT for the audience "
    "sigstore, or a job's ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN, a line each. "
    f"{_REFERENCE}"
)
IMAGE_REF = "One image by digest, repository@sha256:…."
IMAGES_JSON = "What publish printed as JSON."
KAFKA_BROKERS = "Addresses of Kafka's brokers, host:port[,host:port]."
KAFKA_PASSWORD = f"Password of Kafka's user. {_REFERENCE}"
KAFKA_USERNAME = "User of Kafka (SASL)."
KEEP = "Leave what was rehearsed last where it is."
KEYS = (
    "Values of the Secrets' keys in release.toml, as lines of NAME=VALUE or one JSON object; "
    f"PULL_PASSWORD is the nodes' login. {_REFERENCE}"
)
KUBECONFIG = f"Access to the cluster. {_REFERENCE}"
LINES = "How many last lines of each container."
LOCK_TIMEOUT = "Seconds to wait for a deploy that is under way before giving up."
OWN_IMAGES = (
    "NAME:TAG[,NAME:TAG…] of base and tool images that the engine's mirror has of its own: taken "
    "by tag, as no digest of others fits."
)
OWN_KUBECONFIG = "File that infra/oke/kubeconfig.sh writes."
OWN_URL = "Where the app will answer, such as https://todo.example.com."
OWNER = "Of the repository on GitHub and of the images; that of git's origin by default."
PLATFORM = "Such as linux/amd64."
PLATFORMS = "Such as linux/amd64,linux/arm64; those of the environment by default."
PREVIEW_NAME = (
    "Of the preview, such as pr-12; without one, `unpreview` removes those over their age."
)
PROJECT = "Folder of another app, with its release.toml; that around this folder by default."
RATE = "Requests a second, at most, while the release is changed."
REGISTRY = (
    "host[:port][/path] of the images; that of the environment in release.toml by default, or "
    "ghcr.io/OWNER of git's origin."
)
REGISTRY_PASSWORD = f"Password of the registry. {_REFERENCE}"
REGISTRY_USERNAME = "User of the registry."
PROMOTE_FROM = "The environment it passed in; the one before the target by default."
PROMOTE_TO = "The environment that it goes to."
REPORT_ONLY = "Return a failure as a result whose `passed` is false, and end well."
REVISION = "Helm's number of a release."
SIGNING_KEY = f"What signs images, SBOMs and verdicts: cosign.key, optional. {_REFERENCE}"
SIGNING_PASSWORD = f"Password of that key, where it has one. {_REFERENCE}"
URL = "Address people open, where sign-in works; the target's own by default."
VALUES = "File of chart values laid over the environment's."
