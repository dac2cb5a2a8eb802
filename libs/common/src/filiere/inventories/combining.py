"""Facts of several tools about one machine, put together: each says what the others do not."""

from collections.abc import Sequence
from typing import Any

from filiere.catalogue.grades import StorageKind
from filiere.inventories.facts import MAX_MEDIA, HardwareFacts, MediumFact

SCALARS = ("manufacturer", "model", "serial", "chassis", "ram_gb", "cpu")


def together(source: str, parts: Sequence[HardwareFacts]) -> HardwareFacts:
    """One machine, seen at one moment by these tools; of two words the first counts, of two memories the larger."""
    values: dict[str, Any] = {
        name: next((value for part in parts if (value := getattr(part, name)) is not None), None) for name in SCALARS
    }
    # The system's figure lacks what graphics took, the list of modules those that are soldered.
    values["ram_gb"] = max((part.ram_gb for part in parts if part.ram_gb is not None), default=None)
    # Firmware knows what a battery held when new; only who measures it knows what it holds now.
    worn = next((part for part in parts if part.battery_percent is not None), None)
    values["battery_percent"] = worn.battery_percent if worn else None
    listing = worn or next((part for part in parts if part.batteries), None)
    values["batteries"] = listing.batteries if listing else ()
    values["modules"] = next((part.modules for part in parts if part.modules), ())
    values["lists_media"] = any(part.lists_media for part in parts)
    media: tuple[MediumFact, ...] = ()
    for part in sorted(parts, key=lambda part: not part.lists_media):
        media = with_media(media, part.media)
    return HardwareFacts(source=source, media=media, **values)


def with_media(known: Sequence[MediumFact], more: Sequence[MediumFact]) -> tuple[MediumFact, ...]:
    """The media known, completed by what another says of them, and those that only the other saw."""
    found = list(known)
    for one in more:
        place = _place_of(one, found)
        if place is None:
            found.append(one)
        else:
            found[place] = completed(found[place], one)
    return tuple(found)[:MAX_MEDIA]


def completed(medium: MediumFact, other: MediumFact) -> MediumFact:
    """One medium by two words: the first counts where it says something, and of two kinds the stricter."""
    is_flash_after_all = medium.kind is StorageKind.HDD and other.kind.is_flash
    return MediumFact(
        serial=medium.serial or other.serial,
        kind=other.kind if medium.kind is StorageKind.UNKNOWN or is_flash_after_all else medium.kind,
        size_gb=medium.size_gb or other.size_gb,
        model=medium.model or other.model,
        hours=medium.hours if medium.hours is not None else other.hours,
        healthy=medium.healthy if medium.healthy is not None else other.healthy,
    )


def _place_of(medium: MediumFact, among: Sequence[MediumFact]) -> int | None:
    """Where this medium is already: by its serial; one without any by its size, as long as only one can be meant."""
    if medium.serial is not None:
        for place, one in enumerate(among):
            if one.serial == medium.serial:
                return place
    candidates = [
        place
        for place, one in enumerate(among)
        if (one.serial is None or medium.serial is None)
        and (one.size_gb == medium.size_gb or one.size_gb is None or medium.size_gb is None)
        and (one.model is None or medium.model is None or one.model == medium.model)
    ]
    return candidates[0] if len(candidates) == 1 else None
