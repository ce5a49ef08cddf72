"""Problems the API answers with (RFC 9457), free of any framework."""

from typing import Any, ClassVar


class Problem(Exception):
    """Carry one answer that is not a success; subclasses fix status, code and title.

    Args:
        detail: what is wrong with this request, what is accepted and what to do next.
        headers: extra response headers, such as ETag or Retry-After.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    detail: ClassVar[str] = "Try again; if it stays, report the request id."

    def __init__(self, detail: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail or self.detail)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return what a client reads."""
        return {
            "type": f"urn:todo:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
        }


class NotSignedIn(Problem):
    """Challenge the caller as RFC 6750 says.

    Args:
        detail: for people.
        reason: what is wrong with the token that was sent; None when none was.
    """

    status, code, title = 401, "not-signed-in", "You are not signed in"
    detail = "Send Authorization: Bearer TOKEN. Next: sign in; GET /api/auth/token gives one."

    def __init__(self, detail: str | None = None, reason: str | None = None) -> None:
        challenge = 'Bearer realm="todo"'
        if reason is not None:
            challenge += f', error="invalid_token", error_description="{reason}"'
        super().__init__(detail, {"WWW-Authenticate": challenge})

    def add_to_challenge(self, name: str, value: str) -> None:
        """Name one more parameter of the challenge, such as where the resource is described."""
        self.headers["WWW-Authenticate"] += f', {name}="{value}"'


class NotYourData(Problem):
    status, code, title = 403, "not-your-data", "This belongs to another user"


class ForeignOrigin(Problem):
    status, code, title = 403, "foreign-origin", "A page of another site may not call this"


class ReadOnlyToken(Problem):
    status, code, title = 403, "read-only-token", "This token may only read"


class NotTheSidecar(Problem):
    status, code, title = 403, "not-the-sidecar", "Only this app's own sidecar may call this path"


class TaskNotFound(Problem):
    status, code, title = 404, "task-not-found", "There is no such task"


class NoticeNotFound(Problem):
    status, code, title = 404, "notice-not-found", "There is no such notice"


class ConversationNotFound(Problem):
    status, code, title = 404, "conversation-not-found", "There is no such conversation"


class PersonalTokenNotFound(Problem):
    status, code, title = 404, "personal-token-not-found", "There is no such token"


class TooManyPersonalTokens(Problem):
    status, code, title = 409, "too-many-personal-tokens", "You have as many tokens as one may have"


class ConversationBusy(Problem):
    status, code, title = 409, "conversation-busy", "A reply is still being given"
    detail = (
        "One message at a time is answered in a conversation. Wait until the reply has ended, or "
        "say it in another conversation."
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class RequestRunning(Problem):
    status, code, title = 409, "request-running", "The same request is still being answered"
    detail = "Wait until it has ended, then repeat it under the same Idempotency-Key."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class VersionMismatch(Problem):
    status, code, title = 412, "version-mismatch", "The task has changed since you read it"


class InvalidCursor(Problem):
    status, code, title = 422, "invalid-request", "The request is not valid"


class KeyReused(Problem):
    status, code, title = 422, "idempotency-key-reused", "The key belongs to another request"
    detail = (
        "This Idempotency-Key was given to a request with another path or body. Next: make up a "
        "new key for each new request, and repeat one only as it was."
    )


class VersionRequired(Problem):
    status, code, title = 428, "version-required", "A replacement must name the version it replaces"


class TooManyRequests(Problem):
    status, code, title = 429, "too-many-requests", "You sent very many requests"

    def __init__(self, a_minute: int = 20_000, seconds: int = 1) -> None:
        super().__init__(
            f"One user may send {a_minute} requests a minute. Nothing was changed. Next: wait "
            f"{max(1, seconds)} s, then send the rest.",
            {"Retry-After": str(max(1, seconds))},
        )


class TooManyAtOnce(Problem):
    status, code, title = 429, "too-many-at-once", "You have too many of these at once"

    def __init__(self, most: int, what: str) -> None:
        super().__init__(
            f"One user may have {most} {what} at once. Next: end one, or wait until one has ended.",
            {"Retry-After": "5"},
        )


class TooManyTasks(Problem):
    status, code, title = 429, "too-many-tasks", "You have as many tasks as one may have"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"One user may have {most} tasks, open and done together. Nothing was changed. Next: "
            "delete tasks you no longer need, such as those done long ago, then repeat this."
        )


class TooManyConversations(Problem):
    status, code = 429, "too-many-conversations"
    title = "You have as many conversations as one may have"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"One user may have {most} conversations. Nothing was changed. Next: go on in one that "
            "there is, or delete some, then repeat this."
        )


class TooMuchStored(Problem):
    status, code, title = 429, "too-much-stored", "You have stored as much as one may store"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Titles, descriptions and messages of one user may take {most} bytes together. "
            "Nothing was changed. Next: delete tasks or conversations, then repeat this."
        )


class TooManyTags(Problem):
    status, code, title = 429, "too-many-tags", "You use as many tags as one may use"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"One user may use {most} different tags. Nothing was changed. Next: use one of those "
            "there are, or take one off all tasks that have it, then repeat this."
        )


class ReplyInterrupted(Problem):
    status, code, title = 503, "reply-interrupted", "The reply was cut short"
    detail = "The server was restarted. What was done so far is shown; say the rest again."


class ReplyTooSlow(Problem):
    status, code, title = 504, "reply-too-slow", "The reply took too long"
    detail = "What was done so far is shown; say the rest again, in smaller steps."


class DatabaseUnavailable(Problem):
    status, code, title = 503, "database-unavailable", "The database cannot be reached"
    detail = "Nothing was changed. Try again in a few seconds."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class ChangeUncertain(DatabaseUnavailable):
    code, title = "change-uncertain", "It is not known whether the change was made"
    detail = (
        "The database fell silent while it stored the change, which may or may not have been made. "
        "Next: look before you repeat it. What was sent with an Idempotency-Key can be repeated "
        "safely, under the same key."
    )


class SignInUnavailable(Problem):
    status, code, title = 503, "sign-in-unavailable", "Nobody can be recognised right now"
    detail = "The keys of sign-in cannot be read. Nothing was changed. Try again in a few seconds."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
