"""The caller."""

from fastapi import APIRouter

from routes.dependencies import CurrentUser
from schemas.system import UserRead

router = APIRouter(tags=["identity"])


@router.get("/api/me", summary="Tell who is calling")
async def get_me(user: CurrentUser) -> UserRead:
    return UserRead.model_validate(user)
