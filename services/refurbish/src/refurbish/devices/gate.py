"""The wipe gate: no device with storage becomes ready without a proved erasure of every medium.

Pure, and the only place in the code that decides. The database decides the same a second time (trigger
`device_wipe_gate` and its siblings, in the migration), so that no other path and no concurrent declaration passes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import StorageKind
from filiere.identifiers.same_person import are_one_person, same_person

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, ErasureResult, Level, Storage, is_enough
from refurbish.devices.stages import Stage


def proves(
    *, kind: StorageKind, medium_serial: str, erased_serial: str, level: Level, result: ErasureResult,
    operator: Sequence[str], verifier: Sequence[str],
) -> bool:  # fmt: skip
    """Say whether one erasure wipes one medium: successful, fit for the kind, same serial, confirmed by somebody else.

    `operator`, `verifier`: every name under which they are known (subject, name); of whom nobody knows, none.
    """
    return (
        result is ErasureResult.SUCCESS
        and is_enough(kind, level)
        and medium_serial == erased_serial
        and any(same_person(name) for name in verifier)
        and not are_one_person(verifier, operator)
    )


def storage_is_settled(category: Category, no_storage: bool, media: Sequence[Medium]) -> bool:
    """Say whether it is known what there is to wipe."""
    match STORAGE[category]:
        case Storage.SOLDERED:
            return bool(media)
        case Storage.USUAL:
            return bool(media) or no_storage
        case Storage.UNUSUAL:
            return True


def stays_wiped(device: Device, medium: Medium) -> bool:
    """Say whether one medium is wiped, and nobody had its device since: per cycle, but of what was destroyed."""
    return medium.is_wiped and (medium.destroyed or (medium.wiped_in or 1) >= device.wipe_from)


def is_wiped(device: Device, media: Sequence[Medium]) -> bool:
    """Say whether nothing of a former user is left on the device."""
    return storage_is_settled(device.category, device.no_storage, media) and all(
        stays_wiped(device, medium) for medium in media
    )


def after_use(device: Device, media: Sequence[Medium]) -> Device:
    """A device that somebody had, in its new cycle: wiped again before all else, and looked into again.

    Always, whoever is to have it next: what a person wrote goes to nobody, and nobody has to remember whose it is.
    """
    unseen = replace(device, no_storage=False, no_storage_by=None)
    return unseen if is_wiped(unseen, media) else reopened(unseen)


def obstacles(device: Device, media: Sequence[Medium], awaited: Sequence[str] = ()) -> list[str]:
    """Why the device may not be ready, as sentences; empty when the gate is open.

    `awaited`: serials of disks that somebody says are in it now, until a second person has looked.
    """
    found = []
    if not storage_is_settled(device.category, device.no_storage, media):
        found.append("Dis quels disques il contient, ou qu'il n'en contient pas.")
    found += [f"Le disque {medium.serial} n'est pas effacé." for medium in media if not stays_wiped(device, medium)]
    found += [f"Un collègue doit d'abord dire si le disque {serial} y est : vois « À vérifier »." for serial in awaited]
    if device.tests_passed is not True:
        found.append(
            "Un test a échoué : répare ou retire-le."
            if device.tests_passed is False
            else "Les tests ne sont pas faits."
        )
    if device.grade is None:
        found.append("Il n'est pas classé.")
    return found


def reopened(device: Device) -> Device:
    """The device after an unwiped medium turned up: what came after the erasure has to be done again."""
    if device.stage in {Stage.ERASED, Stage.TO_REPAIR, Stage.TESTED, Stage.GRADED}:
        return replace(device.untested(), stage=Stage.ERASING, erased_at=None)
    return device


def settled(device: Device, media: Sequence[Medium], at: datetime, *, begun: bool) -> Device:
    """The device after its media changed: erased when all is wiped, at work otherwise.

    `begun`: an erasure was tried. Only a device that waits for its erasure moves forward; one that is withdrawn stays
    so, and is wiped.
    """
    if device.stage is Stage.WITHDRAWN and device.erased_at is None and is_wiped(device, media) and media:
        return replace(device, erased_at=at)
    if device.stage not in {Stage.ARRIVED, Stage.ERASING}:
        return device if is_wiped(device, media) else reopened(device)
    if is_wiped(device, media) and (media or device.no_storage):
        return replace(device, stage=Stage.ERASED, erased_at=at)
    return replace(device, stage=Stage.ERASING) if begun else device
