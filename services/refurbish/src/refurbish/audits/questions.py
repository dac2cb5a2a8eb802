"""What was read and what is asked, in the workshop's words. Pure but for the language of the request."""

from filiere.inventories.facts import HardwareFacts
from filiere.web import gettext as _
from filiere.web.formats import number

from refurbish.audits.audit import Audit
from refurbish.audits.identity import serial_matches
from refurbish.devices.device import Device


def question_of(device: Device, audit: Audit, candidate: str | None) -> str:
    """Why an audit is asked about, as a sentence."""
    facts = audit.facts
    machine = " ".join(word for word in (facts.manufacturer, facts.model) if word) or _("une machine sans nom")
    if candidate is not None:
        return _("Ce n'est pas cette machine : le numéro lu, {serial}, est celui de {label} ({machine}).").format(
            serial=facts.serial, label=candidate, machine=machine
        )
    if serial_matches(device, facts) is False:
        return _("Est-ce bien cette machine ? Le numéro lu est {serial}, celui de sa fiche est {declared}.").format(
            serial=facts.serial, declared=device.serial
        )
    return _("Est-ce bien cette machine ? L'audit parle de {machine}, sa fiche de {declared}.").format(
        machine=machine, declared=device.name
    )


def said_of(facts: HardwareFacts) -> str:
    """What was read, as a line: « Lenovo ThinkPad T480 · Intel Core i5-8350U · 8 Go · SSD NVMe 256 Go »."""
    words = [" ".join(word for word in (facts.manufacturer, facts.model) if word), facts.cpu or ""]
    if facts.ram_gb:
        words.append(_("{size} Go de mémoire").format(size=number(facts.ram_gb, 2)))
    for medium in facts.media:
        size = f" {number(medium.size_gb, 1)} {_('Go')}" if medium.size_gb else ""
        words.append(f"{_(medium.kind.label_fr)}{size}")
    if facts.battery_percent:
        words.append(_("batterie à {percent} %").format(percent=number(facts.battery_percent, 0)))
    return " · ".join(word for word in words if word)
