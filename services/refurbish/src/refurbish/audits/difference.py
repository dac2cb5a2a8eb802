"""What an inventory says against what is declared, and against the inventory before it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from filiere.identifiers import normalise_serial
from filiere.inventories.facts import HardwareFacts

from refurbish.devices.device import Device, Medium
from refurbish.erasure.schemas import NewMedium


def serial_matches(device: Device, facts: HardwareFacts) -> bool | None:
    """Whether the machine is the declared one; None when either serial is unknown."""
    declared = normalise_serial(device.serial)
    if declared is None or facts.serial is None:
        return None
    return declared == facts.serial


def media_seen(device: Device, facts: HardwareFacts) -> list[NewMedium]:
    """The machine's media in the form of a declaration. One without a usable serial goes by the label and its place."""
    return [
        NewMedium(
            kind=medium.kind,
            serial=normalise_serial(medium.serial) or f"{device.label}-D{place}",
            size_gb=medium.size_gb or None,
        )
        for place, medium in enumerate(facts.media, 1)
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """Sentences for the technician, each about one thing to look at; empty when all agrees."""

    sentences: tuple[str, ...]


def difference(
    device: Device, media: Sequence[Medium], facts: HardwareFacts, before: HardwareFacts | None
) -> Difference:
    """Compare an inventory with the declaration and with the inventory before it."""
    found = []
    if serial_matches(device, facts) is False:
        found.append(f"Numéro de série lu : {facts.serial}. Numéro déclaré : {device.serial}. Vérifie l'étiquette.")
    seen = {medium.serial for medium in media_seen(device, facts)}
    found += [
        f"Le disque {medium.serial} est déclaré, mais la machine ne le voit pas : a-t-il été retiré ?"
        for medium in media
        if medium.serial not in seen and not medium.destroyed
    ]
    if before is not None:
        if before.ram_gb and facts.ram_gb and before.ram_gb != facts.ram_gb:
            found.append(f"La mémoire vive est passée de {before.ram_gb:g} à {facts.ram_gb:g} Go.")
        if before.cpu and facts.cpu and before.cpu != facts.cpu:
            found.append(f"Le processeur a changé : {before.cpu}, puis {facts.cpu}.")
        if before.serial and facts.serial and before.serial != facts.serial:
            found.append(
                f"Le numéro de série a changé depuis l'audit précédent : {before.serial}, puis {facts.serial}."
            )
    return Difference(tuple(found))


def unknown_media(device: Device, media: Sequence[Medium], facts: HardwareFacts) -> list[str]:
    """Serials that the machine reports and nobody declared: on a ready device, a reason to stop everything."""
    known = {medium.serial for medium in media}
    return [str(one.serial) for one in media_seen(device, facts) if one.serial not in known]
