"""Errors a person can act on: what was wrong, what is accepted, what to run next."""


class PipelineError(Exception):
    """Stop a verb with a reason and the next step.

    Every error that a user can cause or cure is one of these; anything else is a defect of the
    pipeline and keeps its traceback.

    Args:
        problem: what is wrong, naming the value.
        accepted: the shape that would have been taken; empty when there is no choice.
        next_step: the command to run or the setting to change.
    """

    def __init__(self, problem: str, *, accepted: str = "", next_step: str = "") -> None:
        self.problem = problem
        self.accepted = accepted
        self.next_step = next_step
        super().__init__(self.text())

    def text(self) -> str:
        """Render the error as the lines a terminal shows."""
        lines = [self.problem]
        if self.accepted:
            lines.append(f"accepted: {self.accepted}")
        if self.next_step:
            lines.append(f"next: {self.next_step}")
        return "\n".join(lines)


class InputError(PipelineError):
    """Refuse an argument before anything ran."""


class ToolError(PipelineError):
    """Report a tool (helm, kubectl, buildah ...) that ended with a failure."""


class ClusterError(PipelineError):
    """Report a cluster that cannot be reached, or that refused a call."""


class LockError(PipelineError):
    """Report a deploy that is held back by somebody else's Lease."""
