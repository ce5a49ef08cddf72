"""The chart's checks, its package, and its way to a registry."""

import json
from collections.abc import Mapping

from todo_ci.cluster import helm
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.steps import NamedStep
from todo_ci.environments import Target, targets
from todo_ci.project.current import namespace, release_name
from todo_ci.scripts import source

NAME = "chart"
PACKAGED = "packaged.tgz"


def check() -> list[NamedStep]:
    """Plan lint and rendering for every environment's values, and the package."""
    plan: list[NamedStep] = []
    for target in targets():
        files = helm.value_files(None, target.url or helm.ANY_URL)
        values = ("--values", f"{NAME}/{target.values_file}", "--values", helm.GIVEN)
        lint = ("helm", "lint", "--strict", NAME, *values)
        render = ("helm", "template", release_name(), NAME, "--namespace", namespace(), *values)
        plan += [
            NamedStep(f"chart: lint {target.environment}", _step(*lint, files=files)),
            NamedStep(f"chart: render {target.environment}", _step(*render, files=files)),
        ]
    return [*plan, NamedStep("chart: package", package())]


def package() -> Step:
    """Plan the package under a name that does not depend on its version."""
    return _step(
        "sh",
        "-ec",
        f"helm package {NAME} --destination package && mv package/*.tgz {PACKAGED}",
        outputs=(PACKAGED,),
    )


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
        ("python", "scripts/push_chart.py"),
        stdin=json.dumps(order),
        inputs=(NAME,),
        files={"scripts/push_chart.py": source("push_chart.py")},
        secrets=secrets,
        timeout=120,
        network=True,
    )


def _step(
    *argv: str, outputs: tuple[str, ...] = (), files: Mapping[str, str] | None = None
) -> Step:
    return Step(Tool.KUBE, argv, inputs=(NAME,), outputs=outputs, files=files or {}, timeout=120)
