"""The table of ``release.toml`` on previews: releases beside each other, for a while."""

from typing import Annotated

from msgspec import Meta

from todo_ci.project.fields import NamedAddress, NamedText, Table, ValuesPath

PLACE = "{name}"
"""What stands for a preview's name in a text."""


class Previews(Table, frozen=True):
    """Where the previews of an environment answer, how many there may be, and for how long."""

    url: Annotated[
        NamedAddress, Meta(description="Address of a preview, with {name} where its name stands.")
    ]
    values: Annotated[
        dict[ValuesPath, NamedText | tuple[NamedText, ...]],
        Meta(
            description="What of the chart's values is another for each preview, such as the host "
            "name or the path that it answers to: a text with {name} in it, or a list of such.",
            min_length=1,
        ),
    ]
    limit: Annotated[int, Meta(description="How many there may be at a time.", ge=1, le=100)] = 3
    max_age_hours: Annotated[
        int,
        Meta(description="How long ago one may have been released last.", ge=1, le=8760),
    ] = 72

    def url_of(self, name: str) -> str:
        """Return the address of a preview."""
        return self.url.replace(PLACE, name)

    def values_of(self, name: str) -> dict[str, str | list[str]]:
        """Return the chart's values of a preview, by their paths."""
        return {
            path: said.replace(PLACE, name)
            if isinstance(said, str)
            else [text.replace(PLACE, name) for text in said]
            for path, said in self.values.items()
        }
