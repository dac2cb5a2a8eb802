"""What the API's description says beyond FastAPI's own: tokens, how large a body may be, every status, what is CSV."""

from copy import deepcopy
from typing import Any

from fastapi import FastAPI

from filiere.web.request_limits import BODY_LIMIT, UPLOAD, USUAL_BODY

CSV = {"text/csv": {"schema": {"type": "string"}}}
# Beside what the rules of a route refuse (`routers.PROBLEMS`).
READS_A_BODY = {
    "400": "The body cannot be read.",
    "413": "The body is larger than the route takes.",
    "415": "The body's type is too long, or says another charset than UTF-8.",
}
ALWAYS = {"503": "A part that is needed does not answer; come again after `Retry-After` seconds."}


def describe(app: FastAPI, max_upload_bytes: int) -> None:
    """Complete the document that the app gives out."""
    first = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = first()
            schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
            schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            document["security"] = [{"bearer": []}]
            for path, operations in document["paths"].items():
                for operation in operations.values():
                    _complete(path, operation, max_upload_bytes)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(path: str, operation: dict[str, Any], max_upload_bytes: int) -> None:
    responses = operation["responses"]
    problem = responses["422"]["content"]
    more = dict(ALWAYS)
    if "requestBody" in operation:
        stated = operation.get(BODY_LIMIT, USUAL_BODY)
        operation[BODY_LIMIT] = max_upload_bytes if stated == UPLOAD else min(stated, max_upload_bytes)
        more |= READS_A_BODY
    else:
        operation.pop(BODY_LIMIT, None)
    for status, words in more.items():
        responses.setdefault(status, {"description": words, "content": deepcopy(problem)})
    if path.endswith(".csv"):
        responses["200"]["content"] = deepcopy(CSV)
