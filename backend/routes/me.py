"""The caller."""

from fastapi import APIRouter

from routes.dependencies import CurrentUser
from routes.problems import problem_responses
from schemas.system import UserRead

router = APIRouter(tags=["identity"], responses=problem_responses(401, 429, 503))


@router.get("/api/me", summary="Tell who is calling")
async def get_me(user: CurrentUser) -> UserRead:
    return UserRead.model_validate(user)
