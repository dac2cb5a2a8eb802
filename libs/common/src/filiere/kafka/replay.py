"""What an operator does with dead letters: run them again in order, or give them up."""

from dataclasses import dataclass

from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.dead_letter.repository import DeadLetter, DeadLetterRepository
from filiere.kafka.decoding import Decoded, decode
from filiere.kafka.ports import Partition, Record, RetryLater
from filiere.kafka.processing import Processor


class LetterNotFound(LookupError):
    def __init__(self, letter_id: int) -> None:
        super().__init__(f"There is no open dead letter {letter_id}.")


@dataclass(frozen=True, slots=True)
class Replay:
    """How many letters of the key were applied; `stopped_at` is the one that failed again, if any."""

    applied: int
    stopped_at: int | None = None
    why: str | None = None


async def replay(database: Database, processor: Processor, letter_id: int) -> Replay:
    """Apply the open letters of this letter's key, oldest first, each in its own transaction, until one fails again.

    :raises LetterNotFound: unknown, or not open.
    """
    wanted = await _open_letter(database, letter_id)
    applied = 0
    while True:
        async with database.read() as session:
            letters = await DeadLetterRepository.from_session(session).of_key(wanted.consumer, wanted.topic, wanted.key)
        if not letters:
            return Replay(applied)
        failure = await _replay_one(database, processor, letters[0])
        if failure is not None:
            return Replay(applied, letters[0].id, failure)
        applied += 1


async def _replay_one(database: Database, processor: Processor, found: DeadLetter) -> str | None:
    """None when applied, else the sentence that says why not."""
    record = Record(Partition(found.topic, found.partition), found.offset, found.raw_key, found.payload, found.headers)
    item = decode(record, processor.models(found.topic))
    if not isinstance(item, Decoded):
        return getattr(item, "detail", "no handler reads this type any more")
    try:
        async with database.unit_of_work() as session:
            letters = DeadLetterRepository.from_session(session)
            await letters.lock_key(found.consumer, found.topic, found.key)
            still_open = await letters.get(found.id)
            if still_open is None or still_open.status != "open":
                return None  # somebody else replayed it meanwhile
            await processor.handle(session, found.topic, [item])
            await letters.resolve(found.id, "replayed")
    except Exception as error:
        if is_transient(error):
            raise
        why = f"{type(error).__name__}: {error}"
        async with database.unit_of_work() as session:
            await DeadLetterRepository.from_session(session).failed_again(
                found.id, "exhausted" if isinstance(error, RetryLater) else "handler_error", why
            )
        return why
    return None


async def discard(database: Database, letter_id: int) -> int:
    """Give one letter up; returns how many wait behind it. They stay parked until replayed.

    :raises LetterNotFound: unknown, or not open.
    """
    wanted = await _open_letter(database, letter_id)
    async with database.unit_of_work() as session:
        letters = DeadLetterRepository.from_session(session)
        await letters.lock_key(wanted.consumer, wanted.topic, wanted.key)
        await letters.resolve(letter_id, "discarded")
        return len(await letters.of_key(wanted.consumer, wanted.topic, wanted.key))


async def _open_letter(database: Database, letter_id: int) -> DeadLetter:
    async with database.read() as session:
        found = await DeadLetterRepository.from_session(session).get(letter_id)
    if found is None or found.status != "open":
        raise LetterNotFound(letter_id)
    return found
