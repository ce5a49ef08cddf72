"""What an image is made from, as one digest."""

import hashlib
import json

from todo_ci.core.ports import ImageSpec, Step, Tool
from todo_ci.scripts import sources

# Raised where the same sources are to become another image, since the pipeline builds otherwise.
_WAY = 1


def step(spec: ImageSpec) -> Step:
    """Plan one digest of all that a build may read of a component's folder."""
    return Step(
        Tool.KUBE,
        ("python3", "-m", "scripts.hash_context", spec.component, spec.dockerfile),
        inputs=(spec.component,),
        files=sources("hash_context.py", "dockerignore.py"),
        timeout=120,
    )


def digest(spec: ImageSpec, context: str, dockerfile: str) -> str:
    """Return 64 hex digits that differ where anything differs that the image is made from.

    Args:
        spec: of the image, with its platforms and arguments.
        context: what the step printed.
        dockerfile: its text, with the images' names that are asked for.
    """
    read = {
        "way": _WAY,
        "context": context,
        "dockerfile": dockerfile,
        "arguments": dict(spec.build_args),
        "platforms": sorted(spec.platforms),
    }
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()
