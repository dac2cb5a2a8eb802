"""Prove the journals: each entry's fingerprint, the chain, the totals, and what stands beside them."""

from collections.abc import Iterator
from uuid import UUID

from filiere.database import AsyncReadSession, Scope

from distribute.till_books.repository import Beside, BooksRepository
from distribute.till_books.schemas import BreakOut, ProofOut
from distribute.till_journal.breaks import Examination
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


def _proof(beside: Beside, examined: Examination) -> ProofOut:
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
    )


def _beside(beside: Beside) -> Iterator[BreakOut]:
    if (lost := beside.missing_at_the_end) > 0:
        yield BreakOut(sequence=None, sentence_fr=f"{lost} reçus donnés ne sont dans aucune écriture : il en manque.")
    for sequence in beside.lost:
        yield BreakOut(sequence=sequence, sentence_fr=f"La remise de l'écriture {sequence} a disparu.")
    for label in beside.strangers:
        yield BreakOut(sequence=None, sentence_fr=f"La remise de {label} ne correspond pas à son écriture.")
