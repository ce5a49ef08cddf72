"""The chart's checks, its package, and its way to a registry."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace

from todo_ci.cluster import helm
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.steps import NamedStep
from todo_ci.environments import Target, targets
from todo_ci.environments import target as named
from todo_ci.project.current import namespace, project, release_name
from todo_ci.scripts import source, sources

NAME = "chart"
PACKAGED = "packaged.tgz"


def check() -> list[NamedStep]:
    """Plan lint and rendering for every environment's values, and the package.

    What is rendered must run each component's image by digest, and say which pods are whose.
    """
    plan: list[NamedStep] = []
    images = _some_images()
    for it in targets():
        # What a preview alone is given, its chart may want.
        target = named(f"{it.environment}/pr-1") if it.previews else it
        files = helm.value_files(images, target.url or helm.ANY_URL, own=target.values)
        render = helm.template(target, overlay=False)
        plan += [
            NamedStep(f"chart: lint {target.environment}", _step(*helm.lint(target), files=files)),
            NamedStep(
                f"chart: render {target.environment}",
                _rendering(render, images, files),
                f"correct the chart; {_typed(target)} shows what it makes",
            ),
        ]
    return [*plan, NamedStep("chart: package", package())]


def _typed(target: Target) -> str:
    """Write a rendering as a person types it: of the chart where it lies, without our images."""
    folder = project().release.chart
    given = {**target.values, **helm.url_values(target.url or helm.ANY_URL)}
    argv = ["helm", "template", release_name(), folder, "--namespace", namespace()]
    argv += ["--values", f"{folder}/{target.values_file}"]
    for path, value in given.items():
        argv += ["--set-json", f"{path}={json.dumps(value)}"]
    return shlex.join(argv)


def _some_images() -> ImageRefs:
    """Make up an image of each component, as publish would name it."""
    components = enumerate(project().components.items(), 1)
    return ImageRefs(
        {name: f"registry.example/{it.image}@sha256:{turn:064x}" for turn, (name, it) in components}
    )


def _rendering(render: tuple[str, ...], images: ImageRefs, files: Mapping[str, str]) -> Step:
    program = "scripts/render_chart.py"
    step = _step("python", program, files={**files, program: source("render_chart.py")})
    order = {"command": render, "components": images.components}
    return replace(step, stdin=json.dumps(order, sort_keys=True))


def package() -> Step:
    """Plan the package under a name that does not depend on its version."""
    return _step(
        "sh",
        "-ec",
        f"helm package {NAME} --destination package && mv package/*.tgz {PACKAGED}",
        outputs=(PACKAGED,),
    )


def digest() -> Step:
    """Plan one digest of all files of the chart, the same in every clone of a commit."""
    program = "scripts/hash_folder.py"
    return _step("python3", program, NAME, files={program: source("hash_folder.py")})


def push(target: Target, registry: str, username: str, tag: str) -> Step:
    """Plan the push of package ``<version>+<tag>`` to ``<registry>/charts/NAME``.

    The step's standard output is the reference by digest.
    """
    order = {
        "chart": NAME,
        "registry": registry,
        "username": username,
        "suffix": tag,
        "plain_http": target.plain_http,
    }
    secrets = (SecretUse("registry-password", "REGISTRY_PASSWORD_FILE"),) if username else ()
    return Step(
        Tool.KUBE,
        ("python", "-m", "scripts.push_chart"),
        stdin=json.dumps(order),
        inputs=(NAME,),
        files=sources("push_chart.py", "registry_login.py"),
        secrets=secrets,
        timeout=120,
        network=True,
    )


def _step(
    *argv: str, outputs: tuple[str, ...] = (), files: Mapping[str, str] | None = None
) -> Step:
    return Step(Tool.KUBE, argv, inputs=(NAME,), outputs=outputs, files=files or {}, timeout=120)
