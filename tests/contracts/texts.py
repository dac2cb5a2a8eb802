"""Every text of every event that its schema does not close: who writes it, and why it names nobody.

A log keeps an event for a year or for ever, and nothing is taken back from it. What people type as a sentence, such as
a reason or a note, stays in the service where it was typed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

# Written by the service: a code, a label it printed, a sentence of a closed list.
COMPUTED = {
    "org.filiere.collect.donation-accepted.v1": {"reference", "verdicts[].rule"},
    "org.filiere.collect.donation-cancelled.v1": {"reference"},
    "org.filiere.collect.donation-declared.v1": {"reference"},
    "org.filiere.collect.donation-declined.v1": {"reference", "reason"},
    "org.filiere.collect.donation-withdrawn.v1": {"reference"},
    "org.filiere.collect.lot-collected.v1": {"code"},
    "org.filiere.collect.lot-dispatched.v1": {"code"},
    "org.filiere.collect.lot-manifest.v1": {"devices[].label", "devices[].category"},
    "org.filiere.collect.pickup-scheduled.v1": {"reference"},
    "org.filiere.distribute.demand-updated.v1": {"territory"},
    "org.filiere.distribute.device-delivered.v1": {"territory"},
    "org.filiere.distribute.device-handed-over.v1": {"territory"},
    "org.filiere.distribute.device-handover-undone.v1": {"territory"},
    "org.filiere.distribute.device-brought-back.v1": {"territory"},
    "org.filiere.distribute.device-found.v1": {"territory"},
    "org.filiere.distribute.device-lent.v1": {"territory"},
    "org.filiere.distribute.device-loan-ended.v1": {"territory"},
    "org.filiere.distribute.device-lost.v1": {"territory"},
    "org.filiere.distribute.device-reported.v1": {"territory"},
    "org.filiere.distribute.device-released.v1": {"territory", "reason"},
    "org.filiere.distribute.device-reserved.v1": {"territory", "order_reference"},
    "org.filiere.distribute.device-shipped.v1": {"territory"},
    "org.filiere.distribute.order-allocated.v1": {"reference", "lines[].reason"},
    "org.filiere.distribute.order-approved.v1": {"reference"},
    "org.filiere.distribute.order-cancelled.v1": {"reference", "reason"},
    "org.filiere.distribute.order-changed.v1": {"reference", "lines[].campaign"},
    "org.filiere.distribute.order-closed.v1": {"reference"},
    "org.filiere.distribute.order-placed.v1": {"reference", "lines[].campaign"},
    "org.filiere.distribute.campaign-published.v1": {"name", "policy", "publics[]", "territories[]"},
    "org.filiere.distribute.campaign-ended.v1": {"name"},
    "org.filiere.distribute.price-list-published.v1": {"name"},
    "org.filiere.distribute.price-list-withdrawn.v1": {"name"},
    "org.filiere.distribute.relais-changed.v1": {"territory"},
    "org.filiere.distribute.topup-handed-over.v1": {"territory"},
    "org.filiere.refurbish.device-arrival-undone.v1": {"label"},
    "org.filiere.refurbish.device-arrived.v1": {"label"},
    "org.filiere.refurbish.device-corrected.v1": {"label"},
    "org.filiere.refurbish.device-remarked.v1": {"label"},
    "org.filiere.refurbish.device-erased.v1": {"label", "media[].level", "reason", "gone[].code", "gone[].reason"},
    "org.filiere.refurbish.device-graded.v1": {"label", "ruleset", "reasons[]"},
    "org.filiere.refurbish.device-ready.v1": {"label", "workshop_territory"},
    "org.filiere.refurbish.device-recalled.v1": {"label", "reason"},
    "org.filiere.refurbish.device-recall-asked.v1": {"label", "reason"},
    "org.filiere.refurbish.device-recycled.v1": {"label"},
    "org.filiere.refurbish.device-recycling-undone.v1": {"label"},
    "org.filiere.refurbish.device-ungraded.v1": {"label"},
    "org.filiere.refurbish.device-reopened.v1": {"label"},
    "org.filiere.refurbish.device-surplus.v1": {"label"},
    "org.filiere.refurbish.device-tested.v1": {"label", "failures[]"},
    "org.filiere.refurbish.device-withdrawn.v1": {"label", "reason"},
    "org.filiere.refurbish.lot-reconciled.v1": {"surplus[]"},
    "org.filiere.refurbish.workshop-capacity-changed.v1": {"postcode"},
}
# Typed by people, to name a thing or an organisation: its maker, its model, its serial, a program, a workshop, a Relais.
NAMES = {
    "org.filiere.distribute.device-reserved.v1": {"relais_name"},
    "org.filiere.distribute.relais-changed.v1": {"name", "city"},
    "org.filiere.collect.lot-dispatched.v1": {"donor_name"},
    "org.filiere.collect.lot-manifest.v1": {
        "devices[].manufacturer", "devices[].model", "devices[].serial", "devices[].asset_tag",
        "devices[].imeis[]",
    },
    "org.filiere.refurbish.device-erased.v1": {
        "media[].serial", "media[].method", "media[].tool", "media[].tool_version", "gone[].serial",
    },
    "org.filiere.refurbish.device-corrected.v1": {"manufacturer", "model", "serial"},
    "org.filiere.refurbish.device-ready.v1": {"manufacturer", "model", "serial", "workshop_name", "identifiers[]"},
    "org.filiere.refurbish.workshop-capacity-changed.v1": {"name", "city"},
}  # fmt: skip


def open_texts(schema: Mapping[str, Any]) -> set[str]:
    """Paths of the texts that a schema leaves open: no format, pattern or list of values."""
    return set(_open_texts(schema, schema, ""))


def _open_texts(root: Mapping[str, Any], part: Mapping[str, Any], path: str) -> Iterator[str]:
    if "$ref" in part:
        part = root["$defs"][str(part["$ref"]).removeprefix("#/$defs/")]
    for form in (*part.get("anyOf", ()), *part.get("allOf", ())):
        yield from _open_texts(root, form, path)
    for name, field in part.get("properties", {}).items():
        yield from _open_texts(root, field, f"{path}.{name}" if path else name)
    for key, suffix in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(part.get(key), dict):
            yield from _open_texts(root, part[key], path + suffix)
    if part.get("type") == "string" and not {"format", "pattern", "enum", "const"} & set(part):
        yield path


def texts_of(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every text in an event's data, by the same paths."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from texts_of(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for value in data:
            yield from texts_of(value, f"{path}[]")
    elif isinstance(data, str):
        yield path, data
