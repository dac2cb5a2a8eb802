"""The coordination asks past donors for what is wanted: whom, what they read, once, and what came of it."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from collect.appeals import job
from collect.appeals.job import write_letters
from collect.appeals.schemas import SendAppeal
from collect.appeals.service import KIND, send
from collect.jobs import HANDLERS
from collect.news.kinds import DECLARE, WANTED_OF_DONORS
from filiere.database import AsyncSession
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import SILENT_S, Work, do_next
from filiere.mail import Letter, post
from filiere.settings import Settings
from filiere.testing.client import ServiceClient
from filiere.testing.mail_server import mail_server
from filiere.testing.sql import rows, value
from filiere.web import Principal

from .chain import Chain, laptop, register
from .test_news import delivered, text
from .test_pages import press
from .test_what_is_wanted import tell

NEW = "/besoins/appels/nouveau"
EVERY = timedelta(days=182)
SIRENS = ("552100554", "542107651", "732829320", "383474814", "572015246")


def plain(page: httpx.Response) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", page.text.replace("&#39;", "'"))


async def gave(chain: Chain, donor_id: str, *, months: int, category: str = "laptop") -> None:
    """A donor's donation of two devices, collected so many months ago."""
    line: dict[str, Any] = {**laptop(), "quantity": 2} if category == "laptop" else {"category": category}
    donation = await chain.do("/donations", {"donor_id": donor_id, "lines": [line]}, status=201)
    await chain.do(f"/donations/{donation['id']}/accept")
    await chain.do(f"/donations/{donation['id']}/collect")
    await rows(
        chain.database,
        f"""UPDATE donation SET collected_at = now() - interval '{months} months',
        submitted_at = now() - interval '{months} months 7 days' WHERE id = '{donation["id"]}'""",
    )


async def donors(chain: Chain, count: int, *, postcode: str = "59100", months: int = 12) -> list[str]:
    """So many donors that gave laptops, each with one reader."""
    made = []
    for number, siren in enumerate(SIRENS[:count]):
        site = {"label": "Siège", "address": "1 rue", "postcode": postcode, "city": "Ville"}
        contact = {"name": "Une Personne", "email": f"reader{number}@{siren}.example"}
        one = await register(chain.coordinator, siren, name=f"Donateur {number}", site=site, contact=contact)
        await gave(chain, one["id"], months=months)
        made.append(one["id"])
    return made


async def asked(chain: Chain, **more: Any) -> UUID:
    """An appeal for laptops, put down and not yet written."""
    appeal = SendAppeal(appeal_id=uuid4(), category="laptop", **more)
    async with chain.database.unit_of_work() as session:
        await send(session, appeal, EVERY, Principal("nadia", "Nadia"))
    return appeal.appeal_id


async def work(chain: Chain) -> bool:
    return await do_next(chain.database, HANDLERS, asyncio.Event())


async def letters(chain: Chain) -> list[str]:
    found = await rows(
        chain.database,
        """SELECT r.address FROM mail m JOIN mail_reader r ON r.id = m.reader_id
        WHERE m.kind = 'donors-wanted' ORDER BY 1""",
    )
    return [one["address"] for one in found]


async def test_the_coordination_sees_whom_and_what_sends_once_and_follows(chain: Chain, settings: Settings) -> None:
    first, second = await donors(chain, 2)
    await chain.hear(
        "distribute.demand", "demand-updated", "laptop:B:59", category="laptop", grade="B", territory="59", wanted=412
    )
    browser = await chain.client.login("nadia")
    board = await browser.get("/besoins")
    assert NEW in board.text
    assert "Aucune structure n'attend cette sorte" in plain(await browser.get(f"{NEW}?category=tablet"))
    seen = await browser.get(f"{NEW}?category=laptop")
    assert re.search(r"2</span> <span class=\"unit\">donateurs reçoivent", plain(seen))
    assert "412 ordinateurs portables manquent à des structures sociales" in plain(seen)
    assert "Aucune structure" not in plain(seen)
    page = f"{NEW}?category=laptop"
    form = dict(re.findall(r'name="(appeal_id|category|gave_months|quiet_months)" value="([^"]*)"', seen.text))
    for _ in range(2):  # a double click
        sent = await press(browser, page, "/besoins/appels", form)
        assert sent.url.path == f"/besoins/appels/{form['appeal_id']}"
    assert "Les courriels s'écrivent" in plain(sent)
    assert await work(chain)
    assert not await work(chain)
    async with mail_server() as server:
        told = [one for one in await delivered(chain, settings, server) if "cherchons" in str(one["subject"])]
    assert [one["to"] for one in told] == [f"reader0@{SIRENS[0]}.example", f"reader1@{SIRENS[1]}.example"]
    assert "412 ordinateurs portables" in text(told[0]).replace("\u202f", " ")
    assert f"http://testserver{DECLARE}" in text(told[0])
    assert "donors-wanted" in told[0]["List-Unsubscribe"]
    assert "Personne" not in text(told[0])
    await chain.do("/donations", {"donor_id": second, "lines": [{**laptop(), "quantity": 3}]}, status=201)
    done = plain(await browser.get(sent.url.path))
    assert re.search(r"1</span> <span class=\"unit\">a déclaré un don depuis", done)
    assert "sur 2 donateurs à qui l'on a écrit" in done
    assert "3 équipements déclarés" in done
    assert done.index("Donateur 1") < done.index("Donateur 0")  # who declared comes first
    sheet = (await browser.get(f"{sent.url.path}/donateurs.csv")).text
    assert "Donateur 0" in sheet
    assert "Donateur 1" in sheet
    assert "2 donateurs, 1 a déclaré un don depuis" in plain(await browser.get("/besoins/appels"))
    again = plain(await browser.get(page))
    assert "Personne à qui écrire" in again
    assert "1 a reçu un appel" in again or "2 ont reçu un appel" in again
    assert first in done


