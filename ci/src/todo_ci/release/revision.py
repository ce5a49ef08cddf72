"""One revision of the release, as helm and the pipeline's labels describe it."""

from dataclasses import dataclass

from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.release.verdict import Verification

SERVED = ("deployed", "superseded")


@dataclass(frozen=True, slots=True)
class Revision:
    """Hold one revision of the release.

    Args:
        number: helm's revision.
        status: helm's word for it, such as ``deployed`` or ``pending-upgrade``.
        verdict: what the pipeline found; it counts only for its own number.
        commit: the commit it was made from.
        updated: when helm made it, by the client's clock.
        created: when the API server stored it, by the server's clock.
        description: helm's own words.
        schema: what its build makes of the database; None where it was not recorded.
    """

    number: int
    status: str
    verdict: Verification = Verification.UNVERIFIED
    commit: str = ""
    updated: str = ""
    created: str = ""
    description: str = ""
    schema: DatabaseSchema | None = None

    @property
    def pending(self) -> bool:
        """Tell whether helm is, or was, in the middle of something."""
        return self.status.startswith("pending-") or self.status == "uninstalling"

    @property
    def good(self) -> bool:
        """Tell whether it served and verified."""
        return self.status in SERVED and self.verdict is Verification.PASSED
