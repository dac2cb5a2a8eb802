"""A dated archive of a journal: every entry from the first on, readable without this software, and its verification.

A ZIP of three files: `journal.jsonl`, one entry a line with its fingerprint; `manifest.json`, which names the
structure, the day, the last fingerprint and the SHA-256 of the journal; `LISEZ-MOI.txt`, which says how to check both.
"""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from distribute.till_journal.breaks import Examination
from distribute.till_journal.entry import BEFORE_THE_FIRST, VERSION, Entry

JOURNAL, MANIFEST, README = "journal.jsonl", "manifest.json", "LISEZ-MOI.txt"
FORMAT = "filiere-till-archive"
_AT_ONCE = 500
_MOST_BYTES = 2_000_000_000  # of a journal in an archive that somebody brings
_README = """\
Archive de la caisse de {name}, arrêtée au {until}.

journal.jsonl : une écriture par ligne, dans l'ordre, depuis la première.
  « content » est l'écriture ; « hash » est son empreinte.
manifest.json : la structure, le jour, le nombre d'écritures, la dernière empreinte, l'empreinte du fichier.

Vérifier avec Filière :
  python -m distribute till verify-archive FICHIER.zip

Vérifier sans Filière :
  1. Le SHA-256 de journal.jsonl est celui de manifest.json.
  2. Pour chaque ligne, le SHA-256 de « content » écrit en JSON canonique (UTF-8, clés triées, sans espaces)
     est « hash ».
  3. « previous » est le « hash » de la ligne d'avant ; soixante-quatre zéros pour la première.
  4. « sequence » va de 1 en 1 ; « total_cents » augmente de person_cents + structure_cents à chaque ligne.
Les montants sont en centimes d'euro. Rien dans ce fichier ne nomme une personne aidée.
"""


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive says of itself, and what does not hold in it."""

    relais_id: str
    until: str
    entries: int
    total_cents: int
    last_hash: str
    faults: list[str]


async def write(
    into: IO[bytes], entries: AsyncIterator[Entry], relais_id: UUID, name: str, until: date, made_at: datetime
) -> None:
    """Write the archive of entries; a part at a time, in a thread."""
    digest, count, last, total = hashlib.sha256(), 0, BEFORE_THE_FIRST, 0
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(JOURNAL, "w", force_zip64=True) as journal:
            waiting: list[bytes] = []
            async for entry in entries:
                waiting.append(_line(entry))
                count, last, total = count + 1, entry.hash, entry.total_cents
                if len(waiting) == _AT_ONCE:
                    await asyncio.to_thread(_put, journal, digest, waiting)
                    waiting = []
            await asyncio.to_thread(_put, journal, digest, waiting)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "relais": str(relais_id),
            "name": name,
            "until": until.isoformat(),
            "made_at": made_at.astimezone(UTC).isoformat(),
            "entries": count,
            "total_cents": total,
            "last_hash": last,
            "sha256": {JOURNAL: digest.hexdigest()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2))
        archive.writestr(README, _README.format(name=name, until=until.isoformat()))


def examine(path: Path) -> Archived:
    """Read an archive with nothing but itself. Raises ValueError for a file that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT or archive.getinfo(JOURNAL).file_size > _MOST_BYTES:
                raise ValueError("This is no archive of a till.")
            with archive.open(JOURNAL) as journal:
                return _examined(manifest, journal)
    except (zipfile.BadZipFile, KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError("This is no archive of a till.") from error


def _examined(manifest: dict[str, Any], journal: IO[bytes]) -> Archived:
    examination, digest = Examination(), hashlib.sha256()
    for content, said in _lines(journal, digest):
        examination.read(content, said)
    faults = [one.sentence_fr for one in examination.breaks]
    if digest.hexdigest() != manifest["sha256"][JOURNAL]:
        faults.append("Le fichier du journal n'est pas celui que décrit l'archive.")
    if examination.entries != manifest["entries"] or examination.last_hash != manifest["last_hash"]:
        faults.append("Les dernières écritures ne sont pas celles que décrit l'archive.")
    if examination.total_cents != manifest["total_cents"]:
        faults.append("Le total perpétuel n'est pas celui que décrit l'archive.")
    return Archived(
        manifest["relais"],
        manifest["until"],
        examination.entries,
        examination.total_cents,
        examination.last_hash,
        faults,
    )


def _lines(journal: IO[bytes], digest: Any) -> Iterator[tuple[dict[str, Any], str]]:
    for line in journal:
        digest.update(line)
        entry = json.loads(line)
        yield entry["content"], entry["hash"]


def _line(entry: Entry) -> bytes:
    said = {"content": entry.content(), "hash": entry.hash}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _put(journal: IO[bytes], digest: Any, lines: list[bytes]) -> None:
    for line in lines:
        digest.update(line)
    journal.writelines(lines)
