"""The app as services: what a person starts to look at it."""

import dagger
from dagger import dag

_DATA = "/data"
_BACKEND, _FRONTEND = "backend", "frontend"
_DATABASE = f"sqlite:///{_DATA}/todo.db"
# Where the engine's client lets a person in: sign-in works at the address that people open.
_ADDRESS = "http://localhost:3000"
_SAME_PLACE = "http://127.0.0.1:3000"
# The images' own users, who must be able to write what is kept.
_OWNER = "10001:10001"
# Made once and kept beside the data, so that nobody is signed out by the next start.
_SIGN_IN = f"""
secret={_DATA}/sign-in-secret
[ -s $secret ] || (umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' >$secret)
BETTER_AUTH_SECRET=$(cat $secret) exec node server.js
"""


def serve(backend: dagger.Container, frontend: dagger.Container) -> dagger.Service:
    """Start the frontend with the backend behind it, on a SQLite that the next start finds again.

    Each needs the other: the pages forward /api, and the backend reads the keys of sign-in. So the
    frontend has a name in the whole session, and only one of them is bound to the other.

    Args:
        backend: its image; the environment is local, so no secret is needed.
        frontend: its image, which forwards /api.
    """
    api = (
        _on_data(backend)
        .with_env_variable("BETTER_AUTH_JWKS_URL", f"http://{_FRONTEND}:3000/api/auth/jwks")
        .with_exposed_port(8000)
        .as_service(args=["sh", "-ec", "todo migrate && exec todo serve"])
    )
    return (
        _on_data(frontend)
        .with_service_binding(_BACKEND, api)
        .with_env_variable("TODO_BACKEND_URL", f"http://{_BACKEND}:8000")
        .with_env_variable("BETTER_AUTH_TRUSTED_ORIGINS", _SAME_PLACE)
        .with_exposed_port(3000)
        .as_service(args=["sh", "-ec", _SIGN_IN])
        .with_hostname(_FRONTEND)
    )


def _on_data(image: dagger.Container) -> dagger.Container:
    """Let a component keep its data in the one volume, under the one address."""
    return (
        image.with_mounted_cache(_DATA, dag.cache_volume("todo-up"), owner=_OWNER)
        .with_env_variable("TODO_ENVIRONMENT", "local")
        .with_env_variable("DATABASE_URL", _DATABASE)
        .with_env_variable("BETTER_AUTH_URL", _ADDRESS)
    )
