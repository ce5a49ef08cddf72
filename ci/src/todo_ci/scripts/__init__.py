"""Programs that run inside a step: standard library only, one file each, sent as text."""

from importlib.resources import files


def source(name: str) -> str:
    """Return the text of a program, for ``Step.files``."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def sources(*names: str) -> dict[str, str]:
    """Return programs and the modules they import, where a step finds them."""
    # The empty file makes them a package of their own, whatever else calls itself `scripts`.
    return {"scripts/__init__.py": "", **{f"scripts/{name}": source(name) for name in names}}
