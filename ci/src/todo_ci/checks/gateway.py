"""Check 5: health and front page answer through the gateway."""

import json

from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Result
from todo_ci.reports.report import Check

PATHS = HEALTH, FRONT_PAGE = "/api/health", "/"


def gateway(probed: Result, url: str) -> tuple[Check, Check]:
    """Check 5: health and front page answer through the gateway."""
    if not probed.ok:
        evidence = (probed.stderr or "no answer in time").strip()[-400:]
        return tuple(  # pyright: ignore[reportReturnType]
            Check.failed(f"gateway {path}", evidence, f"curl {url}{path}", probed.seconds)
            for path in (HEALTH, FRONT_PAGE)
        )
    health, page = json.loads(probed.stdout)
    return (
        _answered(health, url, _health_problem(health)),
        _answered(page, url, _page_problem(page)),
    )


def _answered(answer: Object, url: str, problem: str) -> Check:
    name = f"gateway {answer['path']}"
    tries = "1 try" if answer["tries"] == 1 else f"{answer['tries']} tries"
    seen = f"{answer['status'] or 'no answer'} after {tries}"
    if problem:
        step = f"curl -i {url.rstrip('/')}{answer['path']}; todo-ci status"
        return Check.failed(name, f"{seen}: {problem}", step, answer["seconds"])
    return Check.passed(name, f"{seen}{_health_detail(answer)}", answer["seconds"])


def _health_problem(answer: Object) -> str:
    if answer["status"] != 200:
        return answer["error"] or answer["body"][:200]
    try:
        status = json.loads(answer["body"]).get("status")
    except (ValueError, AttributeError):
        return f"the body is not the health report: {answer['body'][:200]!r}"
    return "" if status == "ok" else f"status is {status!r}: {answer['body'][:200]}"


def _page_problem(answer: Object) -> str:
    if answer["status"] != 200:
        return answer["error"] or answer["body"][:200]
    if "text/html" not in answer["content_type"]:
        return f"content type is {answer['content_type']!r}, not HTML"
    return ""


def _health_detail(answer: Object) -> str:
    if answer["path"] != HEALTH:
        return ", HTML"
    return f", status ok, commit {str(json.loads(answer['body']).get('commit', 'unknown'))[:12]}"
