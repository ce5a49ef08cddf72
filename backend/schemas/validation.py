"""Validation errors in one line, without the values that were refused."""

from pydantic import ValidationError


def describe_errors(error: ValidationError, whole: str = "") -> str:
    """Say which fields are wrong, and why; the values stay out, for they are a user's.

    Args:
        whole: the name for an error of no single field.
    """
    entries = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(str(part) for part in entry['loc']) or whole}: {entry['msg']}"
        for entry in entries
    )