async def test_whom_it_is_for_is_the_region_the_time_and_who_wants_it(chain: Chain) -> None:
    here, gone = await donors(chain, 2, months=12)
    far = await register(
        chain.coordinator,
        SIRENS[2],
        site={"label": "Siège", "address": "1 rue", "postcode": "31000", "city": "Toulouse"},
        contact={"name": "X", "email": "far@sud.example"},
    )
    await gave(chain, far["id"], months=12)
    phones = await register(chain.coordinator, SIRENS[3], contact={"name": "X", "email": "phones@x.example"})
    await gave(chain, phones["id"], months=12, category="monitor")
    old = await register(chain.coordinator, SIRENS[4], contact={"name": "X", "email": "old@x.example"})
    await gave(chain, old["id"], months=40)
    await rows(
        chain.database,
        f"""INSERT INTO mail_reader (address, switched_off) VALUES ('reader1@{SIRENS[1]}.example', '{{donors-wanted}}')
        ON CONFLICT (address) DO UPDATE SET switched_off = excluded.switched_off""",
    )
    browser = await chain.client.login("nadia")
    shown = plain(await browser.get(f"{NEW}?category=laptop&region=32"))
    assert re.search(r"1</span> <span class=\"unit\">donateur reçoit", shown)
    assert "1 ne veut pas de ces courriels" in shown
    await asked(chain, region="32")
    assert await work(chain)
    assert await letters(chain) == [f"reader0@{SIRENS[0]}.example"]
    assert here != gone
    await asked(chain, gave_months=60)  # everywhere, longer ago: never again who was just written to
    assert await work(chain)
    assert await letters(chain) == ["far@sud.example", "old@x.example", f"reader0@{SIRENS[0]}.example"]


async def test_who_has_declared_lately_is_not_asked_and_the_interval_ends(chain: Chain) -> None:
    (donor,) = await donors(chain, 1)
    await asked(chain)
    assert await work(chain)
    await rows(chain.database, "UPDATE appeal_letter SET written_at = now() - interval '183 days'")
    await chain.do("/donations", {"donor_id": donor, "lines": [laptop()]}, status=201)
    browser = await chain.client.login("nadia")
    assert "1 a déclaré un don entre-temps" in plain(await browser.get(f"{NEW}?category=laptop"))
    await rows(chain.database, "UPDATE donation SET submitted_at = submitted_at - interval '7 months'")
    await asked(chain)
    assert await work(chain)
    assert len(await letters(chain)) == 2


