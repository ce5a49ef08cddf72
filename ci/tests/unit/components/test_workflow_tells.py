"""What was found is told beside the change and in a chat, and telling never judges a job."""

import json
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from workflow_file import bash, script

from listeners import TOKEN, chat, comment, github

MARK = "<!-- what the last commit was found to be -->"
RUN = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "somebody/todo",
    "GITHUB_RUN_ID": "11",
    "GITHUB_WORKFLOW": "deploy-oke",
    "GITHUB_SHA": "0123456789abcdef",
    "GITHUB_TOKEN": TOKEN,
    "PULL_REQUEST": "7",
    "COMMIT": "0123456789abcdef",
}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOWHERE = "http://127.0.0.1:1"


def show(folder: Path, table: str, *, passed: bool = True) -> None:
    """Let the step after a call show its result."""
    result = {"passed": passed, "table": table, "markdown": f"## {table}"}
    (folder / "result.json").write_text(json.dumps(result))
    assert bash(script("Show the result"), folder).returncode == (not passed)


def write(folder: Path, api: str, **env: str) -> subprocess.CompletedProcess[str]:
    done = bash(script("Write the comment"), folder, **RUN | {"GITHUB_API_URL": api} | env)
    assert done.returncode == 0, done.stderr
    return done


def tell(folder: Path, address: str, **env: str) -> subprocess.CompletedProcess[str]:
    done = bash(script("Tell of the failure"), folder, **RUN | {"WEBHOOK": address} | env)
    assert done.returncode == 0, done.stderr
    return done


def test_a_pull_request_has_one_comment_however_many_commits(tmp_path: Path) -> None:
    others = [comment(1, "nice"), comment(2, f"{MARK}\nmine, says", login="mallory")]
    with github(*others) as (api, comments):
        show(tmp_path, "ci passed")
        write(tmp_path, api)
        (tmp_path / "shown.jsonl").unlink()
        show(tmp_path, "ci failed", passed=False)
        write(tmp_path, api, COMMIT="fedcba")
    assert comments[:2] == others
    (own,) = comments[2:]
    assert own["body"].startswith(f"{MARK}\n## ci failed\n\nCommit fedcba, [the run](")
    assert "https://github.com/somebody/todo/actions/runs/11" in own["body"]


def test_a_preview_has_a_comment_beside_that_of_the_checks(tmp_path: Path) -> None:
    with github() as (api, comments):
        show(tmp_path, "ci passed")
        write(tmp_path, api)
        (tmp_path / "shown.jsonl").unlink()
        for found in ("preview: serves at https://pr-7.example.com", "unpreview: removed"):
            show(tmp_path, found)
            write(tmp_path, api, ABOUT="preview")
            (tmp_path / "shown.jsonl").unlink()
    assert [it["body"].splitlines()[:2] for it in comments] == [
        [MARK, "## ci passed"],
        ["<!-- preview: what the last commit was found to be -->", "## unpreview: removed"],
    ]


def test_the_comment_is_found_behind_many_others(tmp_path: Path) -> None:
    many = [comment(number, "nice", login="ann") for number in range(1, 251)]
    with github(*many[:249], comment(250, f"{MARK}\nold")) as (api, comments):
        show(tmp_path, "ci passed")
        write(tmp_path, api)
    assert len(comments) == 250
    assert "## ci passed" in comments[-1]["body"]


def test_a_comment_of_another_pull_request_is_left_alone(tmp_path: Path) -> None:
    with github(comment(1, f"{MARK}\nold", issue=6)) as (api, comments):
        show(tmp_path, "ci passed")
        write(tmp_path, api)
    assert [it["issue"] for it in comments] == [6, 7]
    assert comments[0]["body"] == f"{MARK}\nold"


def test_what_is_too_long_for_a_comment_is_cut(tmp_path: Path) -> None:
    with github() as (api, comments):
        show(tmp_path, "x" * 100_000)
        write(tmp_path, api)
    assert "The rest is in the run's summary." in comments[0]["body"]


def test_a_job_without_a_result_says_so(tmp_path: Path) -> None:
    with github() as (api, comments):
        write(tmp_path, api)
    assert "The job ended before there was a result." in comments[0]["body"]


def test_who_may_not_comment_is_told_and_the_job_goes_on(tmp_path: Path) -> None:
    show(tmp_path, "ci passed")
    with github(may_write=False) as (api, comments):
        assert "::notice::GitHub takes no comment" in write(tmp_path, api).stdout
        assert "401" in write(tmp_path, api, GITHUB_TOKEN="another").stdout
    assert comments == []
    assert "::notice::GitHub's API does not answer" in write(tmp_path, NOWHERE).stdout


def test_a_chat_is_told_what_failed_where_and_why(tmp_path: Path) -> None:
    show(tmp_path, "secrets: 5 of 5")
    show(tmp_path, "deploy to oke: FAILED; <backend> & relay", passed=False)
    with chat() as (address, messages):
        tell(tmp_path, address, ACTION="deploy")
    assert messages == [
        "*somebody/todo: deploy-oke deploy failed* on oke, commit 0123456789ab: "
        "<https://github.com/somebody/todo/actions/runs/11|the run>\n"
        "```deploy to oke: FAILED; &lt;backend&gt; &amp; relay```"
    ]


def test_a_failure_before_any_result_is_told_too(tmp_path: Path) -> None:
    with chat() as (address, messages):
        tell(tmp_path, address)
    assert [text.endswith("|the run>") for text in messages] == [True]


def test_a_long_result_is_cut_for_a_chat(tmp_path: Path) -> None:
    show(tmp_path, "x" * 100_000, passed=False)
    with chat() as (address, messages):
        tell(tmp_path, address)
    assert len(messages[0]) < 3_000
    assert messages[0].endswith("\n…```")


def test_who_named_no_chat_tells_nobody(tmp_path: Path) -> None:
    assert tell(tmp_path, "").stdout == ""


@pytest.mark.parametrize("address", ["secret-of-the-chat", "file:///etc/passwd", "http://[secret"])
def test_what_is_no_address_is_refused_and_not_shown(address: str, tmp_path: Path) -> None:
    said = tell(tmp_path, address).stdout
    assert "::warning::nobody was told of the failure: WEBHOOK is no address" in said
    assert address not in said


def test_a_chat_that_does_not_take_it_is_a_warning_that_shows_no_address(tmp_path: Path) -> None:
    with chat() as (address, messages):
        said = tell(tmp_path, f"{address}/gone").stdout
    assert "::warning::nobody was told of the failure: the chat answers 404: no_service" in said
    gone = tell(tmp_path, f"{NOWHERE}/secret-of-the-chat").stdout
    assert "::warning::nobody was told of the failure: the chat does not answer" in gone
    assert (messages, "secret-of-the-chat" in said + gone) == ([], False)


def test_the_doubles_refuse_what_the_real_ones_refuse() -> None:
    """Neither takes nothing for something to say."""
    with github() as (api, _), pytest.raises(HTTPError, match="422"):
        urlopen(Request(f"{api}/repos/somebody/todo/issues/7/comments", b"{}", BEARER))
    with chat() as (address, _), pytest.raises(HTTPError, match="400"):
        urlopen(address, b"{}")
