"""A long file is read by the worker: its sender may go away, a worker may die, the file is read once."""

import asyncio
import io
import re
from typing import Any
from uuid import UUID

import pytest
from collect.imports import uploads
from collect.imports.job import read_file
from collect.imports.parsing import Reading, read
from collect.imports.service import KIND, refuse_declared
from collect.imports.uploads import AT_ONCE_BYTES
from collect.jobs import HANDLERS
from filiere.jobs.repository import Claim, JobLost, JobRepository
from filiere.jobs.running import MOST_ATTEMPTS, SILENT_S, Work, do_next
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .chain import Chain
from .test_imports import confirm
from .test_pages import press

HEADER = "Type;Marque;Modèle;N° de série;Utilisateur\n"


def long_file(rows: int = 9000) -> bytes:
    content = (HEADER + "".join(f"Portable;HP;EliteBook 840;SN{n:08d}X;jdupont\n" for n in range(rows))).encode()
    assert len(content) > AT_ONCE_BYTES
    return content


async def send(chain: Chain, content: bytes, *, status: int = 202) -> dict[str, Any]:
    answer = await chain.donor.post(
        "/api/v1/donations/imports",
        files={"file": ("parc.csv", io.BytesIO(content))},
        data={"donor_id": chain.donor_id},
    )
    assert answer.status_code == status, answer.text
    if status == 202:
        assert answer.headers["location"] == f"/api/v1/donations/imports/{answer.json()['import_id']}"
    return dict(answer.json())


async def work(chain: Chain) -> bool:
    return await do_next(chain.database, HANDLERS, asyncio.Event())


async def look(chain: Chain, import_id: str) -> dict[str, Any]:
    return dict(await chain.get(f"/donations/imports/{import_id}"))


async def count(chain: Chain, what: str) -> int:
    return int(await value(chain.database, f"SELECT count(*) FROM {what}"))


async def test_a_long_file_is_answered_at_once_and_read_by_the_worker(chain: Chain) -> None:
    asked = await send(chain, long_file())
    assert (asked["status"], asked["rows_read"], asked["total"]) == ("waiting", 0, 9001)
    assert await look(chain, asked["import_id"]) == asked
    assert await work(chain)
    seen = await look(chain, asked["import_id"])
    assert (seen["status"], seen["rows"], seen["accepted"]) == ("previewed", 9000, 9000)
    assert seen["layout"]["personal"] == ["Utilisateur"]
    assert (await confirm(chain, asked["import_id"]))["accepted"] == 9000
    assert not await work(chain)


async def test_the_same_long_file_again_is_the_same_import_before_and_after_it_is_read(chain: Chain) -> None:
    first = await send(chain, long_file())
    second, third = await asyncio.gather(send(chain, long_file()), send(chain, long_file()))
    assert {second["import_id"], third["import_id"]} == {first["import_id"]}
    await work(chain)
    assert (await send(chain, long_file(), status=201))["import_id"] == first["import_id"]
    assert await count(chain, "job") == 1


@pytest.mark.slow
async def test_what_the_file_holds_is_forgotten_when_it_is_read_and_when_it_cannot_be(chain: Chain) -> None:
    await send(chain, long_file())
    await send(chain, b"a;b\n" * 100_000)
    while await work(chain):
        pass
    assert await count(chain, "job WHERE content IS NOT NULL") == 0
    for table in ("job", "fleet_import", "import_row"):
        kept = await value(chain.database, f"SELECT string_agg(t::text, ' ') FROM {table} t")
        assert "dupont" not in kept


async def test_a_long_file_that_is_refused_says_why_and_leaves_nothing(chain: Chain) -> None:
    asked = await send(chain, long_file(9001))
    await rows(chain.database, "UPDATE job SET input = input || '{\"max_rows\": 9000}'")
    await work(chain)
    seen = await look(chain, asked["import_id"])
    assert (seen["status"], seen["failure"]) == ("failed", "Le fichier a plus de 9000 lignes : découpez-le.")
    assert (await count(chain, "fleet_import"), await count(chain, "import_row")) == (0, 0)
    refused = await chain.donor.post(f"/api/v1/donations/imports/{asked['import_id']}/confirm")
    assert refused.status_code == 422
    assert "9000 lignes" in refused.json()["detail"]


async def test_a_file_whose_worker_died_is_read_by_the_next_one_once(chain: Chain) -> None:
    asked = await send(chain, long_file())
    async with chain.database.unit_of_work() as session:
        dead = await JobRepository.from_session(session).claim([KIND], SILENT_S)
    assert dead is not None
    assert not await work(chain)  # while its worker may live
    await fall_silent(chain)
    assert await work(chain)
    assert (await look(chain, asked["import_id"]))["rows"] == 9000
    with pytest.raises(JobLost):  # it was only slow: nothing of it is kept twice
        await finish(chain, dead)


