"""Conditions of a request on the version of a task (RFC 9110, section 13)."""

from typing import Annotated

from fastapi import Depends, Header

from schemas.versions import ENTITY_TAGS, EntityTags, Precondition

# A header of that size names some hundred versions.
_LONGEST = 2000


async def if_match(
    header: Annotated[
        str | None,
        Header(
            alias="If-Match",
            pattern=ENTITY_TAGS,
            max_length=_LONGEST,
            description=(
                "The ETag of the task you have seen, several, or * for any; 412 when it has "
                "changed since."
            ),
            examples=['"1"'],
        ),
    ] = None,
) -> EntityTags | None:
    """Return the tags one of which the task must have, or None without If-Match."""
    return None if header is None else EntityTags.parse(header)


async def if_none_match(
    header: Annotated[
        str | None,
        Header(
            alias="If-None-Match",
            pattern=ENTITY_TAGS,
            max_length=_LONGEST,
            description=(
                "ETags the task must not have, or *. When it has one of them, reading is answered "
                "304, and a change 412."
            ),
            examples=['"1"'],
        ),
    ] = None,
) -> EntityTags | None:
    """Return the tags none of which the task may have, or None without If-None-Match."""
    return None if header is None else EntityTags.parse(header)


NoneOf = Annotated[EntityTags | None, Depends(if_none_match)]


async def precondition(
    match: Annotated[EntityTags | None, Depends(if_match)], none_match: NoneOf
) -> Precondition:
    """Collect what a change depends on."""
    return Precondition(match, none_match)


ChangeCondition = Annotated[Precondition, Depends(precondition)]
