"""The JSON schema of ``release.toml``, for editors: ``python -m todo_ci.project.schema``.

What it prints is kept beside this file; the first line of a ``release.toml`` names it.
"""

import json

import msgspec

from todo_ci.project.model import Project


def render() -> str:
    """Write the schema as JSON."""
    made = msgspec.json.schema(Project)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "release.toml"}
    return json.dumps({**dialect, **made}, indent=2) + "\n"


if __name__ == "__main__":
    print(render(), end="")
