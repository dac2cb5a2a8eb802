"""The promises, as functions from evidence to sentences that say what breaks them. No sentence: the promise holds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.faults.at_the_bench import (
    media_go_by_two,
    parts_add_up,
    surplus_is_known,
    waste_stays_away,
    weeks_are_known,
)
from tests.faults.away import what_is_away_is_known
from tests.faults.debts import debts_add_up, prices_are_told, recalls_are_known
from tests.faults.devices import (
    conservation,
    every_question_is_answered,
    no_double_promise,
    steps_in_order,
    wipe_gate,
)
from tests.faults.evidence import Evidence, Seen, Sent
from tests.faults.history import Mark, Operation
from tests.faults.kept import (
    documents_are_whole,
    files_are_whole,
    given_up_goes_nowhere,
    letters_are_sent_once,
    lots_are_whole,
)
from tests.faults.stopped import stopped_is_given_to_nobody
from tests.faults.till import (
    closings_say_what_they_cover,
    receipts_without_gap,
    till_is_what_was_handed_over,
    till_is_whole,
)

# Effects that nothing but the workload's own operations can have: one without an operation came from nowhere.
_ONLY_OURS = {
    *("donation", "attachment", "erasure", "verification", "test sheet", "exit", "gone", "part", "repair", "waste"),
    *("bulk", "order", "handover", "undo", "closing", "missing", "report", "case", "lent", "lent, settled"),
    *("payment", "payment back", "surplus", "week back", "invoice", "audit", "published prices", "prices back"),
}


def all_published(found: Evidence) -> Iterator[str]:
    """Every outbox row is on its topic and stamped; a topic holds nothing that no outbox knows."""
    on_topics: dict[str, set[object]] = defaultdict(set)
    for record in found.seen:
        on_topics[record.topic].add(record.id)
    for service, rows in found.sent.items():
        newest = {(row.topic, row.key): row.id for row in rows}
        for row in rows:
            if not row.published:
                yield f"{service}: event {row.id} ({row.type}) is still not stamped as sent"
            # Compaction may forget all but the newest of a key.
            if row.id not in on_topics[row.topic] and not (
                row.topic in found.compacted and newest[row.topic, row.key] != row.id
            ):
                yield f"{service}: event {row.id} ({row.type} of {row.key}) is lost, topic {row.topic} does not have it"
    known = {row.id for rows in found.sent.values() for row in rows}
    for record in found.seen:
        if record.id not in known:
            yield f"topic {record.topic} has event {record.id}, which no outbox knows"


def order_per_key(found: Evidence) -> Iterator[str]:
    """The first copies of a key's events stand on one partition in the order in which they happened."""
    rows = {row.id: row for each in found.sent.values() for row in each}
    first: dict[object, Seen] = {}
    by_key: dict[tuple[str, str], list[tuple[Seen, Sent]]] = defaultdict(list)
    for record in sorted(found.seen, key=lambda one: (one.topic, one.partition, one.offset)):
        row = rows.get(record.id)
        if row is None or record.id in first:
            continue
        first[record.id] = record
        by_key[record.topic, record.key].append((record, row))
        if record.key != row.key:
            yield f"event {record.id} was sent under the key {record.key}, not {row.key}"
    for (topic, key), both in by_key.items():
        if len({record.partition for record, _ in both}) > 1:
            yield f"the events of {key} are on several partitions of {topic}"
        for (_, earlier), (record, later) in pairwise(both):
            if later.seq < earlier.seq:
                yield (
                    f"{topic}: {later.type} of {key} happened before {earlier.type} but stands behind it "
                    f"(offset {record.offset})"
                )


def newest_stays(found: Evidence) -> Iterator[str]:
    """The last copy under a key of a compacted topic is the newest event: compaction keeps that one."""
    last: dict[tuple[str, str], Seen] = {}
    for record in sorted(found.seen, key=lambda one: one.offset):
        if record.topic in found.compacted:
            last[record.topic, record.key] = record
    newest = {(row.topic, row.key): row for rows in found.sent.values() for row in rows}
    for where, record in last.items():
        if where in newest and newest[where].id != record.id:
            yield f"{where[0]}: the last record of {where[1]} is {record.id}, an older one than {newest[where].id}"


def applied_once_and_in_order(found: Evidence) -> Iterator[str]:
    """Each consumer has claimed every event it reads, none that nobody sent, and those of a key in order."""
    rows = [row for each in found.sent.values() for row in each]
    known = {row.id for row in rows}
    for consumer, types in found.read_types.items():
        claims = found.claimed.get(consumer, {})
        poison = {letter["event_id"] for letter in found.letters.get(consumer, ()) if letter["poison"] is not None}
        for id_ in claims.keys() - known - poison:
            yield f"{consumer} has applied event {id_}, which no outbox knows"
        last: dict[tuple[str, str], Sent] = {}
        for row in rows:  # by service in order of seq: a key belongs to one topic of one service
            if row.type not in types or row.topic.split(".")[0] == consumer:
                continue
            if row.id not in claims:
                yield f"{consumer} has never applied {row.type} of {row.key} (event {row.id})"
                continue
            earlier = last.get((row.topic, row.key))
            if earlier is not None and claims[row.id] < claims[earlier.id]:
                yield f"{consumer} has applied {row.type} of {row.key} before the earlier {earlier.type}"
            last[row.topic, row.key] = row


