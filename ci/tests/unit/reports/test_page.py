"""A page says what a terminal does, lets nobody's text become markup, and fetches nothing."""

from html.parser import HTMLParser

from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.release.verdict import Verification
from todo_ci.reports.page import page
from todo_ci.reports.render import CodeBlock, Headline, NumberedList, Span, Table, Text, Timeline


class Parsed(HTMLParser):
    """Collect the tags and the text of a page, and insist that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_every_block_is_on_it_and_is_text() -> None:
    evil = "<script>alert(1)</script> & 'co' \"x\""
    blocks = (
        Headline(evil), Text(evil), NumberedList((evil,)), CodeBlock(evil),
        Table((evil, "verdict"), [(evil, "failed")], evil),
        Timeline(evil, [Span(evil, "passed", evil, 5)]),
    )  # fmt: skip
    found = Parsed(page(blocks))
    assert sum(evil in text for text in found.text) == 10
    assert "script" not in [tag for tag, _ in found.tags]
    assert ("td", {"class": "failed"}) in found.tags


def test_it_fetches_nothing() -> None:
    found = Parsed(page([Text("x")]))
    assert not [it for _, it in found.tags if {"src", "href", "action"} & set(it)]
    assert "url(" not in page([])
    assert "@import" not in page([])


def test_a_history_is_a_line_in_time_where_the_longest_has_most_room() -> None:
    times = ("2026-06-01T10:00:00.123456789Z", "2026-06-01T10:05:00Z", "2026-06-02T10:05:00Z")
    verdicts = (Verification.PASSED, Verification.FAILED, Verification.UNVERIFIED)
    revisions = tuple(
        Revision(number, "superseded", verdict, updated=time)
        for number, (verdict, time) in enumerate(zip(verdicts, times, strict=True), 1)
    )
    found = Parsed(page(History(revisions).blocks()))
    items = [it for tag, it in found.tags if tag == "li"]
    assert [it["class"] for it in items] == ["passed", "failed", "unverified"]
    room = [float((it["style"] or "").partition(":")[2]) for it in items]
    assert room[1] == max(room)
    assert "2026-06-01 10:05" in found.text


def test_what_has_no_time_is_there_all_the_same() -> None:
    found = Parsed(page(History((Revision(1, "deployed"),)).blocks()))
    assert "r1 " in found.text
    assert "nothing is released" in page(History(()).blocks())


def test_helms_words_stand_beside_a_revision_where_they_are_not_its_commit() -> None:
    commit = "c0ffee" * 6
    said = (commit, "Rollback to 1")
    revisions = tuple(
        Revision(number, "superseded", commit=commit, description=words)
        for number, words in enumerate(said, 1)
    )
    text = page(History(revisions).blocks())
    assert text.count(commit[:12]) == 2
    assert "Rollback to 1" in text
    assert "<h1>todo-app</h1>" in text
