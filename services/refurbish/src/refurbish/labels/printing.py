"""What labels and sheets say, and their PDF."""

from collections.abc import Sequence

from filiere.calendar import day_of, now
from filiere.catalogue.grades import Battery
from filiere.catalogue.software import OfficePack
from filiere.documents.labels import LABEL_PAGE, Label, labels_pdf
from filiere.documents.paper import Block, Content, Facts, Heading, Signatures, Stamp, Table, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web import ngettext
from filiere.web.formats import full_day, number

from refurbish.aliases.repository import Alias
from refurbish.audits.audit import Audit
from refurbish.audits.known import known
from refurbish.devices.device import Device, Medium
from refurbish.installs.repository import Install


def label_of(device: Device, address: str) -> Label:
    """(code, text of its QR code, words), as collect prints it. `address`: of this service."""
    words = _(device.category.label_fr).capitalize()
    named = f" {device.name}" if device.manufacturer or device.model else ""
    serial = f" · {device.serial}" if device.serial else ""
    return device.label, f"{address.rstrip('/')}{LABEL_PAGE}{device.label}", f"{words}{named}{serial}"


def grade_label_of(device: Device, address: str) -> Label:
    """The label of the grade, for the shelf of what is ready. Only of a graded device."""
    assert device.grade is not None  # the page offers it for such ones only
    words = [device.label, *([device.name] if device.manufacturer or device.model else [])]
    if device.cosmetic is not None:
        words.append(_("aspect {grade}").format(grade=device.cosmetic.value))
    if device.battery not in {None, Battery.NONE}:
        words.append(_("batterie : {state}").format(state=_(str(device.battery and device.battery.label_fr)).lower()))
    grade = _("Catégorie {grade}").format(grade=device.grade.value.capitalize())
    return grade, f"{address.rstrip('/')}{LABEL_PAGE}{device.label}", " · ".join(words)


async def labels(found: Sequence[Label], *, tape: bool) -> bytes:
    """The PDF. Raises ProcessFailed."""
    return await labels_pdf(found, tape=tape)


async def sheet(content: Content, device: Device, address: str) -> bytes:
    """The PDF of a device's sheet. Raises ProcessFailed."""
    on = day_of(now())
    where = f"{address.rstrip('/')}{LABEL_PAGE}{device.label}"
    stamp = Stamp(device.label, on, full_day(on), device.label, where, opens=_("La page de l'équipement :"))
    return await paper_pdf(content, stamp)


def written(
    device: Device,
    media: Sequence[Medium],
    audits: Sequence[Audit],
    aliases: Sequence[Alias],
    installed: Install | None,
    workshop: str,
) -> Content:
    """What the sheet of a device says: what it is, what is on it, what was wiped, how it was graded; nobody's name."""
    facts = [
        (_("Équipement"), _(device.category.label_fr).capitalize()),
        (_("Marque et modèle"), device.name if device.manufacturer or device.model else "–"),
        (_("Numéro de série"), device.serial or "–"),
        *((_(alias.kind.label_fr), alias.value) for alias in aliases),
        (_("Atelier"), workshop),
        (_("Étape"), _(device.stage.label_fr)),
    ]
    if audits:
        read = known(audits).facts
        facts += [(_("Processeur"), read.cpu)] if read.cpu else []
        facts += [(_("Mémoire vive"), f"{number(read.ram_gb, 1)} {_('Go')}")] if read.ram_gb else []
    facts += _software(installed)
    if device.grade is not None:
        facts.append((_("Catégorie"), device.grade.value.capitalize()))
        facts += [(_("Aspect"), _(device.cosmetic.label_fr))] if device.cosmetic else []
        facts += [(_("Batterie"), _(device.battery.label_fr))] if device.battery else []
    disks = [
        (
            _(medium.kind.label_fr),
            medium.serial,
            f"{number(medium.size_gb, 1)} {_('Go')}" if medium.size_gb else "–",
            _("Effacé") if medium.is_wiped else _("À effacer"),
        )
        for medium in media
    ]
    header = (_("Disque"), _("Numéro de série"), _("Capacité"), _("Données"))
    table: list[Block] = [Heading(_("Disques")), Table(header, disks)] if disks else []
    return Content(
        title=_("Fiche d'équipement"),
        lead=f"{device.label}, {device.name}",
        blocks=[
            Facts(facts),
            *table,
            *([Heading(_("Pourquoi cette catégorie"))] if device.reasons else []),
            *(Text(f"– {reason}") for reason in device.reasons),
            Signatures([_("Pour l'atelier : nom, date, signature")]),
        ],
    )


def _software(installed: Install | None) -> list[tuple[str, str]]:
    """What is installed, and how the battery was: what whoever receives the device asks first."""
    if installed is None:
        return []
    facts = [(_("Système"), f"{_(installed.system.label_fr)} {installed.version or ''}".strip())]
    facts += [(_("Suite bureautique"), _(installed.office.label_fr))] if installed.office is not OfficePack.NONE else []
    measured = [f"{number(installed.battery_percent, 0)} %"] if installed.battery_percent is not None else []
    lasts = ngettext("{n} minute", "{n} minutes", installed.battery_minutes or 0).format(n=installed.battery_minutes)
    measured += [lasts] if installed.battery_minutes is not None else []
    return [*facts, *([(_("Batterie mesurée"), ", ".join(measured))] if measured else [])]
