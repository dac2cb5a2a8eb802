"""Audits of Emmaüs Connect's tools: the line for BOLC (35 fields, semicolons), the `materiel` of tec.tech (JSON).

Read are the fields of the machine. Who audited it, remarks and prices are not.
"""

import re

from filiere.catalogue.grades import StorageKind
from filiere.inventories.facts import HardwareFacts, MediumFact
from filiere.inventories.sizes import size_gb, sold_memory
from filiere.inventories.values import Node, imeis_in, number, present, text_of

BOLC_FIELDS = 35
# Places in the line of what is read.
_TYPE, _MAKER, _MODEL, _BATTERY, _SERIAL, _CPU, _DISK, _DISK_GB, _RAM = 3, 7, 10, 11, 14, 15, 16, 17, 20
BOLC_READ = (_TYPE, _MAKER, _MODEL, _BATTERY, _SERIAL, _CPU, _DISK, _DISK_GB, _RAM)
TECTECH_READ = ("typeMateriel", "marque", "model", "numeroSerie", "IMEI1", "IMEI2", "processeur", "RAM",
                "typeDisqueDur1", "tailleDisqueDur1", "typeDisqueDur2", "tailleDisqueDur2",
                "systemeExploitation")  # fmt: skip
_CHASSIS = {
    "portable": "Laptop", "uc": "Desktop", "tablette": "Tablet", "smartphone": "Smartphone",
    "ordinateur_portable": "Laptop", "ordinateur_fixe": "Desktop",
}  # fmt: skip
_KINDS = {"ssd": StorageKind.SSD, "hdd": StorageKind.HDD, "nvme": StorageKind.NVME, "emmc": StorageKind.EMMC}


def is_bolc(text: str) -> bool:
    """Whether a text is one such line, alone."""
    return text.count(";") == BOLC_FIELDS - 1 and len(text.strip().splitlines()) == 1


def is_tectech(document: Node) -> bool:
    """Whether an object is a `materiel`."""
    return "typeMateriel" in document and "numeroSerie" in document


def from_bolc(text: str) -> HardwareFacts:
    """Facts of the line. Its disk has no serial: it completes what another audit saw, and declares nothing."""
    fields = [text_of(one) or "" for one in text.strip().split(";")]
    return _facts(
        "bolc",
        kind=fields[_TYPE],
        manufacturer=fields[_MAKER],
        model=fields[_MODEL],
        serial=fields[_SERIAL],
        cpu=fields[_CPU],
        ram=fields[_RAM],
        disks=[(fields[_DISK], fields[_DISK_GB])],
        battery=fields[_BATTERY],
    )


def from_tectech(document: Node) -> HardwareFacts:
    """Facts of a `materiel`; its remark may hold more, in words, and is not read."""
    return _facts(
        "tectech",
        kind=document.get("typeMateriel"),
        manufacturer=document.get("marque"),
        model=document.get("model"),
        serial=text_of(document.get("numeroSerie")) or document.get("IMEI1"),
        cpu=document.get("processeur"),
        ram=document.get("RAM"),
        disks=[(document.get(f"typeDisqueDur{n}"), document.get(f"tailleDisqueDur{n}")) for n in (1, 2)],
        battery=None,
    )


def imeis_of_tectech(document: Node) -> tuple[str, ...]:
    """The IMEIs of a telephone."""
    return imeis_in(document.get(name) for name in ("IMEI1", "IMEI2"))


def _facts(
    source: str, *, kind: object, manufacturer: object, model: object, serial: object, cpu: object, ram: object,
    disks: list[tuple[object, object]], battery: object,
) -> HardwareFacts:  # fmt: skip
    memory = number(ram)
    percent = number(battery) if isinstance(battery, str) and "%" in battery else None
    return HardwareFacts.of(
        source,
        manufacturer=text_of(manufacturer),
        model=text_of(model),
        serial=text_of(serial),
        chassis=_CHASSIS.get((text_of(kind) or "").strip().lower()),
        # Their memory is in decimal gigabytes, rounded: 8 GiB are 9 there.
        ram_mib=sold_memory(memory) * 1024 if memory and memory < 4096 else None,
        cpu=text_of(cpu),
        battery_percent=percent if percent is not None and 0 < percent <= 150 else None,
        media=present(_medium(*one) for one in disks),
    )


def _medium(kind: object, size: object) -> MediumFact | None:
    words, gigabytes = text_of(kind) or "", number(size)
    if not gigabytes:
        return None
    known = next((_KINDS[name] for name in _KINDS if re.search(name, words, re.IGNORECASE)), StorageKind.UNKNOWN)
    return MediumFact(kind=known, size_gb=size_gb(gigabytes, 1))
