"""Build the lab's programs from Go modules, each once for the same sources and the same Go."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from todo_lab import file_locks, paths, versions
from todo_lab.build import go_patches, go_toolchain
from todo_lab.build.cache_keys import cache_key, tree_key
from todo_lab.errors import LabError
from todo_lab.progress import Progress

GATEWAY_API = "sigs.k8s.io/gateway-api"

_KUBE_VERSIONS = (
    f"-X k8s.io/component-base/version.gitVersion=v{versions.KUBERNETES} "
    f"-X k8s.io/component-base/version.gitMajor={versions.KUBERNETES.split('.')[0]} "
    f"-X k8s.io/component-base/version.gitMinor={versions.KUBERNETES.split('.')[1]} "
    "-X k8s.io/component-base/version.gitTreeState=clean "
    f"-X helm.sh/helm/v4/internal/version.version=v{versions.HELM}"
)


@dataclass(frozen=True)
class Tool:
    """One binary: where its source is and the names it is called by.

    Attributes:
        name: of the binary.
        title: what a person reads while it is built.
        module: folder below infra/lab/tools.
        package: what `go build` builds in it.
        ldflags: version strings for the linker.
        programs: further names of the binary, as links beside it.
    """

    name: str
    title: str
    module: str
    package: str
    ldflags: str = ""
    programs: tuple[str, ...] = ()


KUBE = Tool(
    "kube",
    "Kubernetes and etcd from source",
    "kube",
    ".",
    _KUBE_VERSIONS,
    (
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-proxy",
        "kube-scheduler",
        "kubelet",
    ),
)
KUBECTL_TOOL = Tool("kubectl", "kubectl from source", "kube", "./kubectl", _KUBE_VERSIONS)
HELM_TOOL = Tool("helm", "helm from source", "kube", "./helm", _KUBE_VERSIONS)
COREDNS_TOOL = Tool("coredns", "CoreDNS from source", "kube", "./coredns")
PAUSE_TOOL = Tool("pause", "pause from source", "kube", "./pause")
TRAEFIK_TOOL = Tool(
    "traefik",
    "Traefik from source",
    "traefik",
    "github.com/traefik/traefik/v3/cmd/traefik",
    f"-X github.com/traefik/traefik/v3/pkg/version.Version={versions.TRAEFIK}",
)
DAPR_TOOL = Tool(
    "dapr",
    "Dapr from source",
    "dapr",
    ".",
    f"-X {go_patches.DAPR_MODULE}/pkg/buildinfo.version={versions.DAPR} "
    f"-X github.com/dapr/kit/logger.DaprVersion={versions.DAPR}",
    ("daprd", "injector", "operator", "placement", "scheduler", "sentry"),
)
# Its own main package registers the key stores of four clouds and takes 330 CPU seconds, not 120.
COSIGN_TOOL = Tool(
    "cosign",
    "cosign from source",
    "cosign",
    ".",
    f"-X sigs.k8s.io/release-utils/version.gitVersion=v{versions.COSIGN} "
    "-X sigs.k8s.io/release-utils/version.gitTreeState=clean",
)
LAB_TOOLS = (
    KUBE,
    KUBECTL_TOOL,
    HELM_TOOL,
    PAUSE_TOOL,
    COREDNS_TOOL,
    TRAEFIK_TOOL,
    DAPR_TOOL,
    COSIGN_TOOL,
)
_PEBBLE = "github.com/letsencrypt/pebble/v2/cmd/"
# For tests alone: Let's Encrypt's own small authority, and the names that it asks for.
TEST_TOOLS = (
    Tool("pebble", "Pebble from source", "pebble", f"{_PEBBLE}pebble"),
    Tool(
        "pebble-challtestsrv",
        "Pebble's names from source",
        "pebble",
        f"{_PEBBLE}pebble-challtestsrv",
    ),
)

_TRIMMED = {
    "cosign": go_patches.without_clouds,
    "dapr": go_patches.with_few_components,
    "traefik": go_patches.without_dns_providers,
}


def key(tool: Tool, source: Path, go_version: str) -> str:
    """Return the key of `tool` built from the module in `source` by `go_version`.

    The whole module counts, not only the package: go.mod decides what the package links.
    """
    return cache_key(tree_key(source), go_version, tool.package, tool.ldflags)


def folder(tool: Tool) -> Path:
    """Return the folder that holds the binary of `tool` once it is built."""
    source = paths.TOOLS / tool.module
    return paths.BINARIES / f"{tool.name}-{key(tool, source, go_toolchain.version(source))}"


def built(tool: Tool) -> bool:
    """Tell whether `tool` is in the cache; false also when there is no Go to say which one."""
    try:
        return folder(tool).is_dir()
    except LabError:
        return False


def ensure(tool: Tool, progress: Progress) -> Path:
    """Return the binary of `tool`, building it only when the cache has none for its sources.

    Raises:
        LabError: Go is missing or refuses; the message ends with its last lines.
    """
    target = folder(tool)
    if not target.is_dir():
        with file_locks.hold(
            paths.BUILD_LOCKS / f"{tool.name}.lock",
            lambda: progress.say(f"{tool.title}: waiting for another command that builds it"),
        ):
            if not target.is_dir():
                with progress.step(tool.title):
                    _build(tool, target)
    return target / tool.name


def _build(tool: Tool, target: Path) -> None:
    """Build into a draft folder and rename it: a folder in the cache is always whole."""
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    source = paths.TOOLS / tool.module
    if trimmed := _TRIMMED.get(tool.module):
        source = trimmed(source, draft / "source")
    argv = ["build", "-ldflags", f"-s -w {tool.ldflags}", "-o", str(draft / tool.name)]
    go_toolchain.run([*argv, tool.package], source, paths.BUILD_LOGS / f"{tool.name}.log")
    shutil.rmtree(draft / "source", ignore_errors=True)
    for program in tool.programs:
        (draft / program).symlink_to(tool.name)
    draft.rename(target)


def programs(tool: Tool) -> dict[str, Path]:
    """Return every name that the built binary of `tool` is called by."""
    return {name: folder(tool) / name for name in (tool.name, *tool.programs)}


def gateway_crds(progress: Progress) -> Path:
    """Return a folder with the custom resources of the Gateway API that Traefik was built with.

    It is a copy out of the module cache, which may be pruned at any time.
    """
    target = folder(TRAEFIK_TOOL).with_name(folder(TRAEFIK_TOOL).name + "-gateway-crds")
    if target.is_dir():
        return target
    with file_locks.hold(paths.BUILD_LOCKS / "gateway-crds.lock"):
        if not target.is_dir():
            with progress.step("Gateway API resources"):
                module = go_patches.download(GATEWAY_API, paths.TOOLS / "traefik")
                draft = target.with_name(target.name + ".draft")
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir(parents=True)
                for crd in (module / "config" / "crd" / "standard").glob("*.yaml"):
                    shutil.copyfile(crd, draft / crd.name)  # not its read-only mode
                draft.rename(target)
    return target
