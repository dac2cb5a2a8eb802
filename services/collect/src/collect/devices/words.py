"""What is said of a device to its donor: the word people know, and one sentence of why."""

from collections.abc import Collection

from filiere.web import gettext as _
from filiere.web import told
from filiere.web.formats import short_day

from collect.devices.schemas import DeviceLine, DeviceOut, Erasure, GoneMedium
from collect.devices.stage import Stage
from collect.workshops.distances import name_of

LEVELS = {"clear": "NIST clear", "purge": "NIST purge", "destroy": "NIST destroy"}


def line_of(device: DeviceOut) -> DeviceLine:
    """The device with its words, in the language of the request."""
    shown = device.stage.shown
    if shown is None:
        word = device.stage.value
        return DeviceLine(**device.model_dump(), status=word, status_fr=word, why=why(device))
    return DeviceLine(**device.model_dump(), status=shown.value, status_fr=shown.label_fr, why=why(device))


def public_line_of(device: DeviceOut, told_territories: Collection[str]) -> DeviceLine:
    """The device for whoever has the link: its département only where enough were handed over to hide each of them."""
    is_told = device.territory in told_territories
    return line_of(device if is_told else device.model_copy(update={"territory": None}))


def medium_of(one: Erasure) -> str:
    """One wiped medium: « Support SSD S29N…, NVMe format, NIST purge, nvme-cli 2.8 »."""
    kind = (one.kind or "").upper()
    sentences = [
        " ".join(filter(None, (_("Support"), "" if kind in ("", "UNKNOWN") else kind, one.serial))),
        one.method,
        LEVELS.get(one.level or "", one.level),
        " ".join(filter(None, (one.tool, one.tool_version))),
        _("effacé par %(who)s") % {"who": one.operator} if one.operator else None,
        _verified(one),
    ]
    return ", ".join(part for part in sentences if part)


def gone_of(one: GoneMedium) -> str:
    """One medium that is gone: « Support SSD S29N… : Retiré, gardé à l'atelier. »."""
    kind = (one.kind or "").upper()
    what = " ".join(filter(None, (_("Support"), "" if kind in ("", "UNKNOWN") else kind, one.serial)))
    return f"{what} : {told(one.reason or '')}".rstrip(" :")


def _verified(one: Erasure) -> str | None:
    if not one.verified:
        return None
    return _("vérifié par %(who)s") % {"who": one.verifier} if one.verifier else _("vérifié par une autre personne")


def why(device: DeviceOut) -> str:
    """One sentence: what happened last, or what is awaited. Names no person and no structure, a département at most."""
    stage = device.stage
    workshop = device.workshop_name or _("l'atelier")
    if stage is Stage.HANDED_OVER:
        return _(_HANDED_OVER.get(device.how or "", _HANDED_OVER[""])) % {"where": _where(device)}
    if device.away in _AWAY and stage is Stage.SHIPPED:
        return _(_AWAY[device.away])
    if stage in _PLACED:
        return _(_PLACED[stage]) % {"where": _where(device)}
    if stage is Stage.WITHDRAWN:
        return told(device.withdrawn_reason) if device.withdrawn_reason else _("écarté à l'atelier")
    if stage is Stage.MISSING:
        return _missing(device, workshop)
    if stage is Stage.CANCELLED:
        return _("le don est annulé : il reste chez le donateur")
    if stage is Stage.ERASED:
        return _erased(device)
    if stage is Stage.TESTED and device.failures:
        return _("à réparer ; test non réussi : %(failures)s") % {"failures": ", ".join(map(told, device.failures))}
    if stage is Stage.GRADED and device.grade:
        return _("testé et classé en catégorie %(grade)s") % {"grade": device.grade}
    if stage is Stage.READY:
        return _("reconditionné, attend une commande d'une structure")
    if stage is Stage.IN_TRANSIT:
        return _("en route vers %(workshop)s") % {"workshop": workshop}
    if stage is Stage.ARRIVED:
        return _("arrivé : %(workshop)s va effacer ses données") % {"workshop": workshop}
    return _(_PLAIN[stage]) if stage.is_known else stage.value


def _missing(device: DeviceOut, workshop: str) -> str:
    """Where it was missed, and that its donor has found it: then what becomes of it."""
    if device.found_at is None:
        return _("absent au pointage de l'atelier") if device.lot_missing_at else _("absent le jour de la collecte")
    values = {"day": short_day(device.found_at), "workshop": workshop}
    if device.lot_missing_at:
        return _("retrouvé le %(day)s, à apporter à l'atelier : %(workshop)s") % values
    return _("retrouvé le %(day)s, à collecter") % values


_HANDED_OVER = {
    "sold": "vendu à prix solidaire dans le département : %(where)s",
    "given": "donné dans le département : %(where)s",
    "": "remis dans le département : %(where)s",
}
_PLACED = {
    Stage.RESERVED: "attribué à une structure du département : %(where)s",
    Stage.SHIPPED: "envoyé à une structure du département : %(where)s",
    Stage.DELIVERED: "livré à une structure du département : %(where)s",
}
_AWAY = {
    "lost": "perdu pendant le transport vers une structure",
    "lost_lent": "perdu pendant un prêt de la structure",
    "damaged": "arrivé abîmé à la structure : il revient à l'atelier",
    "wrong": "pas l'équipement attendu par la structure : il revient à l'atelier",
    "broken": "en réparation",
    "used": "il revient à l'atelier, qui l'efface avant qu'une autre personne l'ait",
    "found_lent": "perdu pendant un prêt, puis retrouvé : il revient à l'atelier",
    "found": "perdu pendant le transport, puis retrouvé : il revient à l'atelier",
}
_PLAIN = {
    Stage.ACCEPTED: "accepté, à collecter",
    Stage.COLLECTED: "collecté, attend son atelier",
    Stage.TESTED: "tous les tests sont passés",
    Stage.GRADED: "testé et classé",
}


def _where(device: DeviceOut) -> str:
    return name_of(device.territory) if device.territory else _("non précisé")


def _erased(device: DeviceOut) -> str:
    levels = sorted({LEVELS.get(one.level or "", one.level or "") for one in device.erasures} - {""})
    assert device.erased_at is not None  # the stage comes from that event
    values = {"day": short_day(device.erased_at), "levels": ", ".join(levels)}
    if not device.erasures:
        return _("sans support de données, vérifié le %(day)s") % values
    return _("effacé le %(day)s (%(levels)s)") % values
