"""The check of sign-in: both sides of it, as one person."""

import anyio

from services.selfcheck.context import BACKEND_LOG, FRONTEND_LOG, Outcome, SelfcheckContext
from services.selfcheck.smoke_user import Refused

SIGN_IN_SECONDS = 10


async def sign_in(inside: SelfcheckContext, seconds: float = SIGN_IN_SECONDS) -> Outcome:
    """Sign in at the frontend, and be recognised by the backend."""
    backend = inside.backend
    try:
        with anyio.fail_after(seconds):
            user = await backend.sign_in()
    except TimeoutError:
        return Outcome(False, f"no answer within {seconds:g} s", f"{FRONTEND_LOG}; {BACKEND_LOG}")
    except Refused as error:
        return Outcome(
            False,
            str(error),
            FRONTEND_LOG
            if "/api/auth/" in str(error)
            else f"{BACKEND_LOG}; both components need the same BETTER_AUTH_URL: deploy again "
            "with the --url that people open",
        )
    return Outcome(True, f"{backend.person.email} is user {user}")
