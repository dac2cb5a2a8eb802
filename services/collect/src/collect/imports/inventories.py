"""Machine inventories as declared lines: one file, or an archive of thousands. Called in a process of its own only."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import PurePath

from filiere.catalogue import Doubt
from filiere.identifiers import valid_imei
from filiere.inventories.reading import MAX_BYTES, Machine, looks_like_an_inventory, read_machine
from filiere.inventories.values import Unreadable as NoInventory

from collect.eligibility.judge import Judge, JudgedLine, LineVerdict, unreadable
from collect.eligibility.lines import Equipment, Understood, equipment, in_one_cell
from collect.eligibility.unknown import uncertain
from collect.imports.reading import Unreadable
from collect.imports.values import sold_storage

# Nobody can write a category into what a machine says.
_SAYS_NOTHING = "L'inventaire ne dit ni le châssis ni un modèle connu : déclarez cette machine par une ligne."
_KINDS = frozenset(
    f".{ending}" for ending in (
        "json", "xml", "ocs", "csv", "txt", "log", "html", "pdf", "zip", "gz", "xlsx", "xls", "ods", "docx", "jpg",
        "jpeg", "png", "yaml", "yml", "ini", "bak",
    )
)  # fmt: skip
# What zipfile raises for an archive that is none: it checks little before it reads.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


def is_archive(content: bytes) -> bool:
    """Say whether these are files put together, and no workbook, which is an archive of another kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not {"[Content_Types].xml", "content.xml", "mimetype"} & set(archive.namelist())
    except _BROKEN:
        return False


def of_one(content: bytes, on: date) -> tuple[str, Iterator[JudgedLine]]:
    """(what wrote it, its only line) of one inventory. Raises Unreadable."""
    try:
        machine = _read(content)
    except NoInventory as error:
        raise Unreadable(str(error)) from error
    return machine.facts.source, iter([_judged(Judge(on), 1, machine)])


def of_archive(content: bytes, on: date, most: int) -> tuple[int, Iterator[JudgedLine]]:
    """(how many files, a line for each) in the order of their names, which may name people and are not kept.

    Raises Unreadable.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = sorted(one for one in archive.namelist() if not _is_aside(one))
    if any(".." in one.replace("\\", "/").split("/") for one in names):
        raise Unreadable("L'archive nomme des fichiers hors d'elle-même (« .. ») : refaites-la.")
    if not names:
        raise Unreadable("L'archive est vide.")
    if len(names) > most:
        raise Unreadable(f"L'archive a plus de {most} fichiers : découpez-la.")
    return len(names), _lines(archive, names, on)


def _lines(archive: zipfile.ZipFile, names: list[str], on: date) -> Iterator[JudgedLine]:
    """A line for each; one that cannot be read says where its file is found, without its name."""
    judge = Judge(on)
    for number, name in zip(count(1), names, strict=False):
        try:
            # No more than the longest that is read, whatever the archive says of its size.
            with archive.open(name) as file:
                machine = _read(file.read(MAX_BYTES + 1))
        except (NoInventory, *_BROKEN) as error:
            why = str(error) if isinstance(error, NoInventory) else "Il ne se décompresse pas."
            yield unreadable(number, Equipment(), "unreadable-inventory", f"{_which(archive, names, number)} : {why}")
        else:
            line = _judged(judge, number, machine)
            if line.verdict is LineVerdict.ERROR:
                line = replace(line, reason=f"{_which(archive, names, number)} : {line.reason}")
            yield line


def _which(archive: zipfile.ZipFile, names: list[str], number: int) -> str:
    """By what its sender finds a file again: its place, its kind and its size. A file's name may name somebody, an
    unknown ending too."""
    name = names[number - 1]
    ending = PurePath(name).suffix.lower()
    kind = ending if ending in _KINDS else "d'une autre sorte"
    size = max(1, round(archive.getinfo(name).file_size / 1000))
    return f"Fichier n° {number} sur {len(names)} de l'archive, par ordre alphabétique ({kind}, {size} Ko)"


def _read(raw: bytes) -> Machine:
    if len(raw) > MAX_BYTES:
        raise NoInventory("Il est trop grand pour un inventaire.")
    if not looks_like_an_inventory(raw):
        raise NoInventory("Ce n'est ni un inventaire GLPI (JSON ou XML), ni lshw, ni eReuse Workbench.")
    return read_machine(raw)


def _is_aside(name: str) -> bool:
    """Folders, and what systems put beside the files of people."""
    return name.endswith("/") or any(
        part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in name.split("/")
    )


def _judged(judge: Judge, number: int, machine: Machine) -> JudgedLine:
    found = _understood(machine)
    if found.recognised.doubt is Doubt.MISSING:
        return unreadable(number, found.equipment, "missing-category", _SAYS_NOTHING)
    if (why := uncertain(found)) is not None:
        return unreadable(number, found.equipment, *why)
    return judge.judge(number, found.equipment, tuple(found.flags))


def _understood(machine: Machine) -> Understood:
    facts = machine.facts
    sizes = [medium.size_gb for medium in facts.media if medium.size_gb]
    return equipment(
        category=facts.chassis,
        system=machine.system,
        manufacturer=facts.manufacturer,
        model=facts.model,
        serial=facts.serial,
        imei=facts.serial if valid_imei(facts.serial or "") else None,
        imei2=in_one_cell(machine.imeis),
        asset_tag=machine.asset_tag,
        ram_gb=facts.ram_gb,
        storage_gb=sold_storage(float(round(sum(sizes)))) if sizes else None,
    )