@pytest.mark.slow
async def test_two_workers_that_read_the_same_file_keep_it_once(chain: Chain) -> None:
    asked = await send(chain, long_file())
    async with chain.database.unit_of_work() as session:
        slow = await JobRepository.from_session(session).claim([KIND], SILENT_S)
    assert slow is not None
    await fall_silent(chain)
    results = await asyncio.gather(read_file(Work(chain.database, slow)), work(chain), return_exceptions=True)
    assert results[1] is True
    assert isinstance(results[0], Exception)
    assert await count(chain, "import_row") == 9000
    assert (await look(chain, asked["import_id"]))["rows"] == 9000


async def test_a_file_that_kills_its_worker_each_time_is_given_up(chain: Chain) -> None:
    asked = await send(chain, long_file())
    for _ in range(MOST_ATTEMPTS):
        async with chain.database.unit_of_work() as session:
            assert await JobRepository.from_session(session).claim([KIND], SILENT_S) is not None
        await fall_silent(chain)
    assert await work(chain)
    seen = await look(chain, asked["import_id"])
    assert seen["status"] == "failed"
    assert "trois fois" in seen["failure"]


@pytest.mark.slow
async def test_a_worker_that_is_asked_to_stop_gives_the_file_back(chain: Chain) -> None:
    asked = await send(chain, long_file(100_000))
    stopping = asyncio.Event()
    stopping.set()
    assert await do_next(chain.database, HANDLERS, stopping)
    assert (await look(chain, asked["import_id"]))["status"] == "waiting"
    assert await work(chain)
    assert (await look(chain, asked["import_id"]))["rows"] == 100_000


async def test_another_donor_sees_nothing_of_a_file_that_is_being_read(chain: Chain) -> None:
    asked = await send(chain, long_file())
    await chain.client.grant("dominique", "donor", "0198c0de-0000-7000-8000-000000000009")
    stranger = await chain.client.as_("dominique")
    assert (await stranger.get(f"/api/v1/donations/imports/{asked['import_id']}")).status_code == 404


async def test_no_connection_is_held_while_a_file_is_read(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight uploads at once would leave nobody else one."""
    held = []

    def watched(*arguments: Any) -> Reading:
        held.append(chain.database.connections.in_use)
        return read(*arguments)

    monkeypatch.setattr(uploads, "read", watched)
    await send(chain, (HEADER + "Portable;HP;EliteBook 840;SN00000001X;\n").encode(), status=201)
    browser = await chain.client.login("camille")
    file = (HEADER + "Portable;HP;EliteBook 840;SN00000002X;\n").encode()
    assert (
        await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", file)})
    ).status_code == 200
    assert held == [0, 0]
    assert await published(chain.database) == []


async def test_a_person_follows_a_long_file_on_its_page(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    seen = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", long_file())})
    assert seen.url.path.startswith("/imports/")
    assert 'hx-trigger="every 1s"' in seen.text
    assert "La lecture va commencer" in seen.text
    await work(chain)
    seen = await browser.get(seen.url)
    assert "9 000 lignes acceptées sur 9 000" in re.sub(r"[\s\u00a0\u202f]+", " ", seen.text)
    assert "every 1s" not in seen.text


async def finish(chain: Chain, claim: Claim) -> None:
    async with chain.database.unit_of_work() as session:
        await JobRepository.from_session(session).finish(claim)


async def fall_silent(chain: Chain) -> None:
    await rows(chain.database, "UPDATE job SET alive_at = now() - interval '1 minute'")


async def test_a_long_file_is_looked_for_in_earlier_donations_in_one_sweep(chain: Chain) -> None:
    """Rows of a moment ago are in no statistics: compared one with each, 9,000 rows with 500 lines were 4.5 million."""
    await chain.declare(
        *({"category": "laptop", "serial": f"OLD{n:06d}", "asset_tag": f"T{n:06d}"} for n in range(500))
    )
    asked = await send(chain, long_file())
    assert await work(chain)
    async with chain.database.unit_of_work() as session:
        await refuse_declared(session, UUID(asked["import_id"]), UUID(chain.donor_id))
        read_rows = await (await session.driver()).fetchval(
            "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('import_row', 'donation_line')"
        )
    assert read_rows < 20 * 9500


async def test_the_page_of_a_file_that_could_not_be_read_says_so_in_its_title(chain: Chain) -> None:
    asked = await send(chain, long_file(9001))
    await rows(chain.database, "UPDATE job SET input = input || '{\"max_rows\": 9000}'")
    await work(chain)
    camille = await chain.client.login("camille")
    page = (await camille.get(f"/imports/{asked['import_id']}")).text
    assert re.search(r"<h1>«.*»\sn(&#39;|')a pas pu être lu</h1>", page)
    assert "Lecture de" not in page
