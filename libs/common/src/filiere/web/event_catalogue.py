"""Every event of the network as its pages show it: read from `contracts/`, which is written from the code.

A service knows itself alone; the files know who else publishes and reads.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from filiere import safe_yaml
from filiere.web.schema_fields import SchemaField, fields_of

ASYNCAPI = "asyncapi.yaml"


@dataclass(frozen=True, slots=True)
class EventType:
    """`publisher` and `readers` are names of services; `key` is the field whose events stay in order."""

    type: str
    title: str
    description: str
    topic: str
    topic_description: str
    key: str
    publisher: str
    readers: list[str]
    fields: list[SchemaField]
    example: str
    headers: dict[str, str]


@lru_cache(maxsize=2)
def events_in(folder: Path) -> dict[str, EventType]:
    """Every event by its type; nothing where the files are not installed."""
    if not (folder / ASYNCAPI).is_file():
        return {}
    document = safe_yaml.read((folder / ASYNCAPI).read_text())
    messages = document["components"]["messages"]
    return {
        type_: _event(folder, document, topic, messages[type_])
        for topic, channel in document["channels"].items()
        for type_ in channel["messages"]
    }


def _event(folder: Path, document: dict[str, Any], topic: str, message: dict[str, Any]) -> EventType:
    type_, example = message["name"], message["examples"][0]
    schema = json.loads((folder / "schemas" / f"{type_}.schema.json").read_text())
    return EventType(
        type=type_,
        title=message["title"],
        description=message["description"],
        topic=topic,
        topic_description=document["channels"][topic]["description"],
        key=message["bindings"]["kafka"]["key"]["description"],
        publisher=_services(document, "send", topic, type_)[0],
        readers=_services(document, "receive", topic, type_),
        fields=fields_of(schema, schema),
        example=json.dumps(example["payload"], ensure_ascii=False, indent=2),
        headers=example["headers"],
    )


def _services(document: dict[str, Any], action: str, topic: str, type_: str) -> list[str]:
    """Names of the services that send or receive an event: an operation is called `<service>.<action>.<topic>`."""
    reference = f"#/channels/{topic}/messages/{type_}"
    return [
        name.partition(".")[0]
        for name, operation in document["operations"].items()
        if operation["action"] == action and {"$ref": reference} in operation["messages"]
    ]
