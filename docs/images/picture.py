"""Take a picture of what the pipeline printed: a page as it is, Markdown much as GitHub shows it.

    todo-ci history --env local --format html | python docs/images/picture.py releases 400
    todo-ci preview --name pr-12 --format markdown | python docs/images/picture.py comment 600

The second word is the height. GitHub's own stylesheet is
not fetched: what a comment says is the same.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent
WIDTH = 1280
STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; color: #1f2328; margin: 24px; max-width: 1180px; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; }
.comment > p { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; margin: 0;
  padding: 8px 16px; }
.body { padding: 16px; }
h2 { border-bottom: 1px solid #d1d9e0b3; font-size: 1.4em; margin: 0 0 16px; padding-bottom: .3em; }
table { border-collapse: collapse; margin-bottom: 16px; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }
tr:nth-child(2n) { background: #f6f8fa; }
code, pre { background: #818b981f; border-radius: 6px; font-size: 85%; padding: .2em .4em; }
"""


def page(text: str) -> str:
    """Return a page as it is, and Markdown as a comment on one."""
    if text.lstrip().startswith("<!doctype html>"):
        return text
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><div class="comment">'
        f'<p><strong>github-actions</strong> bot commented</p><div class="body">{body}</div></div>'
    )


def main() -> int:
    """Write docs/images/NAME.png of what comes on standard input."""
    name, height = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page(sys.stdin.read()))
        command = [
            "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
            f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{int(height)}",
            f"--screenshot={FOLDER / name}.png", f"file://{file}",
        ]  # fmt: skip
        return subprocess.run(command, check=False, timeout=120).returncode


if __name__ == "__main__":
    raise SystemExit(main())
