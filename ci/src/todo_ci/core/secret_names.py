"""The names of the secrets that more than one verb asks for."""

REQUIRED = ("database-url", "better-auth-secret")


REGISTRY_PASSWORD = "registry-password"  # noqa: S105
