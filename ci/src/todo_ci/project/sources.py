"""The tables of ``release.toml`` about sources: what checks them, and with which tools."""

from typing import Annotated, Literal

from msgspec import Meta

from todo_ci.project.fields import CheckName, DebianPackage, Folder, Name, Path, Table

Language = Literal["python", "node", "go"]


class Toolbox(Table, frozen=True):
    """The tools that look at sources: a container, or what a machine has on its PATH."""

    language: Annotated[
        Language,
        Meta(description="What it is made for; its compiler or interpreter is in the toolbox."),
    ]
    lock: Annotated[
        Path,
        Meta(
            description="Lock file of its packages: for Python a list of requirements with hashes, "
            "for Node package-lock.json. A machine has them in .venv or node_modules beside it."
        ),
    ] = ""
    debian: Annotated[
        tuple[DebianPackage, ...], Meta(description="Packages of Debian that tests start.")
    ] = ()
    programs: Annotated[
        tuple[Literal["actionlint"], ...],
        Meta(description="Programs that no index of packages has."),
    ] = ()


class SourceCheck(Table, frozen=True):
    """A check of sources: a command that fails where something is wrong."""

    run: Annotated[
        str,
        Meta(description="The command, for sh, in the folder of what is checked.", min_length=1),
    ]
    fix: Annotated[str, Meta(description="What a person types where it fails.")] = ""
    beside: Annotated[
        tuple[Name, ...], Meta(description="Components that it reads too, each beside its own.")
    ] = ()
    keep: Annotated[Path, Meta(description="A file that it leaves, to be handed out.")] = ""
    timeout_seconds: Annotated[
        int, Meta(description="After so long it is ended and has failed.", ge=1, le=7200)
    ] = 600


Checks = dict[CheckName, SourceCheck]


class Repository(Table, frozen=True):
    """The parts of the repository that are no component, checked from its top folder."""

    toolbox: Annotated[Toolbox, Meta(description="What its checks run in.")]
    folders: Annotated[
        tuple[Folder, ...],
        Meta(description="The folders and files of the top folder they see.", min_length=1),
    ]
    lint: Annotated[Checks, Meta(description="Style, types and scripts.")] = {}
    test: Annotated[Checks, Meta(description="Tests.")] = {}
