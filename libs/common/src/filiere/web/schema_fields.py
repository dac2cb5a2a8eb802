"""A JSON Schema as lines of a table: one per field, those of inner objects too, in the words of the schema itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

_DEEPEST = 6
_BOUNDS = (
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    "pattern", "default",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SchemaField:
    """`name` says where: `lines[].line_id`. `values` are all that may stand there, when the schema lists them."""

    name: str
    kind: str
    is_required: bool
    description: str
    bounds: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def fields_of(schema: Schema, document: Schema, name: str = "") -> list[SchemaField]:
    """The fields of an object's schema, in its order; `#/…` references are looked up in `document`."""
    return list(_fields(schema, document, name, frozenset()))


def field_of(
    name: str, schema: Schema, document: Schema, *, is_required: bool = False, description: str = ""
) -> SchemaField:
    """One field, without those inside it."""
    one = _resolved(schema, document)
    simple, is_nullable = _without_null(one, document)
    words = description or one.get("description") or simple.get("description") or ""
    stated = {**simple, **one}
    bounds = tuple(f"{key} {_json(stated[key])}" for key in _BOUNDS if key in stated)
    constant = [simple["const"]] if "const" in simple else []
    values = tuple(_json(value) for value in simple.get("enum", constant))
    kind = _kind(simple, document) + (" | null" if is_nullable else "")
    return SchemaField(name, kind, is_required, " ".join(str(words).split()), bounds, values)


def _fields(schema: Schema, document: Schema, above: str, seen: frozenset[str]) -> Iterator[SchemaField]:
    here = _object_inside(schema, document)
    if here is None or above.count(".") >= _DEEPEST:
        return
    target, suffix, reference = here
    if reference in seen:  # a shape that holds itself
        return
    required = target.get("required", ())
    prefix = f"{above}{suffix}." if above else ""
    for name, inner in target.get("properties", {}).items():
        place = f"{prefix}{name}"
        yield field_of(place, inner, document, is_required=name in required)
        yield from _fields(inner, document, place, seen | ({reference} if reference else frozenset()))


def _object_inside(schema: Schema, document: Schema) -> tuple[Schema, str, str] | None:
    """The object that a field is, or is a list or a map of: (schema, `[]` for each list, name it is referred to by)."""
    suffix, reference = "", ""
    for _ in range(_DEEPEST):
        reference = str(schema.get("$ref", reference))
        schema, _nullable = _without_null(_resolved(schema, document), document)
        if "properties" in schema:
            return schema, suffix, reference
        if "items" in schema:
            schema, suffix = schema["items"], f"{suffix}[]"
        elif isinstance(schema.get("additionalProperties"), dict):
            schema, suffix = schema["additionalProperties"], f"{suffix}{{}}"
        else:
            return None
    return None


def _resolved(schema: Schema, document: Schema) -> Schema:
    """The schema that a reference names, under what stands beside the reference."""
    reference = schema.get("$ref")
    if reference is None and len(schema.get("allOf", ())) == 1:
        reference = schema["allOf"][0].get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return {**_resolved(found, document), **{key: value for key, value in schema.items() if key != "$ref"}}


def _without_null(schema: Schema, document: Schema) -> tuple[Schema, bool]:
    choices = schema.get("anyOf") or schema.get("oneOf") or ()
    others = [choice for choice in choices if choice.get("type") != "null"]
    if len(others) == 1:
        return _resolved(others[0], document), len(others) < len(choices)
    return schema, len(others) < len(choices)


def _kind(schema: Schema, document: Schema) -> str:
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        kinds = (_kind(_resolved(one, document), document) for one in choices if one.get("type") != "null")
        return " | ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        inner, _nullable = _without_null(_resolved(schema.get("items", {}), document), document)
        return f"{_kind(inner, document)}[]"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _json(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # OpenAPI writes the bounds of whole numbers as 1.0
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
