"""Render what a deploy would release, and say why helm refuses it."""

from collections.abc import Mapping

from todo_ci.cluster import helm, kubectl
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result, Step
from todo_ci.errors import InputError, PipelineError, ToolError
from todo_ci.project.current import project


def refusal(said: str) -> PipelineError:
    """Turn helm's refusal of a chart or its values into an error that says what is accepted."""
    if "specifications of the schema" in said:
        return InputError(
            f"the chart does not take these values; nothing was changed\n{helm.errors(said)}",
            accepted=f"what {project().release.chart}/values.schema.json allows",
            next_step="correct --values, or the environment's values file",
        )
    return ToolError(
        f"helm refused the release; nothing was changed\n{helm.errors(said)}",
        next_step="todo-ci chart checks the chart without a cluster",
    )


def rendering(
    context: Context,
    images: ImageRefs,
    overlay: str,
    url: str = "",
    commits: Mapping[str, str] | None = None,
) -> Step:
    """Make the step that renders what a deploy would release.

    Args:
        context: the ports and the target.
        images: what would be released.
        overlay: further values of the chart as YAML text, or nothing.
        url: the address people open; without one, where it does not matter, the target's or any.
        commits: what each image was first released from, where that matters.
    """
    target = context.target
    url = url or target.url or helm.ANY_URL
    return kubectl.step(
        helm.template(target, overlay=bool(overlay)),
        inputs=(helm.CHART,),
        files=helm.value_files(images, url, overlay, commits, target.values),
        timeout=60,
    )


async def render(context: Context, images: ImageRefs, overlay: str, url: str = "") -> Result:
    """Run that step.

    Raises:
        InputError: for values the chart does not take.
    """
    result = await context.shell.run(rendering(context, images, overlay, url))
    if not result.ok:
        raise refusal(result.stderr)
    return result
