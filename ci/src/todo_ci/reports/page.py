"""A result as a page of its own: one file, no script, nothing fetched, readable in the dark."""

from collections.abc import Iterable
from html import escape

from todo_ci.reports.render import Block, CodeBlock, Headline, NumberedList, Table, Text, Timeline

_STYLE = """
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --open: #9a6700; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #8884; padding: .35rem .75rem .35rem 0; }
th, td { text-align: left; vertical-align: top; }
pre { background: #8882; overflow-x: auto; padding: 1rem; }
.timeline { display: flex; gap: 2px; list-style: none; overflow-x: auto; padding: 0; }
.timeline li { border-top: .6rem solid var(--open); min-width: 4.5rem; overflow: hidden; }
.timeline small { display: block; }
.timeline .passed, .timeline .deployed { border-color: var(--good); }
.timeline .failed { border-color: var(--bad); }
td.passed, td.deployed { color: var(--good); }
td.failed { color: var(--bad); font-weight: bold; }
td.skipped, td.unverified { color: var(--open); }
"""
_WORDS = frozenset({"passed", "failed", "skipped", "unverified", "deployed"})


def page(blocks: Iterable[Block]) -> str:
    """Write a page of blocks."""
    body = "\n".join(filter(None, map(_block, blocks)))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>todo-ci</title><style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Headline(text):
            return f"<h1>{escape(text)}</h1>"
        case Text(text):
            return f"<p>{escape(text)}</p>"
        case NumberedList(lines):
            return "<ol>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ol>"
        case CodeBlock(text):
            return f"<pre>{escape(text)}</pre>"
        case Table():
            return _table(block)
        case Timeline():
            return _timeline(block)


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(it)}</th>" for it in table.headers)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    title = f"<h2>{escape(table.title)}</h2>" if table.title else ""
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object) -> str:
    text = str(value)
    return f'<td class="{text}">{text}</td>' if text in _WORDS else f"<td>{escape(text)}</td>"


def _timeline(line: Timeline) -> str:
    # A moment would not be seen beside a month: each has some room, whatever it lasted.
    longest = max((it.seconds for it in line.spans), default=0) or 1
    items = "".join(
        f'<li class="{it.word}" style="flex-grow:{1 + 9 * it.seconds / longest:.2f}">'
        f"{escape(it.name)} <small>{it.word}</small><small>{escape(it.begin)}</small></li>"
        for it in line.spans
    )
    head = f"<h1>{escape(line.title)}</h1>"
    return f'{head}<ol class="timeline">{items}</ol>' if items else ""
