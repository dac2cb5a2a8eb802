"""JSON Schema and example of one event's data."""

import json
from typing import Any

from pydantic import ValidationError

from filiere.contracts.network import ContractFault
from filiere.events import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OCCURRED_AT = "2026-01-15T09:30:00Z"  # of every example: generated files must not change by themselves


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The schema of an event's data, JSON Schema draft 2020-12.

    It describes what every reader of this version may count on, whenever the event was written:
    a field with a default is optional, for events stored before the field was added do not have it;
    unknown fields are allowed, for later producers may add some. The producer itself refuses unknown fields.
    """
    schema: dict[str, Any] = {"$schema": DIALECT, "$id": f"urn:filiere:schema:{event.type}"}
    schema |= _opened(event.model_json_schema(mode="serialization"))
    # Its default is the moment of writing: no event has ever been without it.
    schema["required"] = sorted({*schema.get("required", []), "occurred_at"})
    return schema


def example_of(event: type[Event]) -> dict[str, Any]:
    """The event's own example as it travels, at a fixed moment; raises as `sample`."""
    return dict(json.loads(sample(event).model_dump_json()))


def sample(event: type[Event]) -> Event:
    """The example as an event.

    :raises ContractFault: the event does not accept its example.
    """
    try:
        return event.model_validate({"occurred_at": OCCURRED_AT, **event.example})
    except ValidationError as error:
        raise ContractFault([f"{event.type}: the example is refused: {error}"]) from error


def _opened(node: Any) -> Any:
    """The schema without `additionalProperties: false`; a typed `additionalProperties` is a map and stays."""
    if isinstance(node, dict):
        return {
            key: _opened(value) for key, value in node.items() if not (key == "additionalProperties" and value is False)
        }
    if isinstance(node, list):
        return [_opened(item) for item in node]
    return node