async def test_a_worker_that_dies_between_two_groups_writes_to_nobody_twice_and_to_everybody(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    await donors(chain, 5)
    monkeypatch.setattr(job, "AT_ONCE", 2)
    appeal = await asked(chain)
    async with chain.database.unit_of_work() as session:
        claim = await JobRepository.from_session(session).claim([KIND], SILENT_S)
    assert claim is not None

    groups = iter([post])

    async def dies(session: AsyncSession, letters: Sequence[Letter]) -> None:
        await next(groups, post_and_die)(session, letters)

    async def post_and_die(session: AsyncSession, letters: Sequence[Letter]) -> None:
        await post(session, letters)
        raise MemoryError

    monkeypatch.setattr(job, "post", dies)
    with pytest.raises(MemoryError):
        await write_letters(Work(chain.database, claim))
    assert len(await letters(chain)) == 2
    monkeypatch.undo()
    await rows(chain.database, "UPDATE job SET alive_at = now() - interval '1 minute' WHERE ended_at IS NULL")
    assert await work(chain)
    assert len(await letters(chain)) == 5
    assert await value(chain.database, f"SELECT ended_at IS NOT NULL FROM appeal WHERE id = '{appeal}'")


async def test_an_appeal_that_was_given_up_half_way_is_resumed_by_a_button(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    await donors(chain, 3)
    monkeypatch.setattr(job, "AT_ONCE", 2)
    appeal = await asked(chain)

    async def breaks(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(job, "post", breaks)
    assert await work(chain)
    monkeypatch.undo()
    page, browser = f"/besoins/appels/{appeal}", await chain.client.login("nadia")
    assert "Reprendre l'envoi" in plain(await browser.get(page))
    for _ in range(2):  # a double click
        await press(browser, page, f"{page}/reprendre")
    assert await work(chain)
    assert not await work(chain)
    assert len(await letters(chain)) == 3
    assert "Reprendre l'envoi" not in plain(await browser.get(page))
    await press(browser, page, f"{page}/reprendre")
    assert not await work(chain)


async def test_two_appeals_at_once_write_to_each_donor_once(chain: Chain) -> None:
    await donors(chain, 4)
    await asked(chain)
    await asked(chain)
    await asyncio.gather(work(chain), work(chain))
    while await work(chain):
        pass
    assert len(await letters(chain)) == 4
    assert await value(chain.database, "SELECT count(*) FROM appeal WHERE ended_at IS NULL") == 0


async def test_a_figure_below_five_stands_in_no_letter(chain: Chain) -> None:
    await donors(chain, 1)
    await tell(chain, "59", 4)
    browser = await chain.client.login("nadia")
    await chain.hear(
        "distribute.demand", "demand-updated", "laptop:B:59", category="laptop", grade="B", territory="59", wanted=4
    )
    shown = plain(await browser.get(f"{NEW}?category=laptop&region=32"))
    assert "des structures sociales attendent des ordinateurs portables en région Hauts-de-France" in shown
    assert "4 ordinateurs" not in shown


async def test_what_makes_no_sense_is_refused_with_a_sentence(chain: Chain) -> None:
    browser = await chain.client.login("nadia")
    for wrong in (
        "category=laptop&gave_months=6&quiet_months=6",
        "category=laptop&gave_months=abc",
        "category=moon",
        "category=laptop&region=99",
        "category=laptop&gave_months=999999999999",
    ):
        shown = await browser.get(f"{NEW}?{wrong}")
        assert shown.status_code == 200
        assert 'role="alert"' in shown.text, wrong
    form = {"appeal_id": str(uuid4()), "category": "laptop", "gave_months": "36", "quiet_months": "6"}
    nobody = await press(browser, NEW, "/besoins/appels", form)
    assert nobody.status_code == 422
    assert "élargissez-les" in nobody.text
    assert await value(chain.database, "SELECT count(*) FROM appeal") == 0


def test_the_button_of_the_letter_leads_to_a_page(client: ServiceClient) -> None:
    assert client.app.state.filiere.addresses.pages["declare"] == DECLARE
    assert WANTED_OF_DONORS.can_be_off


async def test_an_appeal_goes_by_the_api_as_by_the_page(chain: Chain) -> None:
    async def seen(path: str) -> Any:
        answer = await chain.coordinator.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    await donors(chain, 2)
    audience = await seen("/appeals/audience?category=laptop")
    assert audience == {"reached": 2, "recently_written": 0, "declared_lately": 0, "without_reader": 0}
    appeal = str(uuid4())
    body = {"appeal_id": appeal, "category": "laptop"}
    sent = await chain.do("/appeals", body, status=202)
    assert (sent["id"], sent["written"], sent["by_name"]) == (appeal, 0, "nadia")
    await chain.do("/appeals", body, status=202)  # sent twice, asked once
    assert await work(chain)
    assert not await work(chain)
    assert len(await letters(chain)) == 2
    found = await seen(f"/appeals/{appeal}")
    assert (found["written"], found["ended_at"] is None) == (2, False)
    assert [one["id"] for one in (await seen("/appeals"))["items"]] == [appeal]
    assert {one["donor"] for one in (await seen(f"/appeals/{appeal}/donors"))["items"]} == {"Donateur 0", "Donateur 1"}
    assert (await chain.do(f"/appeals/{appeal}/resume", status=202))["written"] == 2
    nobody = await chain.do("/appeals", {**body, "appeal_id": str(uuid4())}, status=409)
    assert "Aucun donateur" in nobody["title"]
    await chain.do("/appeals", {**body, "appeal_id": str(uuid4()), "kind": "x"}, status=422)
    assert (await chain.donor.get("/api/v1/appeals")).status_code == 403
