"""A donation as EPCIS 2.0: valid against GS1's own schema, nobody named."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft7Validator, FormatChecker

from .chain import Chain, laptop
from .test_documents import lived
from .told_stories import STORY, devices_of

STANDARD = Path(__file__).parents[4] / "shared" / "data" / "standards" / "epcis"
checker = FormatChecker()


@checker.checks("uri", raises=ValueError)
def is_uri(value: object) -> bool:
    """What jsonschema leaves unchecked without a package of its own; a wrong business step passes for it."""
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def problems(document: dict[str, Any]) -> list[str]:
    if not STANDARD.exists():
        pytest.skip(f"no {STANDARD}")
    schema = json.loads((STANDARD / "EPCIS-JSON-Schema.json").read_text(encoding="utf-8"))
    return [error.message[:300] for error in Draft7Validator(schema, format_checker=checker).iter_errors(document)]


async def test_every_event_of_a_donation_is_valid_and_says_where_the_device_stands(chain: Chain) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1"), laptop(), {"category": "monitor"})
    answer = await chain.donor.get(f"/api/v1/donations/{donation['id']}/epcis")
    assert answer.headers["content-type"] == "application/ld+json"
    document = answer.json()
    assert problems(document) == []
    events = document["epcisBody"]["eventList"]
    labels = [device["label"] for device in await devices_of(chain, donation["id"])]
    assert len(events) == len(labels) * (3 + len(STORY))
    for label in labels:
        own = [event for event in events if event["epcList"][0].endswith(f"/fiche/{label}")]
        assert [event["bizStep"] for event in own[:4]] == ["commissioning", "collecting", "shipping", "receiving"]
        assert own[-1]["disposition"] == "retail_sold"
        [wiped] = [event for event in own if "persistentDisposition" in event]
        assert wiped["persistentDisposition"] == {"set": ["urn:filiere:disposition:data_wiped"]}
    assert len({event["eventID"] for event in events}) == len(events)
    assert not [word for word in ("Société", "camille", "5CG8472QX1", "Atelier") if word in answer.text]


async def test_the_same_events_have_the_same_ids_and_a_device_without_a_medium_is_not_wiped(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "monitor"})
    [device] = await devices_of(chain, donation["id"])
    await chain.hear("refurbish.devices", "device-erased", device["id"], device_id=device["id"], media=[])
    path = f"/api/v1/donations/{donation['id']}/epcis"
    once, again = (await chain.donor.get(path)).json(), (await chain.donor.get(path)).json()
    assert problems(once) == []
    assert once["epcisBody"] == again["epcisBody"]
    last = once["epcisBody"]["eventList"][-1]
    assert (last["bizStep"], last["persistentDisposition"]["set"]) == (
        "inspecting",
        ["urn:filiere:disposition:without_data_medium"],
    )


async def test_the_page_has_the_same_and_a_draft_has_none(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    browser = await chain.client.login("camille")
    document = (await browser.get(f"/dons/{donation['id']}/epcis.jsonld")).json()
    assert problems(document) == []
    assert document["epcisBody"]["eventList"] == []


def test_the_schema_as_it_is_used_here_finds_a_wrong_step() -> None:
    from collect.epcis.mapping import CONTEXT

    event = {"type": "ObjectEvent", "eventTime": "2026-11-03T09:12:00Z", "eventTimeZoneOffset": "+00:00",
             "epcList": ["urn:uuid:1"], "action": "OBSERVE", "bizStep": "wiping"}  # fmt: skip
    document = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0",
                "creationDate": "2026-11-03T09:12:00Z", "epcisBody": {"eventList": [event]}}  # fmt: skip
    assert problems(document) != []
