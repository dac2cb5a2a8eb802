"""A donation has a ceiling; a large one is accepted by the worker, in pieces, whole or not at all."""

import asyncio
import re
from typing import Any

import pytest
from collect.donations.acceptance import AT_ONCE
from collect.donations.limits import MAX_DEVICES, MAX_LINES, MAX_QUANTITY
from collect.donations.service import ACCEPTANCE
from collect.jobs import HANDLERS
from collect.labels.sheets import parts_of
from filiere.documents.labels import MOST, PER_SHEET
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import SILENT_S, Work, do_next
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .chain import Chain
from .test_pages import press

LARGE = 5100
LINES = [1000] * 5 + [100]


def screens(*quantities: int) -> list[dict[str, Any]]:
    return [{"category": "monitor", "quantity": quantity} for quantity in quantities]


async def work(chain: Chain) -> bool:
    return await do_next(chain.database, HANDLERS, asyncio.Event())


async def count(chain: Chain, what: str) -> int:
    return int(await value(chain.database, f"SELECT count(*) FROM {what}"))


async def test_a_donation_over_the_ceiling_is_refused_with_the_ceiling(chain: Chain) -> None:
    lines = screens(*[MAX_QUANTITY] * (MAX_DEVICES // MAX_QUANTITY), 1)
    answer = await chain.donor.post("/api/v1/donations", json={"donor_id": chain.donor_id, "lines": lines})
    assert answer.status_code == 422
    assert f"{MAX_DEVICES} au plus par don" in answer.text
    assert await count(chain, "donation") == 0


async def test_the_api_s_description_states_every_ceiling(chain: Chain) -> None:
    schemas = (await chain.client.anonymous().get("/api/openapi.json")).json()["components"]["schemas"]
    lines = schemas["DeclareDonation"]["properties"]["lines"]
    assert lines["maxItems"] == MAX_LINES
    assert str(MAX_DEVICES) in lines["description"]
    assert schemas["LineIn"]["properties"]["quantity"]["maximum"] == MAX_QUANTITY


async def test_the_form_and_the_file_say_the_same_ceiling(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    file = "Type;Quantité\n" + "Écran;1000\n" * 101
    refused = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", file.encode())})
    assert refused.status_code == 422
    assert "plus grand don possible" in refused.text
    assert await count(chain, "donation") + await count(chain, "fleet_import") == 0
    # One form has sixty lines at most: only a draft that they are added to grows too large.
    draft = await chain.declare(*screens(*[MAX_QUANTITY] * 60), draft=True)
    written = {"count": "60"} | {
        f"{name}-{n}": value for n in range(1, 61) for name, value in (("category", "monitor"), ("quantity", "1000"))
    }
    page = f"/dons/{draft['id']}/modifier?ajouter=1"
    refused = await press(browser, page, f"/dons/{draft['id']}/modifier", written)
    assert refused.status_code == 422
    assert f"{MAX_DEVICES} au plus par don" in re.sub(r"[\s\u00a0\u202f]+", " ", refused.text)
    assert await value(chain.database, "SELECT declared FROM donation") == 60_000


async def test_a_large_donation_is_accepted_by_the_worker(chain: Chain) -> None:
    assert LARGE > AT_ONCE
    donation = await chain.declare(*screens(*LINES))
    path = f"/donations/{donation['id']}"
    asked = await chain.do(f"{path}/accept", status=202)
    assert (asked["status"], asked["accepted"]) == ("submitted", LARGE)
    seen = await chain.get(path)
    assert seen["acceptance"] == {"status": "waiting", "labelled": 0, "devices": LARGE, "failure": None}
    # Nothing else can be done with it meanwhile, and it is not accepted twice.
    for step, body in (("accept", None), ("decline", {"reason": "Trop loin."})):
        assert "en cours d'acceptation" in (await chain.do(f"{path}/{step}", body, status=409))["title"]
    assert await work(chain)
    seen = await chain.get(path)
    assert (seen["status"], seen["accepted"], seen["acceptance"]) == ("accepted", LARGE, None)
    assert await count(chain, "device") == LARGE
    assert await count(chain, "(SELECT DISTINCT label FROM device) AS labels") == LARGE
    [told] = await published(chain.database, "donation-accepted")
    assert (told.data["accepted"], len(told.data["verdicts"])) == (LARGE, 6)


async def test_nobody_waits_for_the_worker_that_accepts(chain: Chain) -> None:
    """It holds the donation until all devices are made; who waited would keep a connection, and eight would be all."""
    donation = await chain.declare(*screens(*LINES))
    path = f"/donations/{donation['id']}"
    await chain.do(f"{path}/accept", status=202)
    async with chain.database.unit_of_work() as worker:
        driver = await worker.driver()
        await driver.execute("SELECT 1 FROM donation WHERE id = $1::uuid FOR NO KEY UPDATE", donation["id"])
        async with asyncio.timeout(30):
            for step, body in (("accept", None), ("decline", {"reason": "Trop loin."})):
                assert "en cours d'acceptation" in (await chain.do(f"{path}/{step}", body, status=409))["title"]


async def test_a_worker_that_dies_while_it_accepts_leaves_nothing_half_done(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    donation = await chain.declare(*screens(*LINES))
    await chain.do(f"/donations/{donation['id']}/accept", status=202)

    async def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(JobRepository, "finish", dies)
        async with chain.database.unit_of_work() as session:
            claim = await JobRepository.from_session(session).claim([ACCEPTANCE], SILENT_S)
        assert claim is not None
        with pytest.raises(MemoryError):
            await HANDLERS[ACCEPTANCE](Work(chain.database, claim))
    assert await count(chain, "device") == 0
    await rows(chain.database, "UPDATE job SET alive_at = now() - interval '1 minute'")
    assert await work(chain)
    assert await count(chain, "device") == LARGE
    assert len(await published(chain.database, "donation-accepted")) == 1


@pytest.mark.slow
async def test_a_large_lot_leaves_with_its_whole_manifest_and_its_labels(chain: Chain) -> None:
    donation = await chain.declare(*screens(*LINES))
    await chain.do(f"/donations/{donation['id']}/accept", status=202)
    await work(chain)
    [lot] = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"]
    sent = await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    assert (sent["devices"], sent["chunks"]) == (LARGE, 11)
    manifests = await published(chain.database, "lot-manifest")
    named = [device["device_id"] for manifest in manifests for device in manifest.data["devices"]]
    assert len(set(named)) == LARGE

    browser = await chain.client.login("camille")
    page = f"/lots/{lot}/etiquettes"
    seen = await browser.get(page)
    assert seen.text.count('class="label-card"') == PER_SHEET
    last = await browser.get(f"{page}?page=9999")
    assert last.text.count('class="label-card"') == (LARGE % PER_SHEET or PER_SHEET)
    last_part = len([part for part in parts_of(LARGE) if not part.tape])
    assert last_part == 11
    assert (await browser.get(f"{page}.pdf?part={last_part}")).url.path == page  # nobody has asked for it yet
    asked = await press(browser, page, page, {"part": str(last_part)})
    assert "en préparation" in asked.text
    assert await work(chain)
    pdf = await browser.get(f"{page}.pdf?part={last_part}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.content)) == -(-(LARGE - 10 * MOST) // PER_SHEET)
    assert f"{page}.pdf?part={last_part}" in (await browser.get(page)).text
