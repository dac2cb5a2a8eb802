"""What the API's description says beyond FastAPI's own: tokens, how large a body may be, every problem, what is CSV.

Each status of an operation names the problem types that it may bear, with the title of each: those of its rules, said
at the route (`responses=raises(…)`), and those of the edge, which follow from what the operation takes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI

from filiere.keys import ANY_KEY, KeyScope
from filiere.keys.secret import PATTERN
from filiere.web.access import DutyMissing, NotByKey, RoleMissing, ScopeMissing, routes_with_access
from filiere.web.bearer import InvalidToken, ProviderUnreachable
from filiere.web.errors import PROBLEM_PREFIX, DomainError, Unauthenticated, Unavailable
from filiere.web.idempotency import IdempotencyKeyReused, IdempotencyKeyTooLong, RequestInProgress
from filiere.web.keys import InvalidKey
from filiere.web.problems import HTTP_TITLES, INVALID_TITLE, NoSuchPlace
from filiere.web.request_limits import BODY_LIMIT, UPLOAD, USUAL_BODY, UnstorableText
from filiere.web.sessions import TooManyDownloads
from filiere.web.sheet_export import XLSX, UnknownFormat

SHEETS: dict[str, Any] = {
    "text/csv": {"schema": {"type": "string"}},
    XLSX: {"schema": {"type": "string", "contentMediaType": XLSX}},
}
CALENDAR: dict[str, Any] = {"text/calendar": {"schema": {"type": "string"}}}
SHEET_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["csv", "xlsx"], "default": "csv", "title": "Format"},
    "description": "`xlsx`: the same list as a workbook.",
}
MEDIA_TYPE = "application/problem+json"
PROBLEMS = "x-problems"  # slug → title, of each status

# What the edge answers by itself, wherever it may.
OF_EVERY_ROUTE = (
    Unauthenticated,
    InvalidToken,
    RoleMissing,
    DutyMissing,
    UnstorableText,
    Unavailable,
    ProviderUnreachable,
)
OF_KEYS = (InvalidKey, ScopeMissing, NotByKey)  # of services that give any
OF_POSTS = (IdempotencyKeyReused, IdempotencyKeyTooLong, RequestInProgress)
OF_LISTS = (NoSuchPlace,)
OF_DOWNLOADS = (TooManyDownloads, UnknownFormat)
WORDS = {
    "400": "The body cannot be read.",
    "401": "No token or key, or one that is not valid.",
    "403": "The caller's role, their duty in the organisation, or the key's scopes, may not do this.",
    "404": "Unknown, or another organisation's.",
    "409": "The present state forbids it.",
    "413": "The body is larger than the route takes, or is JSON of too many values.",
    "415": "The body's type is too long, or says another charset than UTF-8.",
    "422": "A field or a rule refuses it.",
    "503": "A part that is needed does not answer; come again after `Retry-After` seconds.",
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message_fr": {"type": "string"}},
            },
        },
        "more_errors": {"type": "integer", "description": "How many errors there are beside those told."},
    },
}


def raises(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route of the API: the domain errors that it, or what it calls, raises.

    `tests/architecture/test_refusals.py` reads the sources, and knows which are missing here and which are too many.
    """
    found: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        status = found.setdefault(error.status_code, {"description": "", PROBLEMS: {}})
        status[PROBLEMS][error.slug()] = error.title
    return found


def problem_types(response: dict[str, Any]) -> list[str]:
    """The types that a described answer may bear."""
    content = response.get("content", {}).get(MEDIA_TYPE)
    return list(content["schema"]["allOf"][1]["properties"]["type"]["enum"]) if content else []


KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": PATTERN,
    "description": "A key that an organisation made for its tools. One of the scopes that are named is enough.",
}


def key_security(keys: Sequence[KeyScope] | None) -> list[dict[str, list[str]]]:
    """With which keys a route opens, as alternatives; OpenAPI 3.1 lets a scheme that is no OAuth name what it needs."""
    if keys == ANY_KEY:
        return [{"key": []}]
    return [{"key": [scope.name]} for scope in keys or ()]


def describe(app: FastAPI, max_upload_bytes: int, *, gives_keys: bool = False) -> None:
    """Complete the document that the app gives out."""
    first = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = first()
            components = document.setdefault("components", {})
            components.setdefault("schemas", {})["Problem"] = PROBLEM
            components.setdefault("securitySchemes", {})["bearer"] = {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
            }
            document["security"] = [{"bearer": []}]
            if gives_keys:
                components["securitySchemes"]["key"] = KEY_SCHEME
            ruled = {(path, method.lower()): access for method, path, access in routes_with_access(app) if access}
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    access = ruled.get((path, method))
                    if access and access.is_public:
                        operation["security"] = []
                    elif gives_keys and access and access.keys:
                        operation["security"] = [{"bearer": []}, *key_security(access.keys)]
                    _complete(path, method, operation, max_upload_bytes, gives_keys=gives_keys)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(path: str, method: str, operation: dict[str, Any], max_upload_bytes: int, *, gives_keys: bool) -> None:
    responses = operation["responses"]
    if "requestBody" in operation:
        stated = operation.get(BODY_LIMIT, USUAL_BODY)
        operation[BODY_LIMIT] = max_upload_bytes if stated == UPLOAD else min(stated, max_upload_bytes)
    else:
        operation.pop(BODY_LIMIT, None)
    titles: dict[str, dict[str, str]] = {}
    for status, slug, title in _of_the_edge(path, method, operation, gives_keys=gives_keys):
        titles.setdefault(status, {})[slug] = title
    for status, response in responses.items():
        titles.setdefault(status, {}).update(response.pop(PROBLEMS, {}))
    for status, named in titles.items():
        if named:
            responses[status] = _problems(status, named)
    if path.endswith(".csv"):
        responses["200"]["content"] = SHEETS
        operation["parameters"] = [*operation.get("parameters", []), SHEET_FORMAT]
    if path.endswith(".ics"):
        responses["200"]["content"] = CALENDAR
    operation["responses"] = dict(sorted(responses.items()))


def _of_the_edge(
    path: str, method: str, operation: dict[str, Any], *, gives_keys: bool
) -> Iterator[tuple[str, str, str]]:
    """(status, slug, title) of what is answered around the route's own rules."""
    errors: list[type[DomainError]] = [*OF_EVERY_ROUTE]
    errors += OF_KEYS if gives_keys else ()
    errors += OF_POSTS if method == "post" else ()
    errors += OF_LISTS if any(one["name"] == "after" for one in operation.get("parameters", [])) else ()
    errors += OF_DOWNLOADS if path.endswith(".csv") else ()
    yield from ((str(error.status_code), error.slug(), error.title) for error in errors)
    yield "422", "validation", INVALID_TITLE
    if "requestBody" in operation:
        yield from ((str(status), f"http-{status}", HTTP_TITLES[status]) for status in (400, 413, 415))


def _problems(status: str, titles: dict[str, str]) -> dict[str, Any]:
    kinds = sorted(titles)
    told = "".join(f"\n- `{slug}`: {titles[slug]}" for slug in kinds)
    types = {"properties": {"type": {"enum": [f"{PROBLEM_PREFIX}{slug}" for slug in kinds]}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, types]}
    return {
        "description": f"{WORDS[status]}\n{told}",
        PROBLEMS: {slug: titles[slug] for slug in kinds},
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
