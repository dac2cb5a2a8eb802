"""The committed contracts: up to date, whole, and valid documents of their kinds."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from filiere.contracts import drift, generate, read
from jsonschema import Draft7Validator, Draft202012Validator

from .network import EVENTS, FOLDER, NETWORK, committed

# The published schema of AsyncAPI 3.0.0 (Apache-2.0, npm `@asyncapi/specs`), kept beside the checkout.
ASYNCAPI_SCHEMA = FOLDER.parents[1] / "shared" / "data" / "standards" / "asyncapi" / "3.0.0-without-id.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())
    return loaded


def test_the_committed_contracts_are_what_the_services_declare() -> None:
    assert drift(read(FOLDER), generate(NETWORK)) == "", "run `make contracts` and commit the result"


def test_generating_twice_gives_the_same_bytes() -> None:
    assert generate(NETWORK) == generate(NETWORK)


@pytest.mark.skipif(not ASYNCAPI_SCHEMA.exists(), reason="the schema of AsyncAPI 3.0.0 is not beside the checkout")
def test_the_asyncapi_document_is_valid(document: dict[str, Any]) -> None:
    schema = json.loads(ASYNCAPI_SCHEMA.read_text())
    faults = [f"{error.json_path}: {error.message[:200]}" for error in Draft7Validator(schema).iter_errors(document)]
    assert faults == []


def test_every_reference_of_the_asyncapi_document_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(references_in(document))
    assert references
    for reference in references:
        if reference.startswith("#/"):
            assert found_at(document, reference) is not None, reference
        else:
            assert (FOLDER / reference).is_file(), reference


def test_every_service_sends_its_topics_and_receives_what_it_reads(document: dict[str, Any]) -> None:
    operations = set(document["operations"])
    for service in NETWORK.services:
        assert {f"{service.name}.send.{topic.name}" for topic in service.topics} <= operations
        assert {f"{service.name}.receive.{each.topic}" for each in service.subscriptions} <= operations


def test_every_topic_has_events_and_a_description() -> None:
    topics = yaml.safe_load((FOLDER / "topics.yaml").read_text())
    assert set(topics) == set(NETWORK.topics)
    for name, topic in topics.items():
        assert topic["events"], f"{name} has no events"
        assert topic["description"], f"{name} has no description"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_the_schema_of_an_event_is_a_sound_schema(event: Any) -> None:
    Draft202012Validator.check_schema(committed("schemas", event.type))


def references_in(node: Any) -> "list[str]":
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references_in(value)]
    if isinstance(node, list):
        return [found for value in node for found in references_in(value)]
    return []


def found_at(document: dict[str, Any], pointer: str) -> Any:
    """The value at a JSON pointer `#/a/b`, or None."""
    node: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
    return node


def test_the_contracts_name_no_path_of_one_machine() -> None:
    for name, text in read(FOLDER).items():
        assert str(Path.home()) + "/" not in text, name
