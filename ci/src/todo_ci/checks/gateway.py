"""Check 5: what people open answers through the gateway."""

import json
from collections.abc import Callable, Mapping

from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Result
from todo_ci.project.current import project
from todo_ci.project.model import Expectation
from todo_ci.reports.report import Check


def paths() -> Mapping[str, Expectation]:
    """Return the paths that are asked, and what each has to answer."""
    return project().gateway.paths


def gateway(probed: Result, url: str) -> tuple[Check, ...]:
    """Check 5: what people open answers through the gateway."""
    if not probed.ok:
        evidence = (probed.stderr or "no answer in time").strip()[-400:]
        return tuple(
            Check.failed(f"gateway {path}", evidence, f"curl {url}{path}", probed.seconds)
            for path in paths()
        )
    expected = paths()
    return tuple(_answered(it, url, expected[it["path"]]) for it in json.loads(probed.stdout))


def _answered(answer: Object, url: str, expected: Expectation) -> Check:
    name = f"gateway {answer['path']}"
    tries = "1 try" if answer["tries"] == 1 else f"{answer['tries']} tries"
    seen = f"{answer['status'] or 'no answer'} after {tries}"
    problem = _problem(answer) or _PROBLEMS[expected](answer)
    if problem:
        step = f"curl -i {url.rstrip('/')}{answer['path']}; todo-ci status"
        return Check.failed(name, f"{seen}: {problem}", step, answer["seconds"])
    return Check.passed(name, f"{seen}{_DETAILS[expected](answer)}", answer["seconds"])


def _problem(answer: Object) -> str:
    return "" if answer["status"] == 200 else answer["error"] or answer["body"][:200] or "no body"


def _health_problem(answer: Object) -> str:
    try:
        status = json.loads(answer["body"]).get("status")
    except (ValueError, AttributeError):
        return f"the body is not the health report: {answer['body'][:200]!r}"
    return "" if status == "ok" else f"status is {status!r}: {answer['body'][:200]}"


def _page_problem(answer: Object) -> str:
    if "text/html" not in answer["content_type"]:
        return f"content type is {answer['content_type']!r}, not HTML"
    return ""


def _health_detail(answer: Object) -> str:
    return f", status ok, commit {str(json.loads(answer['body']).get('commit', 'unknown'))[:12]}"


_PROBLEMS: Mapping[Expectation, Callable[[Object], str]] = {
    "health": _health_problem,
    "page": _page_problem,
    "ok": lambda _: "",
}
_DETAILS: Mapping[Expectation, Callable[[Object], str]] = {
    "health": _health_detail,
    "page": lambda _: ", HTML",
    "ok": lambda _: "",
}