def no_dead_letters(found: Evidence) -> Iterator[str]:
    for consumer, letters in found.letters.items():
        for letter in letters:
            if letter["poison"] is not None:
                continue
            yield f"{consumer} could not apply an event of {letter['key']}: {letter['reason']}, {letter['detail']}"


def poison_is_parked(found: Evidence) -> Iterator[str]:
    """Every reader of a poisoned topic has parked each poisoned record, once, and goes on: the other promises say so.

    One whose envelope is sound and of a type that the reader does not read is none of its business; a second copy of
    it is known by its id.
    """
    for consumer, topics in found.read_topics.items():
        letters = found.letters.get(consumer, [])
        at = Counter((letter["topic"], letter["partition"], letter["offset"], letter["poison"]) for letter in letters)
        by_id = Counter(letter["event_id"] for letter in letters if letter["event_id"] is not None)
        for poison in found.poison:
            if poison.topic not in topics:
                continue
            where = f"poison {poison.mark} at {poison.topic}/{poison.partition}:{poison.offset}"
            if poison.id is None:
                count, wanted = at[poison.topic, poison.partition, poison.offset, poison.mark.encode()], 1
            else:
                count, wanted = by_id[poison.id], int(poison.type in found.read_types[consumer])
            if count != wanted:
                yield f"{consumer} has {count} letters of {where}, not {wanted}"
        # A broker that keeps nothing forgets the poison too, after it was read; only events are published again.
        known = {mark.encode() for mark in found.poisoned} | {poison.mark.encode() for poison in found.poison}
        for letter in letters:
            if letter["poison"] is not None and letter["poison"] not in known:
                yield f"{consumer} has a letter of poison {letter['poison']!r}, which nobody sent"


def every_operation_once(found: Evidence) -> Iterator[str]:
    """Acknowledged: its effect is there exactly once. Refused: not at all. Unknown: at most once."""
    by_mark: dict[Mark, list[Operation]] = defaultdict(list)
    for operation in found.operations:
        for mark in operation.marks:
            by_mark[mark].append(operation)
    for mark, operations in by_mark.items():
        outcomes = Counter(operation.outcome for operation in operations)
        least, most, count = outcomes["ok"], outcomes["ok"] + outcomes["unknown"], found.effects[mark]
        who = ", ".join(f"{one.name} {one.id} ({one.outcome})" for one in operations[:3])
        if count < least:
            yield f"lost: {mark.what} {mark.which} is there {count} times, acknowledged {least} times by {who}"
        if count > most:
            yield f"doubled: {mark.what} {mark.which} is there {count} times, at most {most} asked for by {who}"
    for mark, count in found.effects.items():
        if mark.what in _ONLY_OURS and mark not in by_mark:
            yield f"from nowhere: {mark.what} {mark.which} is there {count} times, no operation asked for it"


PROMISES: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "conservation": conservation,
    "no double promise": no_double_promise,
    "wipe gate": wipe_gate,
    "steps in order": steps_in_order,
    "every question is answered": every_question_is_answered,
    "nothing lost on the way": all_published,
    "order per key": order_per_key,
    "compaction keeps the newest": newest_stays,
    "applied once and in order": applied_once_and_in_order,
    "no dead letters": no_dead_letters,
    "poison is parked": poison_is_parked,
    "every operation once": every_operation_once,
    "the till is whole": till_is_whole,
    "the till is what was handed over": till_is_what_was_handed_over,
    "receipts without a gap": receipts_without_gap,
    "closings say what they cover": closings_say_what_they_cover,
    "debts add up": debts_add_up,
    "recalls are known": recalls_are_known,
    "prices are told": prices_are_told,
    "what is away is known": what_is_away_is_known,
    "stopped is given to nobody": stopped_is_given_to_nobody,
    "media go by two": media_go_by_two,
    "parts add up": parts_add_up,
    "waste stays away": waste_stays_away,
    "surplus is known": surplus_is_known,
    "weeks are known": weeks_are_known,
    "lots are whole": lots_are_whole,
    "given up goes nowhere": given_up_goes_nowhere,
    "files are whole": files_are_whole,
    "documents are whole": documents_are_whole,
    "letters are sent once": letters_are_sent_once,
}


def broken(found: Evidence) -> dict[str, list[str]]:
    """Sentences by promise; only promises that are broken."""
    named = {name: list(promise(found)) for name, promise in PROMISES.items()}
    return {name: sentences for name, sentences in named.items() if sentences}
