"""Programs that run inside a step: standard library only, one file each, sent as text."""

from importlib.resources import files
from pathlib import PurePosixPath


def source(name: str) -> str:
    """Return the text of a program, for ``Step.files``."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def sources(*names: str) -> dict[str, str]:
    """Return programs and the modules they import, where a step finds them.

    Args:
        names: their paths in this folder, such as ``supervise/fence.py``.
    """
    paths = {name: PurePosixPath("scripts", name) for name in names}
    # The empty files make them a package of their own, whatever else calls itself `scripts`.
    folders = {folder for path in paths.values() for folder in path.parents} - {PurePosixPath(".")}
    return {
        **{f"{folder}/__init__.py": "" for folder in sorted(folders)},
        **{str(path): source(name) for name, path in paths.items()},
    }
