"""Personal tokens of one user."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Response

from errors import PersonalTokenNotFound, TooManyPersonalTokens
from routes.dependencies import Owner, ReadSession, WriteSession
from routes.problems import described, problem_responses
from schemas.personal_tokens import (
    PersonalTokenCreate,
    PersonalTokenList,
    PersonalTokenMade,
    PersonalTokenRead,
)
from services.auth import personal_tokens
from services.logger import get_logger

_log = get_logger("personal_tokens")
router = APIRouter(
    prefix="/api/{user_id}/tokens",
    tags=["personal tokens"],
    responses=problem_responses(401, 403, 422, 503),
)


@router.get("", summary="List your personal tokens, newest first")
async def list_personal_tokens(user_id: Owner, session: ReadSession) -> PersonalTokenList:
    rows = await personal_tokens.list_tokens(session, user_id)
    return PersonalTokenList(items=[PersonalTokenRead.model_validate(row) for row in rows])


@router.post(
    "",
    summary="Make a personal token",
    description=(
        "For a program of yours that calls the tools at `/mcp`; it is accepted nowhere else. The "
        "answer is the only place where the token is ever shown."
    ),
    status_code=201,
    responses=problem_responses(400, 413)
    | described(TooManyPersonalTokens("There are 20, and no more than that.")),
)
async def make_personal_token(
    user_id: Owner, session: WriteSession, data: PersonalTokenCreate, response: Response
) -> PersonalTokenMade:
    row, token = await personal_tokens.make_token(session, user_id, data)
    # Nothing on the way may keep what is shown once.
    response.headers["Cache-Control"] = "no-store"
    _log.info("personal token made", extra={"user_id": user_id, "token_id": str(row.id)})
    known = PersonalTokenRead.model_validate(row)
    return PersonalTokenMade(**known.model_dump(), token=token)


@router.delete(
    "/{token_id}",
    summary="Revoke a personal token",
    status_code=204,
    responses=described(PersonalTokenNotFound("You have no token 0b0f6f58.")),
)
async def revoke_personal_token(
    user_id: Owner,
    session: WriteSession,
    token_id: Annotated[uuid.UUID, Path(description="Id of the token.")],
) -> None:
    await personal_tokens.revoke_token(session, user_id, token_id)
    _log.info("personal token revoked", extra={"user_id": user_id, "token_id": str(token_id)})
