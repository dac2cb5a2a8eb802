"""From the bytes of an inventory to its facts. Bounded in size, depth and number; in this process or in one of its own.

    python -m filiere.inventories.reading < inventory

says the facts (`facts`) and the length of the copy that is kept (`copy`), which follows; or why there are none
(`refused`).
"""

import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from filiere.inventories.bundle import TYPE, from_parts
from filiere.inventories.copies import copy_of
from filiere.inventories.dmidecode import from_dmidecode, is_dmidecode
from filiere.inventories.emmaus import from_bolc, from_tectech, imeis_of_tectech, is_bolc, is_tectech
from filiere.inventories.ereuse import from_snapshot
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.glpi import asset_tag_of, from_glpi, imeis_of, system_of
from filiere.inventories.inxi import from_inxi_json, from_inxi_text, is_inxi_json, is_inxi_text
from filiere.inventories.lsblk import from_lsblk
from filiere.inventories.lshw import from_lshw
from filiere.inventories.smartctl import from_smartctl, is_smartctl
from filiere.inventories.values import Unreadable, text_in
from filiere.inventories.xml import MAX_ELEMENTS, read_xml
from filiere.jobs.process import bound, say

MAX_BYTES = 5 * 1024 * 1024
"""Of one inventory: the largest agent file seen has 1.2 MB, most of it the list of software."""
_MOST_CPU_S = 20
_MOST_MEMORY = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Machine:
    """What an inventory says of a machine: its hardware, and what a declaration of it needs besides."""

    facts: HardwareFacts
    asset_tag: str | None = None
    system: str | None = None
    imeis: tuple[str, ...] = ()


def read(raw: bytes) -> HardwareFacts:
    """Read an inventory of a GLPI or FusionInventory agent (JSON or XML), lshw, lsblk or smartctl (JSON), inxi,
    dmidecode, eReuse Workbench, of the tools of Emmaüs Connect, or of our own command. Raises Unreadable.
    """
    return read_machine(raw).facts


def read_machine(raw: bytes) -> Machine:
    """The same with the owner's inventory number, the operating system and a telephone's IMEIs, where the tool
    writes them.

    Raises Unreadable.
    """
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        content = read_xml(raw).get("content")
        if not isinstance(content, dict):
            raise Unreadable("Il n'y a pas d'élément CONTENT.")
        machine = _of_glpi(content, "glpi-xml")
    elif start in (b"{", b"["):
        machine = _from_json(_json(raw))
    else:
        machine = Machine(_from_text(text_in(raw)))
    if machine.facts.says_nothing:
        raise Unreadable("Rien dans ce fichier ne décrit un ordinateur ni un téléphone.")
    return machine


LOOKED_AT = 64
"""Bytes of a file's beginning that tell an inventory from anything else."""
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<|\{|\[\s*(?:\{|\]|$)|# dmidecode \d)")


def looks_like_an_inventory(start: bytes) -> bool:
    """Say whether a file that begins so is XML, JSON or dmidecode's: no log (`[2026-11-30 …`), no `[SCCM] Type`."""
    return _BEGINS.match(start[:LOOKED_AT]) is not None


def _of_glpi(content: dict[str, Any], source: str) -> Machine:
    return Machine(from_glpi(content, source), asset_tag_of(content), system_of(content), imeis_of(content))


def _from_json(document: Any) -> Machine:
    if is_inxi_json(document):
        return Machine(from_inxi_json(document))
    if isinstance(document, list):
        listed = [one for one in document if isinstance(one, dict)]
        if listed and all(is_smartctl(one) for one in listed):
            return Machine(from_smartctl(listed))
        if len(listed) > 1 and is_tectech(listed[0]):
            raise Unreadable("Il y a plusieurs machines dans ce fichier : il faut un fichier par machine.")
        document = next(iter(listed), None)  # lshw before 02.19 wraps its tree in a list
    if not isinstance(document, dict):
        raise Unreadable("Ce JSON n'est pas un inventaire.")
    if isinstance(document.get("content"), dict):
        return _of_glpi(document["content"], "glpi-json")
    if document.get("class") == "system":
        return Machine(from_lshw(document))
    if document.get("type") == "Snapshot":
        return Machine(from_snapshot(document))
    if document.get("type") == TYPE and isinstance(document.get("parts"), dict):
        return Machine(from_parts("filiere", document["parts"]))
    if "blockdevices" in document:
        return Machine(from_lsblk(document))
    if is_smartctl(document):
        return Machine(from_smartctl([document]))
    if is_tectech(document):
        return Machine(from_tectech(document), imeis=imeis_of_tectech(document))
    raise Unreadable(
        "Ce JSON ne vient ni d'un agent GLPI, ni de lshw, lsblk, smartctl ou inxi, ni d'eReuse ou de tec.tech."
    )


def _from_text(text: str) -> HardwareFacts:
    if is_dmidecode(text):
        return from_dmidecode(text)
    if is_bolc(text):
        return from_bolc(text)
    if is_inxi_text(text):
        return from_inxi_text(text)
    raise Unreadable(
        "Ce texte ne vient ni de dmidecode, ni d'inxi, ni d'un audit d'Emmaüs Connect (une ligne de 35 champs)."
    )


def _json(raw: bytes) -> Any:
    # Each list and object costs up to 232 bytes of memory for the two that write it.
    if raw.count(b"{") + raw.count(b"[") > MAX_ELEMENTS:
        raise Unreadable("Ce JSON est trop grand pour un inventaire.")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Le JSON n'est pas lisible.") from error


def main() -> None:
    """The process's side."""
    bound(cpu_s=_MOST_CPU_S, memory_bytes=_MOST_MEMORY)
    try:
        raw = sys.stdin.buffer.read()
        facts, copy = read(raw), copy_of(raw)
        say(copy, facts=facts.model_dump(mode="json"), copy=len(copy))
    except Unreadable as error:
        say(refused=str(error))


if __name__ == "__main__":
    main()
