"""A double of the parts of Oracle's API that the script calls, on 127.0.0.1.

`oci` is given this server's address as OCI_CLI_ENDPOINT. Below /control, the tests read what
happened and choose what goes wrong.
"""

import copy
import itertools
import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import tokens
from domain import Domain
from fixed import FIXED, KUBECONFIG, REGIONS
from kinds import KINDS
from state import TENANCY, RefusedError, State

_VERSION = re.compile(r"^/20\d{6}(?=/)")


class Control:
    """Hold what the tests choose and read.

    Attributes:
        faults: each `[method, path, times, status, code, message]`; an empty path means every one.
        hold: how many changes to carry out before one is carried out but not answered.
        claims: what GitHub's next tokens say in place of what they would.
        kubeconfig: what Oracle gives for a cluster; CLUSTER stands for its OCID.
        kept: what was there, by the name it was kept under.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[str | None, Any] = {}
        self.reset()

    def reset(self) -> None:
        self.state, self.domain = State(), Domain()
        self.claims: dict[str, Any] = {}
        self.kubeconfig = KUBECONFIG
        self.calls: list[str] = []
        self.faults: list[list[Any]] = []
        self.hold = -1
        self.held, self.released = threading.Event(), threading.Event()

    def fail(self, method: str, path: str) -> None:
        for it in self.faults:
            if it[0] in ("", method) and it[1] in ("", path) and it[2] > 0:
                it[2] -= 1
                raise RefusedError(*it[3:])


CONTROL = Control()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_PUT(self) -> None:
        self._handle("PUT")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def log_message(self, *_: object) -> None: ...

    def _handle(self, method: str) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        path = _VERSION.sub("", url.path).strip("/")
        try:
            if path in ("oauth2/v1/token", "github/token", "github/.well-known/jwks"):
                self._send(200, self._of_job(path, dict(parse_qsl(url.query)), sent.decode()))
                return
            body = json.loads(sent) if sent else None
            if path == "authenticate":
                self._send(200, _review(body))
                return
            if path.startswith("control/"):
                self._send(200, self._control(path.removeprefix("control/"), body))
                return
            if 'Signature algorithm="rsa-sha256"' not in self.headers.get("Authorization", ""):
                raise RefusedError(401, "NotAuthenticated", "The request is not signed.")
            with CONTROL.lock:
                status, answer, headers = self._answer(
                    method, path, dict(parse_qsl(url.query)), body
                )
                changes = f"{method} {path}" in CONTROL.calls[-1:]
                holds = changes and CONTROL.hold == 0
                CONTROL.hold -= changes
            if holds:
                CONTROL.held.set()
                CONTROL.released.wait()
            self._send(status, answer, headers)
        except tokens.ExchangeError as refused:
            self._send(refused.status, refused.body)
        except RefusedError as refused:
            self._send(refused.status, {"code": refused.code, "message": refused.message})

    def _of_job(self, path: str, query: dict[str, str], sent: str) -> Any:
        authorization = self.headers.get("Authorization", "")
        if path == "oauth2/v1/token":
            form = dict(parse_qsl(sent))
            return {"token": tokens.exchange(CONTROL.domain, form, authorization)}
        if path == "github/.well-known/jwks":
            return tokens.jwks()
        if authorization != "bearer right-to-ask":
            raise RefusedError(401, "Unauthorized", "this job may not ask for a token")
        issuer = f"http://127.0.0.1:{self.server.server_address[1]}/github"
        return {"value": tokens.of_job(issuer, query["audience"], dict(CONTROL.claims))}

    def _answer(
        self, method: str, path: str, query: dict[str, str], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        kind, _, ocid = path.partition("/")
        CONTROL.fail(method, kind)
        state = CONTROL.state
        if path.endswith("/kubeconfig/content"):
            cluster = state.find(ocid.partition("/")[0])["id"]
            return 200, CONTROL.kubeconfig.replace("CLUSTER", cluster), {}
        if kind == "admin":
            return 200, self._in_domain(method, path.removeprefix("admin/v1/"), query, body), {}
        if method == "GET":
            if path in FIXED:
                return 200, FIXED[path], {}
            if path.endswith("/regionSubscriptions"):
                return 200, REGIONS, {}
            if kind == "domains":
                return 200, [_domain(self.server.server_address[1])], {}
            if kind == "workRequests":
                return 200, _work(ocid), {}
            if kind not in KINDS:
                raise RefusedError(404, "NotAuthorizedOrNotFound", f"the double has no {path}")
            return 200, state.find(ocid) if ocid else state.standing(kind, query), {}
        CONTROL.calls.append(f"{method} {path}")
        work = {}
        if method == "POST":
            made = state.create(kind, body)
            if KINDS[kind].deferred:
                work = {"opc-work-request-id": f"ocid1.workrequest.oc1..{made['id']}"}
                return 202, "", work
            return 200, made, work
        state.delete(kind, ocid)
        if KINDS[kind].deferred or kind == "compartments":
            work = {"opc-work-request-id": f"ocid1.workrequest.oc1..{ocid}"}
        return 204 if not work else 202, "", work

    def _in_domain(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        if method == "GET":
            return CONTROL.domain.read(path, query)
        CONTROL.calls.append(f"{method} admin/v1/{path}")
        kind, _, key = path.partition("/")
        if method == "DELETE":
            CONTROL.domain.delete(kind, key)
            return ""
        if kind == "AppStatusChanger":
            return CONTROL.domain.activate(key, body)
        return CONTROL.domain.create(path, body)

    def _control(self, verb: str, body: Any) -> Any:
        if verb == "held":  # without the lock, which the awaited call needs
            return CONTROL.held.wait(body)
        with CONTROL.lock:
            if verb == "release":
                CONTROL.released.set()
            elif verb == "reset":
                CONTROL.reset()
            elif verb == "set":
                if "failing_nodes" in body:
                    CONTROL.state.failing_nodes = body.pop("failing_nodes")
                if body.pop("settled", False):
                    CONTROL.state.unknown.clear()
                if "hold" in body:
                    CONTROL.held, CONTROL.released = threading.Event(), threading.Event()
                vars(CONTROL).update(body)
            elif verb == "keep":
                there = (CONTROL.state.resources, CONTROL.domain.resources, CONTROL.kubeconfig)
                CONTROL.kept[body] = copy.deepcopy(there)
            elif verb == "restore":
                CONTROL.reset()
                state, domain, CONTROL.kubeconfig = copy.deepcopy(CONTROL.kept[body])
                CONTROL.state = State(state, numbers=itertools.count(1000))
                CONTROL.domain = Domain(domain)
            elif verb == "grow":
                CONTROL.state.grow()
            elif verb == "alter":
                (only,) = CONTROL.domain.resources[body[0]].values()
                only.update(body[1])
            elif verb == "kubeconfig":
                return {"text": CONTROL.kubeconfig}
            elif verb == "create":
                return CONTROL.state.create(body[0], body[1])
            return {"calls": CONTROL.calls, "resources": _there()}

    def _send(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        text = isinstance(answer, str)
        content = answer.encode() if text else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/x-yaml" if text else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _review(asked: Any) -> Any:
    clusters = CONTROL.state.resources["clusters"]
    token = asked["spec"]["token"]
    status = tokens.review(token, next(iter(clusters), ""), Path(os.environ["HOME"]))
    return {**asked, "status": status}


def _domain(port: int) -> dict[str, Any]:
    return {
        "id": "ocid1.domain.oc1..default",
        "compartmentId": TENANCY,
        "displayName": "Default",
        "url": f"http://127.0.0.1:{port}",
        "type": "DEFAULT",
        "lifecycleState": "ACTIVE",
    }


def _there() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for path, resources in CONTROL.state.resources.items():
        gone = KINDS[path].gone
        if there := [it for it in resources.values() if it["lifecycleState"] != gone]:
            found[path] = there
    found |= {kind: list(all_.values()) for kind, all_ in CONTROL.domain.resources.items() if all_}
    return found


def _work(ocid: str) -> dict[str, Any]:
    return {
        "id": ocid,
        "operationType": "CLUSTER_CREATE",
        "status": "SUCCEEDED",
        "compartmentId": TENANCY,
        "resources": [],
        "timeAccepted": "2026-01-01T00:00:00Z",
    }


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
