"""Prove the journals: each entry's fingerprint, the chain, the totals, and what stands beside them.

`prove` reads every entry, for the command, the API and whoever asks the page to. A page that is opened often goes on
from where this process has read to (`prove_on`): an hour at most, and only while the entry it ended with is the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncReadSession, Scope

from distribute.till_books.repository import Beside, BooksRepository
from distribute.till_books.schemas import BreakOut, ProofOut
from distribute.till_journal.breaks import Examination
from distribute.till_journal.entry import fingerprint
from distribute.till_journal.repository import TillJournalRepository


async def prove(session: AsyncReadSession, scope: Scope) -> list[ProofOut]:
    """One proof per Relais of the scope whose till was ever used. Reads every entry once, a part at a time."""
    examined: dict[UUID, Examination] = {}
    async for entry in TillJournalRepository.from_session(session).entries(scope):
        examined.setdefault(entry.relais_id, Examination()).read(entry.content(), entry.hash)
    return [
        _proof(beside, examined.get(beside.relais_id) or Examination())
        for beside in await BooksRepository.from_session(session).beside(scope)
    ]


async def prove_on(session: AsyncReadSession, scope: Scope) -> list[ProofOut]:
    """The same proofs, from what this process has read within the hour; what came since is read and chained to it."""
    proofs = []
    for beside in await BooksRepository.from_session(session).beside(scope):
        known = _READ.pop(beside.relais_id, None)  # whoever asks meanwhile reads everything
        examined = await _on_from(session, beside.relais_id, known) or await _whole(session, beside.relais_id)
        if not examined.examination.breaks:
            _READ[beside.relais_id] = examined
            while len(_READ) > MOST_KEPT:
                del _READ[next(iter(_READ))]
        proofs.append(_proof(beside, examined.examination, examined.at))
    return proofs


async def _on_from(session: AsyncReadSession, relais_id: UUID, known: "_Read | None") -> "_Read | None":
    """What is known and what came since; None where it is too old, or its last entry is not the one that was read."""
    if known is None or now() - known.at > AT_MOST or not known.examination.sequence:
        return None
    last, head = known.examination.sequence, known.examination.last_hash
    journal = TillJournalRepository.from_session(session)
    is_first = True
    async for entry in journal.entries(Scope((relais_id,)), since=last):
        if not is_first:
            known.examination.read(entry.content(), entry.hash)
        elif (entry.sequence, entry.hash, fingerprint(entry.content())) != (last, head, head):
            return None
        is_first = False
    return None if is_first else known


async def _whole(session: AsyncReadSession, relais_id: UUID) -> "_Read":
    read = _Read(Examination(), now())
    async for entry in TillJournalRepository.from_session(session).entries(Scope((relais_id,))):
        read.examination.read(entry.content(), entry.hash)
    return read


class _Read(NamedTuple):
    """A journal as this process has read it; `at`: when it was read from its first entry on."""

    examination: Examination
    at: datetime


AT_MOST = timedelta(hours=1)
MOST_KEPT = 20  # journals: an examination remembers every sale that nobody undid
_READ: dict[UUID, _Read] = {}


def _proof(beside: Beside, examined: Examination, read_at: datetime | None = None) -> ProofOut:
    breaks = [BreakOut(sequence=one.sequence, sentence_fr=one.sentence_fr) for one in examined.breaks]
    breaks += _beside(beside)
    return ProofOut(
        relais_id=beside.relais_id,
        relais_name=beside.name,
        entries=examined.entries,
        waiting=beside.waiting,
        total_cents=examined.total_cents,
        last_hash=examined.last_hash,
        holds=not breaks,
        breaks=breaks,
        read_at=read_at or now(),
    )


def _beside(beside: Beside) -> Iterator[BreakOut]:
    if (lost := beside.missing_at_the_end) > 0:
        yield BreakOut(sequence=None, sentence_fr=f"{lost} reçus donnés ne sont dans aucune écriture : il en manque.")
    for sequence in beside.lost:
        yield BreakOut(sequence=sequence, sentence_fr=f"La remise de l'écriture {sequence} a disparu.")
    for label in beside.strangers:
        yield BreakOut(sequence=None, sentence_fr=f"La remise de {label} ne correspond pas à son écriture.")
