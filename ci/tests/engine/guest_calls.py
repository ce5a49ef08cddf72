"""Somebody's guestbook on the lab, and the module's verbs for it through an engine."""

import os
import subprocess
import time
from pathlib import Path

import guests
import lab
from guests import Theirs, blocks

from engines import require_engine
from lab_settings import defaults


def own_repository(home: Path) -> Theirs:
    """Put the example into a repository of its own, for calls through an engine."""
    require_engine()
    return guests.own_repository(home)


def settle(app: Theirs, release: str) -> None:
    """Commit the app with this release.toml."""
    (app.root / "release.toml").write_text(release)
    app.commit_all()


def give_access(app: Theirs, *named: tuple[str, str]) -> None:
    """Follow blocks of pages, each by its page and name, that make namespaces and users."""
    for page, block in named:
        access = app.follow(blocks(page)[block])
        assert access.exit_code == 0, access.text


def dagger(app: Theirs, verb: str, *flags: str, form: str = "table") -> lab.Run:
    """Call a verb of the module for this app, from its own folder, as a person there would."""
    start = time.monotonic()
    done = subprocess.run(
        ["dagger", "--progress=plain", "-m", lab.ROOT, "call", "--source=.", verb, *flags, form],
        cwd=app.root, env={**os.environ, "HOME": str(app.home), "NO_COLOR": "1"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    run = lab.Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
    said = f"{run.stdout}{last_lines(run)}"
    print(f"\n$ dagger call {verb} [{run.exit_code}] {run.seconds:.1f} s\n{said}")
    return run


def login() -> list[str]:
    """Return the flags with which a verb signs in to the lab's registry."""
    told = defaults()
    user, password = (told[f"DEPLOY_REGISTRY_{it}"] for it in ("USERNAME", "PASSWORD"))
    # Named here, as a .env beside the module's sources would name that of this repository's app.
    registry = f"--registry={told['DEPLOY_REGISTRY'].partition('/')[0]}/guestbook"
    return [registry, f"--registry-username={user}", f"--registry-password={password}"]


def last_lines(run: lab.Run) -> str:
    """Return the error a person sees at the end, without the steps above it."""
    return run.stderr.rpartition("\nError: ")[2] if run.exit_code else ""


def row(text: str, name: str) -> str:
    """Return the line of a report on a check."""
    return next((line for line in text.splitlines() if line.startswith(f"{name} ")), "")


def listing(namespace: str, name: str) -> list[str]:
    """Name what a namespace has of a release's objects."""
    kinds = "deployments,services,httproutes,pods"
    text = lab.admin("kubectl", "-n", namespace, "get", kinds, "--output=name")
    return [it for it in text.split() if name in it]


def delete_namespaces(*names: str) -> None:
    """Remove namespaces with all that is in them."""
    lab.admin("kubectl", "delete", "namespace", *names, "--ignore-not-found", "--wait")
