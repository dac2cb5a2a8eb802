"""What is known of a machine from all its audits: the newest word counts, fact by fact. Pure.

An audit that says less than the one before it completes it: what it does not speak of stays known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from filiere.inventories.combining import with_media
from filiere.inventories.facts import HardwareFacts, MediumFact

from refurbish.audits.audit import Audit, Status

_ONE_BY_ONE = ("manufacturer", "model", "serial", "chassis", "ram_gb", "cpu", "battery_percent", "modules", "batteries")


@dataclass(frozen=True, slots=True)
class Known:
    """Facts put together, and the audit that each comes from, by the fact's name."""

    facts: HardwareFacts
    of: Mapping[str, Audit]


NOTHING = Known(HardwareFacts(source="none"), {})


def known(audits: Sequence[Audit]) -> Known:
    """Put together what audits say, the newest first; what is asked about or taken back says nothing."""
    kept = [audit for audit in audits if audit.status is Status.KEPT]
    if not kept:
        return NOTHING
    values: dict[str, Any] = {}
    of: dict[str, Audit] = {}
    for name in _ONE_BY_ONE:
        for audit in kept:
            value = getattr(audit.facts, name)
            if value is not None and value != ():
                values[name], of[name] = value, audit
                break
    listing = next((audit for audit in kept if audit.facts.lists_media), None)
    media = _media(kept, listing)
    if media:
        values["media"] = media
    first = listing or next((audit for audit in kept if audit.facts.media), None)
    if first is not None:
        of["media"] = first
    return Known(HardwareFacts(source="known", lists_media=listing is not None, **values), of)


def _media(kept: Sequence[Audit], listing: Audit | None) -> tuple[MediumFact, ...]:
    """The disks of the newest audit that looked for all; a later one may name another, an earlier one completes."""
    if listing is None:
        media: tuple[MediumFact, ...] = ()
        for audit in kept:
            media = with_media(media, audit.facts.media)
        return media
    place = kept.index(listing)
    media = listing.facts.media
    for audit in reversed(kept[:place]):
        media = with_media(audit.facts.media, media) if audit.facts.media else media
    there = len(media)
    for audit in kept[place + 1 :]:
        media = with_media(media, audit.facts.media)[:there]
    return media
