"""What calls return: rendered once, so that no further call needs the module again."""

from typing import Annotated

import dagger
from dagger import Doc

# The one error that the library shows without a traceback; it is exported nowhere.
from dagger.mod._exceptions import FunctionError


@dagger.object_type
class CallResult:
    """Result of a call, for people, machines and job summaries."""

    table: Annotated[str, Doc("As text for a terminal.")] = dagger.field()
    json: Annotated[str, Doc("As JSON for machines.")] = dagger.field()
    markdown: Annotated[str, Doc("As Markdown for a job summary.")] = dagger.field()


@dagger.object_type
class Listed(CallResult):
    """What there is, for a page as well."""

    html: Annotated[str, Doc("As a page of its own.")] = dagger.field()


@dagger.object_type
class CheckOutcome:
    """What came of one check."""

    name: Annotated[str, Doc("What was checked.")] = dagger.field()
    verdict: Annotated[str, Doc("passed, failed or skipped.")] = dagger.field()
    seconds: Annotated[float, Doc("How long it took.")] = dagger.field()
    evidence: Annotated[str, Doc("What was seen.")] = dagger.field()
    next_step: Annotated[str, Doc("For a failure, what to run or change.")] = dagger.field()


@dagger.object_type
class Checked(CallResult):
    """Result of checks; one that failed is returned where --report-only asks for it."""

    passed: Annotated[bool, Doc("Whether none of them failed, and one ran.")] = dagger.field()
    report: Annotated[
        str, Doc("As JSON with passed, table and markdown: a call gives one field.")
    ] = dagger.field()
    checks: Annotated[list[CheckOutcome], Doc("What came of each.")] = dagger.field()


@dagger.object_type
class Released(Checked):
    """Result of a deploy or a rollback."""

    verdict: Annotated[str, Doc("passed, failed, or skipped for a dry run.")] = dagger.field()
    revision: Annotated[int, Doc("The revision that was made, or served already; 0 for none.")] = (
        dagger.field()
    )
    nothing_to_do: Annotated[
        bool, Doc("Whether what serves was all of it already; it was verified alone.")
    ] = dagger.field()
    serving: Annotated[int, Doc("The revision that serves now; 0 for none.")] = dagger.field()
    url: Annotated[str, Doc("Where people open it.")] = dagger.field()


@dagger.object_type
class Differences(Checked):
    """Result of a comparison; with --exit-code one that differs has not passed."""

    differs: Annotated[
        bool, Doc("Whether a deploy would change anything, or leave what somebody added.")
    ] = dagger.field()


@dagger.object_type
class Tests(CallResult):
    """Result of the tests, with what they left."""

    coverage: Annotated[
        dagger.File | None, Doc("The coverage they reached, where one of them keeps it.")
    ] = dagger.field()
    kept: Annotated[
        dagger.Directory, Doc("The files that release.toml has them keep, as COMPONENT/FILE.")
    ] = dagger.field()


@dagger.object_type
class PublishedImages(CallResult):
    """References of what was published, each as ``repository@sha256:…``."""

    backend: Annotated[str, Doc("The backend's image; empty without such a component.")] = (
        dagger.field()
    )
    frontend: Annotated[str, Doc("The frontend's image; empty without such a component.")] = (
        dagger.field()
    )
    chart: Annotated[str, Doc("The chart as an OCI artifact.")] = dagger.field()


@dagger.object_type
class Setup(CallResult):
    """Settings of a clone of one's own."""

    file: Annotated[dagger.File, Doc("The default arguments: export it as .env.")] = dagger.field()


@dagger.object_type
class BuiltImages(CallResult):
    """The images, as containers."""

    components: Annotated[list[str], Doc("The components of release.toml.")] = dagger.field()
    containers: Annotated[list[dagger.Container], Doc("The image of each of them.")] = (
        dagger.field()
    )

    @dagger.function
    def container(
        self, component: Annotated[str, Doc("A component of release.toml.")]
    ) -> dagger.Container:
        """Return the image of a component."""
        if component in self.components:
            return self.containers[self.components.index(component)]
        raise FunctionError(f"there is no component {component!r}: {', '.join(self.components)}")

    @dagger.function
    def backend(self) -> dagger.Container:
        """Return the backend's image."""
        return self.container("backend")

    @dagger.function
    def frontend(self) -> dagger.Container:
        """Return the frontend's image."""
        return self.container("frontend")
