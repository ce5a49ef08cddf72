"""Read the token by which an issuer vouches for whoever signs, and print its claims as JSON.

Standard library only, as `python3 -m scripts.identity_token`. The file that IDENTITY_TOKEN_FILE
names holds the token itself, or two lines by which a job on GitHub gets one: a token lives for
minutes, and a release may take longer before its verdict is signed. Nothing is verified here.
"""

import base64
import json
import sys
import urllib.request
from http.client import HTTPException
from typing import Any

from .registry_login import given

_CLAIMS = ("iss", "aud", "exp", "job_workflow_ref", "federated_claims")
_SECONDS = 20


def main() -> int:
    """Print its claims, or why it has none."""
    try:
        print(json.dumps({"claims": _claims(_token(given("IDENTITY_TOKEN_FILE").strip()))}))
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        print(json.dumps({"problem": f"GitHub gives no token: {reason}"}))
    except (ValueError, KeyError, TypeError):
        print(json.dumps({"problem": "it holds no JWT"}))
    return 0


def environment(value: str) -> "dict[str, str]":
    """Return it as cosign finds it in its environment; nothing for an empty one."""
    first, _, second = value.strip().partition("\n")
    if second:
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": first.strip(),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": second.strip(),
        }
    return {"SIGSTORE_ID_TOKEN": first} if first else {}


def _token(value: str) -> str:
    """Return the token itself, asking for it where the value says how."""
    found = environment(value)
    url = found.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    if not url:
        return value
    if not url.startswith(("https://", "http://")):
        raise ValueError(url)
    bearer = {"Authorization": f"bearer {found['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
    url = f"{url}&audience=sigstore"
    request = urllib.request.Request(url, headers=bearer)  # noqa: S310 - checked
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        return json.load(answer)["value"]


def _claims(token: str) -> "dict[str, Any]":
    _, payload, _ = token.split(".")
    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    claims = json.loads(text)
    return {name: claims[name] for name in _CLAIMS if name in claims}


if __name__ == "__main__":
    sys.exit(main())
