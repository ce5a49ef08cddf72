"""Tokens of sign-in (JWT, RFC 7519): what one must be like, judged without asking anybody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from errors import NotSignedIn
from schemas.text import is_line

# Pinned, never read from the token: a token that chose its own check could choose none.
ALGORITHM = "EdDSA"
AUDIENCE = "todo-api"
# Between the clock of whoever signed and this one.
LEEWAY_SECONDS = 10
LONGEST_SUBJECT = 255
_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
# A header or a signed payload can hold any JSON: numbers no clock knows, nesting without an end,
# halves of characters. The library lets what they cause pass through.
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)

_REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAudienceError: "the token is for another audience",
    jwt.InvalidIssuerError: "the token is from another issuer",
    jwt.InvalidSignatureError: "the signature is wrong",
    jwt.InvalidAlgorithmError: f"the token is not signed with {ALGORITHM}",
}


@dataclass(frozen=True)
class Claims:
    """The claims of a good token: whose it is, and until when."""

    subject: str
    name: str
    expires: datetime


def key_id(token: str) -> str:
    """Return the id of the key that the token says it is signed with.

    Nothing else of the header is used: keys and addresses of keys that it may bring along are the
    sender's own word.

    Raises:
        NotSignedIn: when it is no token, or could not be signed with a key of ours.
    """
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE:
        raise refused("it is not a token") from None
    if header.get("alg") != ALGORITHM:
        raise refused(_REASONS[jwt.InvalidAlgorithmError])
    found = header.get("kid")
    if not found:
        raise refused("the token names no key")
    return str(found)


def read(token: str, key: jwt.PyJWK, issuer: str) -> Claims:
    """Verify the token with a key of ours and return what it says.

    Raises:
        NotSignedIn: saying what is wrong with it.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED, "strict_aud": True},
        )
        expires = datetime.fromtimestamp(claims["exp"], UTC)
    except _UNREADABLE as error:
        raise refused(_REASONS.get(type(error), "the token is malformed")) from None
    subject, name = claims["sub"], claims.get("name")
    # It becomes part of paths, rows and logs.
    if not is_line(subject) or len(subject) > LONGEST_SUBJECT:
        raise refused("the token names nobody")
    return Claims(subject, name if is_line(name) else subject, expires)


def refused(reason: str) -> NotSignedIn:
    """Return the answer to a token that is not good, in the words of RFC 6750."""
    return NotSignedIn(
        f"{reason[0].upper()}{reason[1:]}. Next: sign in; GET /api/auth/token gives a new one.",
        reason,
    )
