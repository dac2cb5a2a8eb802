"""What the audits say against what is declared, and the newest of them against those before it.

Pure but for the language of the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filiere.catalogue.grades import StorageKind
from filiere.catalogue.processors import tidy_cpu
from filiere.identifiers import normalise_serial
from filiere.inventories.facts import HardwareFacts, ModuleFact
from filiere.web import gettext as _
from filiere.web.formats import number

from refurbish.audits.audit import Audit, Status
from refurbish.audits.identity import serial_matches
from refurbish.audits.known import known
from refurbish.devices.device import Device, Medium
from refurbish.erasure.schemas import NewMedium


def media_seen(device: Device, facts: HardwareFacts, declared: Sequence[Medium] = ()) -> list[NewMedium]:
    """The machine's media in the form of a declaration.

    One without a usable serial is one that is declared already, where its size says so; else it goes by the label and
    its place. Of a tool that did not look for all disks it declares nothing.
    """
    seen = []
    free = {medium.serial: medium for medium in declared if not medium.destroyed}
    for medium in facts.media:
        free.pop(medium.serial or "", None)
    for place, medium in enumerate(facts.media, 1):
        serial = normalise_serial(medium.serial)
        if serial is None:
            same = next((one for one in free.values() if one.size_gb in (None, medium.size_gb)), None)
            if same is None and not facts.lists_media:
                continue
            serial = same.serial if same is not None else f"{device.label}-D{place}"
            free.pop(serial, None)
        kind = medium.kind if medium.kind is not StorageKind.NONE else StorageKind.UNKNOWN
        seen.append(NewMedium(kind=kind, serial=serial, size_gb=medium.size_gb or None))
    return seen


@dataclass(frozen=True, slots=True)
class Difference:
    """Sentences for the technician, each about one thing to look at; empty when all agrees."""

    sentences: tuple[str, ...]


def difference(device: Device, media: Sequence[Medium], audits: Sequence[Audit]) -> Difference:
    """Compare audits, the newest first, with the declaration and with each other."""
    kept = [audit for audit in audits if audit.status is Status.KEPT]
    if not kept:
        return Difference(())
    now, newest, before = known(kept).facts, kept[0].facts, known(kept[1:]).facts
    found = []
    if serial_matches(device, now) is False:
        found.append(
            _("Numéro de série lu : {read}. Numéro déclaré : {declared}. Vérifie l'étiquette.").format(
                read=now.serial, declared=device.serial
            )
        )
    missing = _not_seen(device, media, now)
    found += [
        _("Le disque {serial} est déclaré, mais la machine ne le voit pas : a-t-il été retiré ?").format(serial=serial)
        for serial in missing
    ]
    found += _disks_changed(newest, before, told=missing)
    found += _parts_changed(newest, before)
    return Difference(tuple(found))


def _not_seen(device: Device, media: Sequence[Medium], now: HardwareFacts) -> list[str]:
    """Declared media that an audit which looked for all of them did not find."""
    if not now.lists_media:
        return []
    seen = {medium.serial for medium in media_seen(device, now, media)}
    return [medium.serial for medium in media if medium.serial not in seen and not medium.destroyed]


def _disks_changed(newest: HardwareFacts, before: HardwareFacts, told: Sequence[str]) -> list[str]:
    if not (newest.lists_media and before.lists_media):
        return []
    then, now = ({one.serial for one in facts.media if one.serial} for facts in (before, newest))
    gone = [
        _("Le disque {serial} n'est plus dans la machine.").format(serial=one) for one in sorted(then - now - {*told})
    ]
    return gone + [
        _("Un disque de plus depuis l'audit précédent : {serial}.").format(serial=one) for one in sorted(now - then)
    ]


def _parts_changed(newest: HardwareFacts, before: HardwareFacts) -> list[str]:
    found = []
    if before.ram_gb and newest.ram_gb and before.ram_gb != newest.ram_gb:
        sizes = {"before": number(before.ram_gb, 1), "after": number(newest.ram_gb, 1)}
        found.append(_("La mémoire vive est passée de {before} à {after} Go.").format(**sizes))
    found += _modules_changed(newest.modules, before.modules)
    if before.cpu and newest.cpu and tidy_cpu(before.cpu) != tidy_cpu(newest.cpu):
        found.append(_("Le processeur a changé : {before}, puis {after}.").format(before=before.cpu, after=newest.cpu))
    batteries = [{one.serial for one in facts.batteries if one.serial} for facts in (before, newest)]
    if all(batteries) and not batteries[0] & batteries[1]:
        found.append(_("La batterie a été changée depuis l'audit précédent."))
    if before.serial and newest.serial and before.serial != newest.serial:
        found.append(
            _("Le numéro de série a changé depuis l'audit précédent : {before}, puis {after}.").format(
                before=before.serial, after=newest.serial
            )
        )
    return found


def _modules_changed(now: Sequence[ModuleFact], then: Sequence[ModuleFact]) -> list[str]:
    """Modules taken out and put in, where both audits name them by their numbers."""
    if not now or not then or not all(one.serial for one in (*now, *then)):
        return []
    before, after = ({one.serial: one for one in modules} for modules in (then, now))
    out = [one for serial, one in before.items() if serial not in after]
    put_in = [one for serial, one in after.items() if serial not in before]
    said = [_("Une barrette a été retirée : {module}.").format(module=_module(one)) for one in out]
    return said + [_("Une barrette a été ajoutée : {module}.").format(module=_module(one)) for one in put_in]


def _module(module: ModuleFact) -> str:
    words = [module.manufacturer, f"{number(module.size_gb, 1)} {_('Go')}", f"n° {module.serial}", module.slot]
    return ", ".join(word for word in words if word)


def unknown_media(device: Device, media: Sequence[Medium], facts: HardwareFacts) -> list[str]:
    """Serials that the machine reports and nobody declared: on a ready device, a reason to stop everything."""
    declared = {medium.serial for medium in media}
    return [str(one.serial) for one in media_seen(device, facts, media) if one.serial not in declared]
