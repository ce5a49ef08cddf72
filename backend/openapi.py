"""The description of the API, where the framework's own says too little or too much."""

from typing import Any

from fastapi import FastAPI

from routes.problems import problem_schema
from schemas.chat import ConversationStarted, ReplyDone, TextDelta


def describe_problems_and_parameters(app: FastAPI) -> None:
    """Let `app.openapi()` name the one shape of problems, and parameters as they travel.

    A parameter may be left out but never be null: a URL or a header has no such value, and a
    generated client would send the word.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document["components"]["schemas"]
        problem = problem_schema()
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem | {"title": "Problem"}
        for event in (ConversationStarted, TextDelta, ReplyDone):
            # Sent as events only, which the framework does not look into.
            schemas[event.__name__] = event.model_json_schema()
        for path in document["paths"].values():
            for operation in path.values():
                for parameter in operation.get("parameters", []):
                    parameter["schema"] = without_null(parameter["schema"])
        return document

    app.openapi = openapi


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an optional value as that of the value itself."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return kinds[0] | {key: value for key, value in schema.items() if key != "anyOf"}
