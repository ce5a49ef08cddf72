"""Keys, and what is signed by them in tests."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from todo_ci.attestation import signing
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.project.environment import Requires
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout.request import DeployRequest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PASSWORD = "canary-4cf7-of-the-key"


@dataclass(frozen=True)
class KeyPair:
    """Hold both halves of a key, as ``cosign generate-key-pair`` writes them."""

    private: str
    public: str

    @classmethod
    def generate(cls, folder: Path) -> "KeyPair":
        folder.mkdir()
        subprocess.run(
            ["cosign", "generate-key-pair"], cwd=folder, check=True,
            env={**os.environ, "COSIGN_PASSWORD": PASSWORD}, stdin=subprocess.DEVNULL,
            capture_output=True,
        )  # fmt: skip
        return cls((folder / "cosign.key").read_text(), (folder / "cosign.pub").read_text())

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"signing-key": self.private, "signing-password": PASSWORD}


def requiring(context: Context, **asked: Any) -> Context:
    """Let the target ask for something, as the environment behind `local`."""
    chosen = replace(
        context.target, environment="production", after="local", requires=Requires(**asked)
    )
    return replace(context, target=chosen)


async def judge(
    context: Context,
    refs: ImageRefs,
    request: DeployRequest,
    *,
    passed: bool,
) -> ReleaseResult:
    """Sign what came of a release."""
    check = Check.passed("rollout", "2 of 2") if passed else Check.failed("gateway", "502", "look")
    result = ReleaseResult.judged(
        "deploy", "local", 3, [check], commit=COMMIT, url="", serving=3, images=refs
    )
    done = await signing.publish_verdict(replace(context, caller="a test"), result, request)
    assert done.report.checks[-1].status is CheckStatus.PASSED, done.report.checks[-1].evidence
    return done
