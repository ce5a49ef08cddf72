"""The verbs that change no release: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci.adapters.host.context import host_pipeline
from todo_ci.commands import init as starter
from todo_ci.commands import publish as publisher
from todo_ci.entrypoints.cli import options
from todo_ci.entrypoints.cli.prompts import ask, refuse_existing, write_private
from todo_ci.entrypoints.cli.runner import Source, overlay_text
from todo_ci.reports.render import Shown
from todo_ci.reports.report import Report


async def status(*, env: options.Env, kubeconfig: options.Kubeconfig = "") -> Shown:
    """Show what runs, and its verdict."""
    from todo_ci.commands import status as reader

    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await reader.status(pipeline)


async def history(*, env: options.Env, kubeconfig: options.Kubeconfig = "") -> Shown:
    """List the releases with their verdicts."""
    from todo_ci.release import history as reader

    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await reader.history(pipeline)


async def diff(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    backend: options.ImageRef = "",
    frontend: options.ImageRef = "",
    values: options.Values = "",
    kubeconfig: options.Kubeconfig = "",
) -> Shown:
    """Show what a deploy would change; with the images that serve where none are given."""
    from todo_ci.commands import diff as differ

    given, overlay = publisher.given(images, backend, frontend), overlay_text(values)
    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await differ.diff(pipeline, images=given, overlay=overlay)


async def logs(
    *,
    env: options.Env,
    component: options.Component = "",
    lines: options.Lines = 20,
    kubeconfig: options.Kubeconfig = "",
) -> Shown:
    """Say why the release does not work, with the evidence and the next step."""
    from todo_ci.commands import logs as reader

    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await reader.logs(pipeline, component=component, lines=lines)


async def doctor(
    *,
    env: options.Env,
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
    kubeconfig: options.Kubeconfig = "",
) -> Report:
    """Look at what a release stands on: access, rights, registry, Secrets, Dapr, quota."""
    from todo_ci.commands import doctor as examiner

    source = Source.here()
    given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
    with host_pipeline(source.root, env, secrets=given) as pipeline:
        return await examiner.doctor(
            pipeline, registry=source.tree.registry(registry), username=registry_username
        )


async def init(
    *,
    owner: options.Owner = "",
    url: options.OwnUrl = "",
    registry: options.Registry = "",
    kubeconfig_path: options.OwnKubeconfig = starter.KUBECONFIG,
) -> Shown:
    """Write .env for one's own registry and cluster, and name what GitHub has to know."""
    source = Source.here()
    target = source.root / starter.FILE
    refuse_existing(target)
    answers = starter.Answers(
        owner=ask("owner", owner, source.tree.owner),
        url=ask("url", url),
        registry=registry,
        kubeconfig=kubeconfig_path,
    )
    example = (source.root / starter.EXAMPLE).read_text(encoding="utf-8")
    made = starter.setup(example, answers)
    write_private(target, made.env)
    return made


def add_to(app: App) -> None:
    """Make them commands."""
    for verb in (status, history, diff, logs, doctor, init):
        app.command(verb)
