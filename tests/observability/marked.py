"""Marked personal data, and requests full of it, made from what each service says of itself."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from filiere.identifiers import uuid7

# Whatever form a leak takes (quoted, escaped, in an address), one of these letters or digits stays.
TRACES = ("marquefort", "699887766")
NAME, LOGIN, ALIAS = "Zephyrine Marquefort", "zmarquefort", "alias-marquefort"
EMAIL, PHONE = "zephyrine@marquefort.example", "+33699887766"
SUBJECT = "sub-marquefort"

# The services' day: in Paris it begins before the one of UTC.
TODAY = datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()

# Values that a rule checks and that say nothing of anybody; a wrong one would stop the request too early.
_KNOWN = {
    "siren": "552100554", "siret": "55210055400013", "postcode": "63000", "insee": "63113", "legal_form": "association",
    "publics": ["seniors"], "role": None, "year": 2021, "kind": "sold", "on": TODAY,
}  # fmt: skip

INVENTORY = {
    "action": "inventory",
    "deviceid": f"pc-{LOGIN}",
    "content": {
        "hardware": {"name": f"pc-de-{LOGIN}", "lastloggeduser": LOGIN, "winowner": NAME, "workgroup": "MARQUEFORT"},
        "bios": {"ssn": "PF1A2B3C", "smanufacturer": "LENOVO", "smodel": "20L6S29E00"},
        "users": [{"login": LOGIN, "domain": "MARQUEFORT"}],
        "local_users": [{"login": LOGIN, "name": NAME, "home": f"/home/{LOGIN}"}],
        "networks": [{"description": "wlan", "ipaddress": "10.0.0.7"}],
    },
}


def value_for(name: str) -> str:
    """Somebody's data that fits a field of this name."""
    lowered = name.lower()
    if "mail" in lowered:
        return EMAIL
    if "phone" in lowered:
        return PHONE
    if "alias" in lowered:
        return ALIAS
    return SUBJECT if lowered == "subject" else NAME


class Generator:
    """Bodies by an OpenAPI document: everything given, every free text a mark."""

    def __init__(self, document: Mapping[str, Any], ids: Mapping[str, str]) -> None:
        self._document = document
        self._ids = ids

    def body(self, method: str, path: str) -> Any:
        """A body for an API route, None when it takes none or no JSON."""
        operation = self._document["paths"].get(path, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        return self._value("body", content["schema"]) if content else None

    def names(self) -> set[str]:
        """Every field of every schema: what a form may be called to send."""
        schemas = self._document.get("components", {}).get("schemas", {}).values()
        return {name for schema in schemas for name in schema.get("properties", {})}

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        if "$ref" in schema:
            return self._value(name, self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        if name in self._ids:
            return self._ids[name]
        if _KNOWN.get(name) is not None:
            return _KNOWN[name]
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
            if choice.get("type") != "null":
                return self._value(name, choice)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            found = {key: self._value(key, one) for key, one in schema.get("properties", {}).items()}
            if isinstance(more := schema.get("additionalProperties"), Mapping):
                found[NAME] = self._value(NAME, more)
            return found
        if kind == "array":
            return [self._value(name, schema.get("items", {}))]
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return True
        return self._text(name, schema)

    def _text(self, name: str, schema: Mapping[str, Any]) -> str:
        given = {"uuid": str(uuid7()), "date": TODAY, "date-time": _now()}
        return given.get(schema.get("format", "")) or value_for(name)[: schema.get("maxLength", 200)]


def spoiled(body: Any) -> Any:
    """The same fields, each with marks of a type that nobody expects, and one more field that nobody knows."""
    if not isinstance(body, Mapping):
        return [{NAME: EMAIL}, PHONE]
    return {name: [{NAME: [value_for(name)]}] for name in body} | {LOGIN: {EMAIL: PHONE}}


def marked_event(example: Any, name: str = "") -> Any:
    """An event's example with a mark in every free text; ids, numbers, dates and short codes stay."""
    if isinstance(example, Mapping):
        return {key: marked_event(value, key) for key, value in example.items()}
    if isinstance(example, list):
        return [marked_event(value, name) for value in example]
    free = name in ("name", "city", "manufacturer", "model", "serial", "reason", "workshop_name", "code", "tool")
    return value_for(name) if isinstance(example, str) and free and not _is_id(example) else example


def leaks(texts: Mapping[str, bytes]) -> list[str]:
    """Lines of the texts that hold a trace of a mark, each with its text's name."""
    return [f"{name}: {line!r}" for name, text in texts.items() for line in _with_trace(text.splitlines())]


def broken_json() -> bytes:
    return json.dumps({"name": NAME, "email": EMAIL, "phone": PHONE}).encode()[:-1]


def _with_trace(lines: Iterable[bytes]) -> list[str]:
    found = (line.decode(errors="replace")[:2000] for line in lines)
    return [line for line in found if any(trace in line.lower() for trace in TRACES)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat()
