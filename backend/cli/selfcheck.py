"""`todo selfcheck`: check the release from inside the cluster, one JSON line a check."""

import argparse
import json
from contextlib import suppress
from dataclasses import asdict

import anyio
from pydantic import SecretStr

from services.dapr_client import DaprClient, DaprError
from services.selfcheck import runner
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import SelfcheckContext
from services.selfcheck.smoke_user import SmokeUser
from settings import SelfcheckSettings, load_selfcheck_settings

DEFAULT_STORE = "kubernetes-secrets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `todo selfcheck`."""
    parser.add_argument(
        "--checks",
        type=_names,
        default=list(runner.CHECKS),
        metavar="A,B",
        help=f"only these of {', '.join(runner.CHECKS)} (default: all)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the checks and return the exit code: 1 when one failed."""
    return anyio.run(check, load_selfcheck_settings(), arguments.checks)


async def check(settings: SelfcheckSettings, names: list[str]) -> int:
    """Make the checks and return the exit code: 1 when one failed."""
    async with (
        DaprClient(settings.dapr_http_port) as sidecar,
        SmokeUser(
            str(settings.frontend_url), settings.smoke_user, _value(settings.smoke_password)
        ) as person,
        Backend(str(settings.backend_url), person) as backend,
    ):
        inside = SelfcheckContext(sidecar, settings.secret_store or DEFAULT_STORE, backend)
        passed = await runner.check_all(names, inside, _print)
        # The kubelet, who looks once a second, would end it by itself and see it gone a look later.
        with suppress(DaprError):
            await sidecar.shutdown()
    return 0 if passed else 1


def _print(line: runner.Line) -> None:
    # Flushed: a pod terminated half-way has reported what it knows.
    print(json.dumps(asdict(line)), flush=True)


def _value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in runner.CHECKS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"there is no check {unknown[0]!r}; there are: {', '.join(runner.CHECKS)}"
        )
    return names
