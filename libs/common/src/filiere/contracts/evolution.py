"""Additive only: what a new version of a schema takes away from those who read the old one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from filiere.contracts.network import Network

Schema = Mapping[str, Any]

# (keyword, which direction is tighter): a higher minimum refuses events that are already stored.
_BOUNDS = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), 1),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), -1),
}
_EXACT = ("const", "format", "pattern")


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that readers of a type lose. `field` is a dotted path, empty for the event as a whole."""

    type: str
    field: str
    what: str
    readers: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.type}: {self.field}" if self.field else self.type
        hit = f"read by {', '.join(self.readers)}" if self.readers else "no service here reads it, others may"
        return f"{where} {self.what} ({hit})"


def breaks(old: Mapping[str, Schema], new: Mapping[str, Schema], network: Network) -> list[Break]:
    """Everything that the new schemas (by event type) lose or tighten; a new type or optional field is none."""
    found = []
    for type_, schema in old.items():
        if type_ not in new:
            found.append(Break(type_, "", "is gone", readers(network, type_, "")))
            continue
        for field, what in _compare(schema, schema, new[type_], new[type_], ""):
            found.append(Break(type_, field, what, readers(network, type_, field)))
    return found


def readers(network: Network, type_: str, field: str) -> tuple[str, ...]:
    """Services whose own model of this type has the field (all that read the type, for the event as a whole)."""
    top = field.split(".")[0].removesuffix("[]")
    return tuple(
        sorted({service.name for service, model in network.readers(type_) if not top or top in model.model_fields})
    )


def _compare(old_root: Schema, old: Schema, new_root: Schema, new: Schema, path: str) -> Iterator[tuple[str, str]]:
    old_forms, new_forms = _forms(old_root, old), _forms(new_root, new)
    old_kinds, new_kinds = set(old_forms), set(new_forms)
    if lost := old_kinds - new_kinds:
        yield path, f"can no longer be {' or '.join(sorted(lost))}"
    if gained := new_kinds - old_kinds:
        # A reader written for the old kinds fails on the new one, null above all.
        yield path, f"can now be {' or '.join(sorted(gained))}"
    for kind in sorted(old_kinds & new_kinds):
        yield from _compare_form(old_root, old_forms[kind], new_root, new_forms[kind], path)


def _compare_form(old_root: Schema, old: Schema, new_root: Schema, new: Schema, path: str) -> Iterator[tuple[str, str]]:
    yield from _bounds(old, new, path)
    before, after = old.get("properties", {}), new.get("properties", {})
    required_before, required_after = set(old.get("required", [])), set(new.get("required", []))
    for name, schema in before.items():
        field = f"{path}.{name}" if path else name
        if name not in after:
            yield field, "is gone"
            continue
        if name in required_before and name not in required_after:
            yield field, "was always there and is now optional"
        if name not in required_before and name in required_after:
            yield field, "is now required: stored events may lack it"
        yield from _compare(old_root, schema, new_root, after[name], field)
    for name in sorted(required_after - set(before)):
        yield (f"{path}.{name}" if path else name), "is new and required: stored events lack it; give it a default"
    for key, suffix in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            yield from _compare(old_root, old[key], new_root, new[key], path + suffix)


def _bounds(old: Schema, new: Schema, path: str) -> Iterator[tuple[str, str]]:
    for keyword, tighter in _BOUNDS.items():
        if keyword in new and (keyword not in old or (new[keyword] - old[keyword]) * tighter > 0):
            yield path, f"has a tighter {keyword}: {old.get(keyword, 'none')} → {new[keyword]}"
    for keyword in _EXACT:
        if old.get(keyword) != new.get(keyword):
            yield path, f"changed its {keyword}: {old.get(keyword, 'none')} → {new.get(keyword, 'none')}"
    if "enum" in new:
        lost = [str(value) for value in old.get("enum", []) if value not in new["enum"]]
        if "enum" not in old:
            yield path, "is now limited to a list of values"
        elif lost:
            yield path, f"can no longer be {', '.join(lost)}"


def _forms(root: Schema, schema: Schema) -> dict[str, Schema]:
    """The kinds of value that a schema allows, each with its own rules: {"string": …, "null": …}."""
    if "$ref" in schema:
        return _forms(root, root["$defs"][str(schema["$ref"]).removeprefix("#/$defs/")])
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return {kind: form for each in schema[keyword] for kind, form in _forms(root, each).items()}
    if len(schema.get("allOf", ())) == 1:
        return _forms(root, schema["allOf"][0])
    kinds = schema.get("type", "anything")
    return dict.fromkeys(kinds if isinstance(kinds, list) else [kinds], schema)
