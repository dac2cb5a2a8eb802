"""What happened to a device as EPCIS 2.0 object events. Pure.

Words are the standard's where it has them, and URIs of ours (`urn:filiere:…`) where it has none: it knows no wiping of
data. Identifiers are addresses of public sheets, for a GTIN needs a licence of GS1. Nobody is named: a département at
most.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from collect.devices.history.steps import Told
from collect.devices.schemas import DeviceOut

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"filiere": "urn:filiere:"}]
SANITIZING = "urn:filiere:bizstep:sanitizing"
WIPED = "urn:filiere:disposition:data_wiped"
NO_MEDIUM = "urn:filiere:disposition:without_data_medium"
# kind → (business step, disposition)
_STEPS = {
    "accepted": ("commissioning", "active"),
    "collected": ("collecting", "in_transit"),
    "in_transit": ("shipping", "in_transit"),
    "surplus": ("commissioning", "active"),
    "arrived": ("receiving", "in_progress"),
    "arrival_undone": ("cycle_counting", "unknown"),
    "corrected": ("inspecting", "in_progress"),
    "remarked": ("inspecting", "in_progress"),
    "erased": (SANITIZING, "in_progress"),
    "tested": ("inspecting", "conformant"),
    "graded": ("inspecting", "in_progress"),
    "ungraded": ("inspecting", "in_progress"),
    "ready": ("storing", "available"),
    "recalled": ("repairing", "in_progress"),
    "reopened": ("inspecting", "in_progress"),
    "withdrawn": ("decommissioning", "non_sellable_other"),
    "recycled": ("destroying", "disposed"),
    "recycling-undone": ("storing", "non_sellable_other"),
    "missing": ("cycle_counting", "unknown"),
    "reserved": ("reserving", "reserved"),
    "none": ("reserving", "available"),
    "shipped": ("shipping", "in_transit"),
    "delivered": ("receiving", "sellable_accessible"),
    "handed_over": ("dispensing", "dispensed"),
    "damaged": ("inspecting", "damaged"),
    "wrong": ("inspecting", "returned"),
    "kept": ("inspecting", "damaged"),
    "lost": ("cycle_counting", "unknown"),
    "lost_lent": ("cycle_counting", "unknown"),
    "lent": ("departing", "in_progress"),
    "loan_ended": ("arriving", "sellable_accessible"),
    "found_again": ("cycle_counting", "returned"),
    "broken": ("receiving", "returned"),
    "used": ("receiving", "returned"),
    "returned": ("receiving", "returned"),
    "handover_undone": ("receiving", "returned"),
}


def our_events(device: DeviceOut, epc: str) -> Iterator[dict[str, Any]]:
    """What collect itself did with the device."""
    for kind, at in (
        ("accepted", device.created_at if device.surplus_at is None else None),
        ("collected", device.collected_at),
        ("in_transit", device.dispatched_at),
    ):
        if at is not None:
            event_id = uuid5(NAMESPACE_URL, f"urn:filiere:{device.id}:{kind}")
            event = _event(event_id, kind, at, epc, device.donation_id, "ADD" if kind == "accepted" else "OBSERVE")
            if kind == "accepted":
                event["filiere:category"] = device.category
            yield event


def their_event(event_id: UUID, donation_id: UUID, epc: str, told: Told) -> dict[str, Any]:
    """What another service told of the device."""
    event = _event(event_id, told.kind, told.at, epc, donation_id)
    facts = told.facts
    if told.kind == "erased":
        media = facts.get("media", [])
        event["persistentDisposition"] = {"set": [WIPED if media else NO_MEDIUM]}
        if not media:
            event["bizStep"] = "inspecting"
        event["filiere:media"] = [{f"filiere:{key}": value for key, value in one.items()} for one in media]
    elif told.kind == "tested" and facts.get("failures"):
        event["disposition"] = "non_conformant"
        event["filiere:failures"] = facts["failures"]
    elif told.kind == "graded" and facts.get("grade"):
        event["filiere:grade"] = facts["grade"]
    elif told.kind == "handed_over" and facts.get("how") == "sold":
        event["bizStep"], event["disposition"] = "retail_selling", "retail_sold"
    if facts.get("territory") and told.kind != "none":
        event["bizLocation"] = {"id": f"urn:filiere:territory:{facts['territory']}"}
    return event


def _event(
    event_id: UUID, kind: str, at: datetime, epc: str, donation_id: UUID, action: str = "OBSERVE"
) -> dict[str, Any]:
    step, disposition = _STEPS[kind]
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{event_id}",
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+00:00",
        "epcList": [epc],
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "bizTransactionList": [
            {"type": "urn:filiere:transaction:donation", "bizTransaction": f"urn:uuid:{donation_id}"}
        ],
    }
