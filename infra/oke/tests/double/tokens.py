"""The tokens of a job on its way in: GitHub's, Oracle's session for it, and the cluster's question.

GitHub signs for a job; the domain believes it where a trust has a rule for it, and gives a session
that is bound to a key; a request that the key signed is the token which the cluster asks about.
"""

import base64
import json
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from domain import Domain
from jwt.algorithms import RSAAlgorithm

HOUR = 3600
SKEW = 300  # seconds that a signed request's date may be off, as for each of Oracle's services
ADMINISTRATOR = "ocid1.user.oc1..tests"
GITHUB, FOREIGN, ORACLE = (rsa.generate_private_key(65537, 2048) for _ in range(3))
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "requested_token_type": "urn:oci:token-type:oci-upst",
    "subject_token_type": "jwt",
}


class ExchangeError(Exception):
    """Carry a refusal as OAuth has it."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


def jwks() -> dict[str, Any]:
    """Return the keys that GitHub signs with."""
    key = json.loads(RSAAlgorithm.to_jwk(GITHUB.public_key()))
    return {"keys": [{**key, "kid": "github", "use": "sig", "alg": "RS256"}]}


def of_job(issuer: str, audience: str, changes: dict[str, Any]) -> str:
    """Return GitHub's token for a job; `changes` are to its claims, and `foreign` to its key.

    A change of a time is in seconds from now.
    """
    now = int(time.time())
    foreign = changes.pop("foreign", False)
    changes = {k: now + v if k in ("exp", "iat", "nbf") else v for k, v in changes.items()}
    claims = {
        "iss": issuer, "sub": "repo:somebody@11/todo@22:environment:oke", "aud": audience,
        "iat": now, "nbf": now - 600, "exp": now + 300, "repository": "somebody/todo", **changes,
    }  # fmt: skip
    key = FOREIGN if foreign else GITHUB
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "github"})


def exchange(domain: Domain, form: dict[str, str], authorization: str) -> str:
    """Return a session for a job's token.

    Raises:
        ExchangeError: when client, request, token or rule do not fit.
    """
    client = _client(domain, authorization)
    for name, value in EXCHANGE.items():
        if form.get(name) != value:
            raise ExchangeError(400, "invalid_request", f"{name} is not {value}")
    token = form["subject_token"]
    issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    trusts = domain.resources["IdentityPropagationTrusts"].values()
    for trust in trusts:
        if trust["issuer"] == issuer and trust.get("active") and client in trust["oauthClients"]:
            break
    else:
        raise ExchangeError(400, "invalid_request", f"No trust is configured for issuer {issuer}.")
    user = _user(trust, _claims(trust, token))
    der = base64.b64decode(form["public_key"])
    now = int(time.time())
    session = {
        "iss": "authService.oracle.com", "sub": domain.resources["Users"][user]["ocid"],
        "ptype": "user", "iat": now, "exp": now + HOUR,
        "jwk": RSAAlgorithm.to_jwk(serialization.load_der_public_key(der)),
    }  # fmt: skip
    return jwt.encode(session, ORACLE, algorithm="RS256", headers={"kid": "oracle"})


def _client(domain: Domain, authorization: str) -> str:
    kind, _, value = authorization.partition(" ")
    name, _, secret = base64.b64decode(value).decode().partition(":")
    for app in domain.resources["Apps"].values():
        grants = app.get("allowedGrants", [])
        known = app["name"] == name and app["clientSecret"] == secret
        if kind == "Basic" and known and app.get("active") and "client_credentials" in grants:
            return name
    raise ExchangeError(401, "invalid_client", "Client authentication failed.")


def _claims(trust: dict[str, Any], token: str) -> dict[str, Any]:
    with urlopen(trust["publicKeyEndpoint"], timeout=5) as answer:
        keys = jwt.PyJWKSet.from_dict(json.load(answer))
    try:
        return jwt.decode(
            token,
            keys[jwt.get_unverified_header(token)["kid"]],
            algorithms=["RS256"],
            audience=trust["clientClaimValues"],
            leeway=trust.get("clockSkewSeconds", 0),
        )
    except jwt.PyJWTError as error:
        raise ExchangeError(400, "invalid_grant", f"The token is refused: {error}.") from error


def _user(trust: dict[str, Any], claims: dict[str, Any]) -> str:
    for it in trust["impersonationServiceUsers"] if trust.get("allowImpersonation") else ():
        claim, operator, value = re.fullmatch(r'(\w+) (eq|co|sw) "([^"]*)"', it["rule"]).groups()
        found = str(claims.get(claim, ""))
        fits = {"eq": found == value, "co": value in found, "sw": found.startswith(value)}
        if fits[operator]:
            return it["value"]
    raise ExchangeError(400, "invalid_grant", "No impersonation rule fits the token.")


def review(token: str, cluster: str, home: Path) -> dict[str, Any]:
    """Answer the cluster's question who a token is of, as a TokenReview's status.

    Args:
        token: the address of a signed request, as `oci ce cluster generate-token` makes it.
        cluster: the OCID of the one that asks.
        home: the folder with the administrator's own key.
    """
    try:
        url = urlsplit(base64.urlsafe_b64decode(token).decode())
        query = dict(parse_qsl(url.query))
        parts = dict(re.findall(r'(\w+)="([^"]*)"', query["authorization"]))
        values = {
            "date": query["date"], "host": url.netloc, "(request-target)": f"get {url.path}",
        }  # fmt: skip
        signed = "\n".join(f"{name}: {values[name]}" for name in parts["headers"].split())
        user, key, groups = _signer(parts["keyId"], home)
        key.verify(
            base64.b64decode(parts["signature"]), signed.encode(), padding.PKCS1v15(),
            hashes.SHA256(),
        )  # fmt: skip
        age = datetime.now(UTC) - parsedate_to_datetime(query["date"])
        if abs(age.total_seconds()) > SKEW or url.path != f"/cluster_request/{cluster}":
            raise ValueError("an old request, or one for another cluster")
    except (InvalidSignature, jwt.PyJWTError, LookupError, ValueError) as error:
        return {"authenticated": False, "error": str(error)}
    return {"authenticated": True, "user": {"username": user, "uid": user, "groups": groups}}


def _signer(key_id: str, home: Path) -> tuple[str, Any, list[str]]:
    if key_id.startswith("ST$"):
        claims = jwt.decode(key_id[3:], ORACLE.public_key(), algorithms=["RS256"])
        return claims["sub"], RSAAlgorithm.from_jwk(claims["jwk"]), []
    if key_id.split("/")[1] != ADMINISTRATOR:
        raise ValueError("nobody's key")
    pem = serialization.load_pem_private_key((home / "key.pem").read_bytes(), None)
    return ADMINISTRATOR, pem.public_key(), ["system:masters"]
