"""Inventories that no tool writes: refused with a sentence, or read for what is sound in them. Never anything else."""

import contextlib
import copy
import json
import time
from typing import Any

import pytest
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import MAX_BYTES
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from refurbish.audits.difference import media_seen
from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory
from refurbish.audits.reading import read_inventory
from refurbish.grading.rules import known_facts

from .shapes import GLPI, LSHW, device

MOST_CPU_S = 2.0


def read(document: Any) -> HardwareFacts:
    return read_inventory(json.dumps(document).encode())


def is_sound(facts: HardwareFacts) -> None:
    """What was read can be kept, declared and graded."""
    kept = HardwareFacts.model_validate_json(facts.model_dump_json())
    kept.model_dump_json().encode()
    assert "\\u0000" not in facts.model_dump_json()
    media_seen(device(), kept)
    known_facts([], kept)


@pytest.mark.parametrize("children", [5, "x", True, {"class": "disk"}, [5, None, [[]]]])
def test_children_that_are_no_list_of_nodes_are_no_children(children: Any) -> None:
    is_sound(read({"class": "system", "vendor": "LENOVO", "children": children}))


@pytest.mark.parametrize("size", [100_001 * 10**9, 10**17, "99999999999999999", -1, 1e300, 0.001])
def test_a_disk_larger_than_any_keeps_its_serial_and_loses_its_size(size: Any) -> None:
    facts = read({"class": "system", "children": [{"class": "disk", "serial": "S4NSSD0001", "size": size}]})
    is_sound(facts)
    assert [(one.serial, one.size_gb) for one in facts.media] == [("S4NSSD0001", None)]


def test_a_serial_too_long_to_be_one_identifies_nothing() -> None:
    facts = read({"class": "system", "serial": "A1" * 60, "children": [{"class": "disk", "serial": "B2" * 60}]})
    is_sound(facts)
    assert facts.serial is None
    assert [one.serial for one in media_seen(device(), facts)] == [f"{device().label}-D1"]


@pytest.mark.parametrize("character", ["\0", "\ud800", "\x07", "\u202e"])
def test_a_character_that_no_database_keeps_is_read_as_a_space(character: str) -> None:
    document = copy.deepcopy(LSHW)
    document |= {"vendor": f"Zorg{character}lub", "product": character, "serial": f"PF1A{character}2B3C"}
    facts = read(document)
    is_sound(facts)
    assert (facts.manufacturer, facts.model, facts.serial) == ("Zorg lub", None, "PF1A2B3C")


def test_memory_beyond_any_machine_is_not_known() -> None:
    assert read({"content": {"bios": {"ssn": "PF1A2B3C"}, "hardware": {"memory": 10**15}}}).ram_gb is None


HOSTILE = {
    "deep": b'{"class":"system","children":' + b"[" * 1_000_000,
    "wide": b'{"class":"system","children":[' + b'{"":0},' * 700_000 + b"{}]}",
    "a long text": json.dumps({"class": "system", "vendor": "a " * 2_000_000}).encode(),
    "many names": json.dumps(
        {"class": "system", "children": [{"class": "disk", "size": 1, "logicalname": ["/dev/sda"] * 400_000}]}
    ).encode(),
    "a number without end": b'{"class":"system","children":[{"class":"disk","size":' + b"9" * 4_000_000 + b"}]}",
    "an expansion": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
    "empty lines in XML": b"<REQUEST><CONTENT>" + b"\n" * 4_900_000 + b"</CONTENT></REQUEST>",
    "entities in XML": b"<REQUEST><CONTENT>" + b"&amp;" * 900_000 + b"</CONTENT></REQUEST>",
    "elements in XML": b"<REQUEST><CONTENT>" + b"<A/>" * 1_200_000 + b"</CONTENT></REQUEST>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_inventory_costs_no_more_than_an_honest_one(name: str) -> None:
    assert len(HOSTILE[name]) <= MAX_BYTES
    before = time.process_time()
    with contextlib.suppress(UnreadableInventory):
        is_sound(read_inventory(HOSTILE[name]))
    assert time.process_time() - before < MOST_CPU_S


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [(node, key) for key, _ in pairs] + [place for _, child in pairs for place in places(child)]


@settings(max_examples=examples(300))
@given(st.sampled_from([LSHW, GLPI]), st.lists(st.tuples(st.integers(0, 10**6), ANY), min_size=1, max_size=4))
def test_whatever_stands_in_an_inventory_it_is_read_or_refused(sound: Any, changes: list[tuple[int, Any]]) -> None:
    document = copy.deepcopy(sound)
    for where, value in changes:
        container, key = (found := places(document))[where % len(found)]
        container[key] = value
    with contextlib.suppress(UnreadableInventory, InventoryTooLarge):
        is_sound(read(document))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(UnreadableInventory):
        is_sound(read_inventory(raw))
