"""What is given up, parted, missed and found stays right when workers die, come late, and hear everything twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from stack.audit import settled_audit
from stack.demo import organisations
from stack.demo.api import Chain
from stack.people import COORDINATOR, DONORS
from stack.stack import Stack

from tests.flows.lives import Life
from tests.flows.running import running_chain
from tests.flows.test_lots_that_part import announced, coordinates

ROWS = 90_000


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_same_network_comes_of_it_whatever_was_interrupted_late_or_doubled() -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        donor, coordinator = chain.collect(DONORS[0].person.subject), chain.collect(COORDINATOR.subject)

        # Nobody sends nor hears: all of this is told late, at once.
        await stack.stop_workers()
        withdrawn = await given(chain, there, 2)
        await donor.post(f"{withdrawn}/withdraw")
        cancelled = await given(chain, there, 3)
        await coordinator.post(f"{cancelled}/accept")
        await donor.post(f"{cancelled}/cancel", {"reason": "Le chantier est reporté."})
        parted = await given(chain, there, 4)
        await coordinator.post(f"{parted}/accept")
        gone = (await donor.everything(f"{parted}/devices"))[0]
        (lot,) = (await coordinator.post(f"{parted}/collect", {"not_found": [gone["label"]]}))["lots"]
        able = [one["workshop_id"] for one in await coordinator.get(f"/lots/{lot}/suggestions") if one["devices"] == 3]
        parts = [{"workshop_id": able[0], "devices": {"tablet": 2}}, {"workshop_id": able[1], "devices": {"tablet": 1}}]
        sent = await coordinator.post(f"/lots/{lot}/split", {"parts": parts, "override_reason": "Un camion pour deux."})
        await stack.start_workers()

        # One of each pair dies while it applies what comes.
        stack.kill("refurbish-worker")
        labels, bench = await announced(chain, there.workshops, sent[0])
        await bench.post(f"/lots/{sent[0]['id']}/arrive", {"labels": labels[:1]})
        await bench.post(f"/lots/{sent[0]['id']}/reconcile")
        stack.kill("collect-worker")
        await coordinates(chain, sent[0]["id"], missing=1)
        await donor.post(f"/lots/{sent[0]['id']}/confirm")

        # Everything that was ever said is said once more: nothing is counted, asked or given up a second time.
        before = await letters(stack)
        await twice(stack, began)
        await settled_audit(stack.databases)
        assert (await donor.get(f"/lots/{sent[0]['id']}"))["confirmed_at"]
        assert await letters(stack) == before

        # What the workshop had missed lies there after all, and heals the count; the other part is counted.
        await bench.post("/scan", {"label": labels[1]})
        await coordinates(chain, sent[0]["id"], missing=0)
        assert (await donor.get(f"/lots/{sent[0]['id']}"))["confirmed_at"] is None
        others, other = await announced(chain, there.workshops, sent[1])
        await other.post(f"/lots/{sent[1]['id']}/arrive", {"labels": others})
        await other.post(f"/lots/{sent[1]['id']}/reconcile")
        await coordinates(chain, sent[1]["id"], missing=0)
        await twice(stack, began)

        report = await settled_audit(stack.databases)
        assert report.ok, report.broken
        states = [(await donor.get(one))["status"] for one in (withdrawn, cancelled, parted)]
        assert states == ["withdrawn", "cancelled", "received"]
        assert report.places == {"cancelled": 3, "at_workshop": 3, "missing": 1}
        # Asked of three counts: the first, its heal, and that of the other part.
        assert (await letters(stack))["lot-counted"] == 3


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_list_whose_worker_is_killed_while_it_reads_is_read_by_the_next_one_whole_and_once() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        donor = chain.collect(DONORS[0].person.subject)
        lines = "".join(f"Portable;HP;EliteBook {n:x};SN{n:08d}X;2021;8\n" for n in range(ROWS))
        content = f"Type;Marque;Modèle;N° de série;Année;RAM (Go)\n{lines}".encode()
        asked = await donor.post(
            "/donations/imports",
            files={"file": ("parc.csv", content)},
            data={"donor_id": there.donors[DONORS[0].key]},
        )
        here = f"/donations/imports/{asked['import_id']}"

        async def is_being_read() -> bool:
            found = await donor.get(here)
            assert found["status"] in ("waiting", "reading"), "read before anybody could interrupt it: a longer list"
            return bool(found["status"] == "reading" and found["rows_read"])

        await chain.until("the reading", is_being_read)
        stack.kill("collect-worker")
        assert (await donor.get(here))["rows_read"] < ROWS

        async def is_read() -> bool:
            return "rows" in await donor.get(here)

        await chain.until("the list", is_read)
        read = await donor.get(here)
        assert (read["rows"], read["accepted"]) == (ROWS, ROWS)
        again = await donor.post(
            "/donations/imports",
            files={"file": ("parc.csv", content)},
            data={"donor_id": there.donors[DONORS[0].key]},
        )
        assert again["import_id"] == asked["import_id"]
        connection = await asyncpg.connect(stack.databases["collect"])
        try:
            assert await connection.fetchval("SELECT count(*) FROM import_row") == ROWS
            assert await connection.fetchval("SELECT attempts FROM job WHERE kind = 'import'") == 2
        finally:
            await connection.close()


async def twice(stack: Stack, began: datetime) -> None:
    """Everything that was said is said again."""
    await stack.stop_workers()
    await stack.republish(since=began)
    await stack.start_workers()


async def given(chain: Chain, there: Any, devices: int) -> str:
    """A donation of tablets; its path."""
    body = {"donor_id": there.donors[DONORS[0].key], "lines": [Life(category="tablet", devices=devices).line]}
    donation = await chain.collect(DONORS[0].person.subject).post("/donations", body)
    return f"/donations/{donation['id']}"


async def letters(stack: Stack) -> dict[str, int]:
    """Letters that collect has written, by kind, to one of their readers."""
    connection = await asyncpg.connect(stack.databases["collect"])
    try:
        rows = await connection.fetch(
            """SELECT kind, count(*) AS count FROM mail
            WHERE reader_id = (SELECT id FROM mail_reader r
                               WHERE r.address IN (SELECT lower(email) FROM contact) ORDER BY r.id LIMIT 1)
            GROUP BY kind"""
        )
    finally:
        await connection.close()
    return {row["kind"]: row["count"] for row in rows}
