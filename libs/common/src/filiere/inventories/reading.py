"""From the bytes of an inventory to its facts. Bounded in size, depth and number; in this process or in one of its own.

    python -m filiere.inventories.reading < inventory

says the facts (`facts`), or why there are none (`refused`).
"""

import json
import re
import sys
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from filiere.inventories.ereuse import from_snapshot
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.glpi import asset_tag_of, from_glpi, system_of
from filiere.inventories.lshw import from_lshw
from filiere.jobs.process import bound, say

MAX_BYTES = 5 * 1024 * 1024
"""Of one inventory: the largest agent file seen has 1.2 MB, most of it the list of software."""
MAX_ELEMENTS = 200_000
MAX_DEPTH = 12
_MOST_CPU_S = 20
_MOST_MEMORY = 512 * 2**20


class Unreadable(Exception):
    """No inventory; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What an inventory says of a machine: its hardware, and what a declaration of it needs besides."""

    facts: HardwareFacts
    asset_tag: str | None = None
    system: str | None = None


def read(raw: bytes) -> HardwareFacts:
    """Read an inventory of a GLPI or FusionInventory agent (JSON or XML), of lshw (JSON) or of eReuse Workbench.

    Raises Unreadable.
    """
    return read_machine(raw).facts


def read_machine(raw: bytes) -> Machine:
    """The same with the owner's inventory number and the operating system, where the tool writes them.

    Raises Unreadable.
    """
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        tree = read_xml(raw)
        content = tree.get("content")
        if not isinstance(content, dict):
            raise Unreadable("Il n'y a pas d'élément CONTENT.")
        machine = _of_glpi(content, "glpi-xml")
    else:
        machine = _from_json(_json(raw))
    if machine.facts == HardwareFacts(source=machine.facts.source):
        # An inventory of something else: a switch, a list of software.
        raise Unreadable("Rien dans ce fichier ne décrit un ordinateur ni un téléphone.")
    return machine


LOOKED_AT = 64
"""Bytes of a file's beginning that tell an inventory from anything else."""
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<|\{|\[\s*(?:\{|\]|$))")


def looks_like_an_inventory(start: bytes) -> bool:
    """Say whether a file that begins so is XML or JSON: no log (`[2026-11-30 …`), no title (`[SCCM] Type`)."""
    return _BEGINS.match(start[:LOOKED_AT]) is not None


def _of_glpi(content: dict[str, Any], source: str) -> Machine:
    return Machine(from_glpi(content, source), asset_tag_of(content), system_of(content))


def _from_json(document: Any) -> Machine:
    if isinstance(document, list):  # lshw before 02.19 wraps its tree in a list
        document = next((one for one in document if isinstance(one, dict)), None)
    if not isinstance(document, dict):
        raise Unreadable("Ce JSON n'est pas un inventaire.")
    if isinstance(document.get("content"), dict):
        return _of_glpi(document["content"], "glpi-json")
    if document.get("class") == "system":
        return Machine(from_lshw(document))
    if document.get("type") == "Snapshot":
        return Machine(from_snapshot(document))
    raise Unreadable("Ce JSON ne vient ni d'un agent GLPI, ni de lshw, ni d'eReuse Workbench.")


def _json(raw: bytes) -> Any:
    # Each list and object costs up to 232 bytes of memory for the two that write it.
    if raw.count(b"{") + raw.count(b"[") > MAX_ELEMENTS:
        raise Unreadable("Ce JSON est trop grand pour un inventaire.")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Le JSON n'est pas lisible.") from error


class _Refused(Exception):
    pass


def read_xml(raw: bytes) -> dict[str, Any]:
    """A tree of dicts with names in lower case; repeated elements become lists, leaves are texts.

    A DOCTYPE is refused before anything of it is read: no entity is ever expanded, no file or address ever opened.
    Raises Unreadable.
    """
    root: dict[str, Any] = {}
    stack: list[dict[str, Any]] = [root]
    names: list[str] = []
    texts: list[list[str]] = [[]]
    seen = 0

    def refuse(*_: object) -> None:
        raise _Refused("Ce fichier XML contient une déclaration DOCTYPE : elle est refusée.")

    def start(name: str, _: object) -> None:
        nonlocal seen
        seen += 1
        if seen > MAX_ELEMENTS or len(names) >= MAX_DEPTH:
            raise _Refused("Ce fichier XML est trop grand ou trop profond pour un inventaire.")
        names.append(name.lower())
        stack.append({})
        texts.append([])

    def end(_: str) -> None:
        name, node, text = names.pop(), stack.pop(), "".join(texts.pop()).strip()
        value: Any = node or text
        parent = stack[-1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    parser = expat.ParserCreate()
    parser.buffer_text = True  # one call for a text, not one for each of its lines
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: texts[-1].append(text)
    try:
        parser.Parse(raw, True)
    except _Refused as error:
        raise Unreadable(str(error)) from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("Le XML n'est pas lisible.") from error
    document: Any = next(iter(root.values()), {})
    return document if isinstance(document, dict) else {}


def main() -> None:
    """The process's side."""
    bound(cpu_s=_MOST_CPU_S, memory_bytes=_MOST_MEMORY)
    try:
        say(facts=read(sys.stdin.buffer.read()).model_dump(mode="json"))
    except Unreadable as error:
        say(refused=str(error))


if __name__ == "__main__":
    main()
