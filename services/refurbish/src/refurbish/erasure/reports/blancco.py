"""Blancco's report in XML: `entries` and `entry` with names; one erasure per drive, each with its target.

No report of theirs could be had: the names are those that programs of others read. A DOCTYPE is refused before
anything of it is read; depth, number and length are bounded.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from filiere.catalogue.grades import StorageKind

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.report import Report, ReportedMedium, Unreadable, clock, moment, number, told, whole

_MOST_ELEMENTS = 200_000
_DEEPEST = 24
_LONGEST = 500
_WELL = {"successful", "success", "erased", "completed successfully"}
_BADLY = {"failed", "unsuccessful", "cancelled", "canceled", "aborted", "interrupted", "not erased", "failure"}
_PURGE = re.compile(r"purge|crypto|secure erase|firmware|block erase|sanitize|ssd erasure", re.IGNORECASE)
_CLEAR = re.compile(
    r"clear|overwrit|\bzero|\bone pass|random|5220|\bDoD\b|HMG|\bBSI\b|VSITR|Gutmann|Schneier|GOST|NCSC|AFSSI|NAVSO",
    re.IGNORECASE,
)
_KINDS = (
    ("nvme", StorageKind.NVME),
    ("emmc", StorageKind.EMMC),
    ("mmc", StorageKind.EMMC),
    ("ssd", StorageKind.SSD),
    ("hdd", StorageKind.HDD),
    ("hard disk", StorageKind.HDD),
)


@dataclass(slots=True)
class _Node:
    """`name`: what its `name` says, or its tag where it has none (older versions)."""

    tag: str
    name: str
    text: str = ""
    children: list["_Node"] = field(default_factory=list)

    def value(self, *names: str) -> str | None:
        """The text of the first child of one of these names."""
        for name in names:
            for child in self.children:
                if child.name == name and not child.children and (said := whole(child.text, 200)):
                    return said
        return None

    def all(self, name: str) -> list["_Node"]:
        """Every node of a name below this one, in their order; not below one that is found."""
        found: list[_Node] = []
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.name == name and node.children:
                found.append(node)
            else:
                waiting.extend(reversed(node.children))
        return found

    def first(self, name: str) -> str | None:
        """The text of the first node of a name or a tag, wherever it stands."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if name in (node.tag, node.name) and not node.children and (said := whole(node.text, 200)):
                return said
            waiting.extend(reversed(node.children))
        return None


def read(raw: bytes) -> Report:
    """Every erasure of the report. Raises Unreadable."""
    root = _tree(raw)
    if not root.all("blancco_data") and not root.all("blancco_erasure_report"):
        raise Unreadable("Ce XML n'est pas un rapport de Blancco.")
    disks = {serial: one for one in root.all("disk") if (serial := one.value("serial"))}
    media = told(
        medium for report in root.all("blancco_erasure_report") for one in report.all("erasure")
        for medium in _media(one, disks)
    )  # fmt: skip
    if not media:
        raise Unreadable("Ce rapport de Blancco ne parle d'aucun effacement.")
    version = root.first("product_version")
    return Report(tool=root.first("product_name") or "Blancco", tool_version=version, media=media)


def _media(erasure: _Node, disks: dict[str, _Node]) -> list[ReportedMedium]:
    targets = erasure.all("target") or [erasure]
    return [_medium(erasure, target, disks) for target in targets]


def _medium(erasure: _Node, target: _Node, disks: dict[str, _Node]) -> ReportedMedium:
    serial = target.value("serial")
    disk = disks.get(serial or "", target)
    standard = erasure.value("erasure_standard_name", "erasure_standard")
    state = (erasure.value("state") or "").lower()
    errors = [number(erasure.value(name)) or 0 for name in ("total_errors", "failed_sectors", "read_errors")]
    doubts = []
    result = ErasureResult.SUCCESS if state in _WELL else ErasureResult.FAILURE if state in _BADLY else None
    if state and result is None:
        doubts.append(f"Blancco dit de cet effacement : « {state[:60]} ».")
    if result is ErasureResult.SUCCESS and any(errors):
        doubts.append(f"Blancco dit « réussi », mais compte {sum(errors)} erreurs.")
    return ReportedMedium(
        serial=serial,
        model=target.value("model") or disk.value("model"),
        kind=_kind(target) or _kind(disk),
        size_bytes=number(target.value("capacity")) or number(disk.value("capacity")),
        level=_level(standard),
        method=whole(standard),
        result=result,
        began_at=moment(erasure.value("start_time")),
        ended_at=moment(erasure.value("end_time", "timestamp")),
        seconds=clock(erasure.value("elapsed_time")),
        passes=max(1, min(100, number(erasure.value("overwriting_rounds")) or 1)),
        quote=erasure.value("state") if result is ErasureResult.FAILURE else None,
        doubts=tuple(doubts),
    )


def _level(standard: str | None) -> Level | None:
    """By what the standard is called; None for one that says neither."""
    if standard is None:
        return None
    if _PURGE.search(standard) and "clear" not in standard.lower():
        return Level.PURGE
    return Level.CLEAR if _CLEAR.search(standard) else None


def _kind(node: _Node) -> StorageKind | None:
    said = " ".join(filter(None, (node.value("type"), node.value("interface_type"), node.value("media_type")))).lower()
    return next((kind for word, kind in _KINDS if word in said), None)


def _tree(raw: bytes) -> _Node:
    root = _Node("", "")
    stack = [root]
    texts: list[list[str]] = [[]]
    lengths = [0]
    seen = 0

    def refuse(*_: object) -> NoReturn:
        raise Unreadable("Ce fichier XML contient une déclaration DOCTYPE : elle est refusée.")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if seen > _MOST_ELEMENTS or len(stack) > _DEEPEST:
            raise Unreadable("Ce fichier XML est trop grand ou trop profond pour un rapport.")
        node = _Node(tag[:_LONGEST], attributes.get("name", tag)[:_LONGEST])
        stack[-1].children.append(node)
        stack.append(node)
        texts.append([])
        lengths.append(0)

    def said(text: str) -> None:
        if lengths[-1] < _LONGEST:
            texts[-1].append(text)
            lengths[-1] += len(text)

    def end(_: str) -> None:
        node = stack.pop()
        node.text = "".join(texts.pop())[:_LONGEST]
        lengths.pop()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("Le XML n'est pas lisible.") from error
    return root
