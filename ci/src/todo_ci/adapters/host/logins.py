"""The logins of a person, for the registries that no login was given for."""

import json
import os
from pathlib import Path
from typing import Any

from todo_ci.errors import ToolError


def logins_beside(host: str) -> dict[str, Any]:
    """Read the logins of other registries from the file that REGISTRY_AUTH_FILE names.

    Base images come from another one than images go to; of that one the given login counts alone.

    Raises:
        ToolError: for a file that cannot be read as one.
    """
    path = os.environ.get("REGISTRY_AUTH_FILE", "")
    if not path:
        return {}
    try:
        logins: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))["auths"]
        return {name: login for name, login in logins.items() if name.partition("/")[0] != host}
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise ToolError(
            f"REGISTRY_AUTH_FILE names {path!r}, which cannot be read: {error!r}",
            accepted='a file as `skopeo login` writes it: {"auths": {"HOST": {"auth": "…"}}}',
            next_step=f"skopeo login --authfile {path} HOST, or unset REGISTRY_AUTH_FILE",
        ) from None
