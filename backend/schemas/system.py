"""Shapes of health, identity and problems on the wire."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class UserRead(BaseModel):
    """The caller."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"id": "dev-user", "name": "Developer"}]},
    )

    id: str
    name: str


class DatabaseHealth(BaseModel):
    """State of the database."""

    reachable: bool
    schema_head: str | None = Field(description="Revision of the database's schema.")
    schema_fits: bool = Field(description="Whether this build can work with that schema.")


class OutboxHealth(BaseModel):
    """State of events on their way out of the database, counted to 100000."""

    model_config = ConfigDict(from_attributes=True)

    pending: int = Field(description="Events that wait to be published.")
    oldest_seconds: float = Field(description="Age of the oldest of them.")
    quarantined: int = Field(description="Events that were refused: todo events quarantine.")


class Health(BaseModel):
    """Whether this process and what it needs work."""

    status: Literal["ok", "degraded"]
    commit: str
    version: str


class HealthDetails(Health):
    """State of this process and of what it needs, for those inside the cluster."""

    environment: str
    database: DatabaseHealth
    outbox: OutboxHealth | None = Field(description="Null while the database cannot be asked.")


class Probe(BaseModel):
    """Answer of a probe."""

    status: str
    detail: str | None = None


class Readiness(Probe):
    """Answer of the readiness probe."""

    database: Literal["reachable", "unreachable", "unknown"] = Field(
        description="As it was seen last; whether requests are welcome does not depend on it."
    )


class ProblemError(BaseModel):
    """One field that is wrong."""

    location: str = Field(examples=["body", "query", "path", "header"])
    pointer: str = Field(description="JSON pointer or parameter name.", examples=["/title"])
    detail: str


class ProblemRead(BaseModel):
    """A problem as RFC 9457 describes it."""

    type: str = Field(examples=["urn:todo:problem:task-not-found"])
    title: str
    status: int
    detail: str
    request_id: str | None = None
    errors: list[ProblemError] = []
