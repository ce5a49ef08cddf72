"""Refuse an address that nobody can reach."""

from todo_ci.errors import InputError


def need_url(url: str) -> None:
    """Refuse to check a release nobody can reach.

    Raises:
        InputError: without an http or https address.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(
            f"--url {url!r} is no address" if url else "no address of the gateway was given",
            accepted="http://HOST[:PORT] or https://HOST",
            next_step="add --url, or set <VERB>_URL in .env",
        )
