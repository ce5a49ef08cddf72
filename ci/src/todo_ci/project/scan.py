"""The policy of ``release.toml`` on packages that are known to be unsafe."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from todo_ci.project.fields import AdvisoryDatabase, AdvisoryId, Day, Table

Bar = Literal["low", "medium", "high", "critical"]


class Exemption(Table, frozen=True):
    """A finding that is taken for a while, and why."""

    id: Annotated[AdvisoryId, Meta(description="Its name, or any other one that it goes by.")]
    until: Annotated[Day, Meta(description="The last day of it, in UTC.")]
    reason: Annotated[str, Meta(description="Why it may be taken, in words.", min_length=1)]
    package: Annotated[
        str, Meta(description="Of this package alone; left out, of any.", min_length=1)
    ] = ""


class Scan(Table, frozen=True):
    """The findings that an image may have."""

    refuse: Annotated[Bar, Meta(description="Findings of this severity and above are refused.")] = (
        "high"
    )
    refuse_unknown: Annotated[
        bool, Meta(description="False: those of which no severity is known are told, and taken.")
    ] = True
    only_fixed: Annotated[
        bool, Meta(description="True: those that no version mends are told, and taken.")
    ] = False
    max_age_days: Annotated[
        int, Meta(description="How old the newest advisory of a database may be.", ge=1, le=365)
    ] = 7
    database: Annotated[
        AdvisoryDatabase, Meta(description="Where the advisories are, as OSV exports them.")
    ] = "https://osv-vulnerabilities.storage.googleapis.com"
    except_: Annotated[
        tuple[Exemption, ...], Meta(description="Findings that are taken for a while.")
    ] = msgspec.field(default=(), name="except")
