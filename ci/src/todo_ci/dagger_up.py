"""The app as services: what a person starts to look at it."""

import dagger
from dagger import dag

_DATA = "/data"
_BACKEND = "backend"
# The images' own users, who must be able to write what is kept.
_OWNER = "10001:10001"


def serve(backend: dagger.Container, frontend: dagger.Container) -> dagger.Service:
    """Start the frontend with the backend behind it, on a SQLite that the next start finds again.

    Args:
        backend: its image; the environment is local, so no secret is needed.
        frontend: its image, which forwards /api.
    """
    api = (
        backend.with_mounted_cache(_DATA, dag.cache_volume("todo-up"), owner=_OWNER)
        .with_env_variable("TODO_ENVIRONMENT", "local")
        .with_env_variable("DATABASE_URL", f"sqlite:///{_DATA}/todo.db")
        .with_exposed_port(8000)
        .as_service(args=["sh", "-ec", "todo migrate && exec todo serve"])
    )
    return (
        frontend.with_service_binding(_BACKEND, api)
        .with_env_variable("TODO_BACKEND_URL", f"http://{_BACKEND}:8000")
        .with_exposed_port(3000)
        .as_service()
    )
