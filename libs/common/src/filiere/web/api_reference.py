"""The service's API as its pages show it: each operation, who may call it, what goes in and what comes out.

Read from the app's own OpenAPI document and from the access rule of each route, so that neither can tell another story.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import FastAPI

from filiere.keys import ANY_KEY, KeyScope
from filiere.roles import Role
from filiere.web.access import Access, routes_with_access
from filiere.web.openapi import PROBLEMS
from filiere.web.schema_fields import SchemaField, field_of, fields_of


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds: its media type, its own kind (`object`, `array`, `string`), and its fields."""

    media_type: str
    kind: str
    fields: list[SchemaField]


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    description: str
    contents: list[Content]
    problems: Mapping[str, str]  # what it may be refused for: slug → title


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is its `operationId`. No role and not public: anybody who is logged in."""

    name: str
    method: str
    path: str
    tag: str
    description: str
    is_public: bool
    roles: list[Role]
    any_key: bool
    keys: list[KeyScope]  # of which a key needs one
    parameters: list[SchemaField]
    body: list[Content]
    most_bytes: int | None
    answers: list[Answer]


@lru_cache(maxsize=8)
def operations_of(app: FastAPI) -> dict[str, Operation]:
    """Every operation by its name, in the order of the document."""
    document = app.openapi()
    rules = {(method, path): access for method, path, access in routes_with_access(app)}
    found = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            operation = _operation(document, path, method.upper(), described, rules.get((method.upper(), path)))
            found[operation.name] = operation
    return found


def _operation(
    document: Mapping[str, Any], path: str, method: str, described: Mapping[str, Any], access: Access | None
) -> Operation:
    return Operation(
        name=described["operationId"],
        method=method,
        path=path,
        tag=(described.get("tags") or [""])[0],
        description=" ".join(str(described.get("description") or described.get("summary") or "").split()),
        is_public=access is not None and access.is_public,
        roles=[role for role in Role if access is not None and role in access.roles],
        any_key=access is not None and access.keys == ANY_KEY,
        keys=list(access.keys or ()) if access is not None and access.keys != ANY_KEY else [],
        parameters=[
            field_of(
                one["name"],
                one.get("schema", {}),
                document,
                is_required=bool(one.get("required")),
                description=one.get("description", ""),
            )
            for one in described.get("parameters", ())
        ],
        body=_contents(document, described.get("requestBody", {})),
        most_bytes=described.get("x-max-body-bytes"),
        answers=[_answer(document, status, answer) for status, answer in sorted(described["responses"].items())],
    )


def _answer(document: Mapping[str, Any], status: str, answer: Mapping[str, Any]) -> Answer:
    words = answer.get("description", "").partition("\n\n")[0]  # the problems follow there too
    return Answer(status, words, _contents(document, answer), answer.get(PROBLEMS, {}))


def _contents(document: Mapping[str, Any], described: Mapping[str, Any]) -> list[Content]:
    contents = []
    for media_type, content in described.get("content", {}).items():
        schema = content.get("schema", {})
        contents.append(Content(media_type, field_of("", schema, document).kind, fields_of(schema, document)))
    return contents
