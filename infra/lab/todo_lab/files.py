"""Write files so that nothing ever reads half of one."""

import os
from pathlib import Path


def write(path: Path, content: str, mode: int = 0o644) -> bool:
    """Write `content` when the file differs; return whether it did.

    The new file replaces the old one in one step and is never readable by others before its
    mode is set, because several of the lab's files hold secrets.
    """
    if path.exists() and path.read_text() == content and path.stat().st_mode & 0o777 == mode:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(content)
    draft.chmod(mode)
    draft.replace(path)
    return True
