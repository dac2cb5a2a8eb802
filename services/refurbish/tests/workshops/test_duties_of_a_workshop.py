"""What binds the workshop or costs money is its leads'; the bench does everything else, the wiping promise included."""

import re
from typing import Any

import pytest
from filiere.duties import Duty

from ..conftest import World, token_of

WASTE = {
    "left_on": "2026-11-03", "code": "16 02 14", "weight_kg": 12, "slip": "BSD-1", "carrier": "Transports Dubois",
    "recipient": "Recyclerie", "devices": [],
}  # fmt: skip


async def bench_of(world: World, subject: str = "bruno") -> World:
    """A colleague who works at the bench."""
    bench = await world.colleague(subject)
    await world.client.grant(subject, "workshop", world.id, Duty.COLLEAGUE)
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("UPDATE membership SET duty = 'colleague' WHERE subject = $1", subject)
    return bench


LEADS_ALONE: list[tuple[str, str, Any]] = [
    ("PUT", "/workshops/{workshop}/capacity", {"capacity": {"laptop": 5}}),
    ("POST", "/parts", {"kind": "ssd", "quantity": 2, "unit_cents": 1500}),
    ("GET", "/waste-exits", None),
    ("POST", "/waste-exits", WASTE),
]


@pytest.mark.parametrize(("method", "path", "body"), LEADS_ALONE)
async def test_what_binds_the_workshop_is_refused_to_the_bench(world: World, method: str, path: str, body: Any) -> None:
    bench = await bench_of(world)
    address = "/api/v1" + path.format(workshop=world.id)
    refused = await bench.api.request(method, address, json=body)
    assert refused.status_code == 403, refused.text
    assert refused.json()["type"].endswith("duty-missing")
    assert (await world.api.request(method, address, json=body)).status_code in {200, 201, 409, 422}


@pytest.mark.parametrize("page", ["/pilotage", "/dechets", "/dechets/nouvelle", "/pieces/nouvelles"])
async def test_pages_of_the_leads_are_closed_and_offered_nowhere(world: World, page: str) -> None:
    bench = await bench_of(world)
    bruno, ada = await bench.browser(), await world.browser()
    assert (await bruno.get(page)).status_code == 403
    assert (await ada.get(page)).status_code == 200
    for shown in ("/aujourd-hui", "/pieces", "/ensemble"):
        assert f'href="{page}"' not in (await bruno.get(shown)).text


async def test_many_are_withdrawn_at_once_by_a_lead_and_one_by_anybody(world: World) -> None:
    devices = [await world.arrived() for _ in range(3)]
    bench = await bench_of(world)
    said = {"act": "withdraw", "reason": "old", "devices": devices[:2]}
    refused = await bench.api.post("/api/v1/bulks", json=said)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:filiere:problem:duty-missing")
    looked_at = await world.post("/bulks", said, status=201)
    assert (await bench.api.post(f"/api/v1/bulks/{looked_at['id']}/do")).status_code == 403
    assert {await world.stage(one) for one in devices} == {"arrived"}

    bruno, ada = await bench.browser(), await world.browser()
    assert (await bruno.get("/ensemble/choisir?geste=withdraw")).status_code == 403
    assert "geste=withdraw" not in (await bruno.get("/ensemble")).text
    assert "geste=withdraw" in (await ada.get("/ensemble")).text
    # The same bench does every other act with many, and withdraws one.
    assert (await bench.post("/bulks", {"act": "labels", "devices": devices}, status=201))["counts"]
    await bench.post(f"/devices/{devices[2]}/withdraw", {"reason": "old"})

    done = await world.post(f"/bulks/{looked_at['id']}/do")
    assert done["counts"]["changes"] == 2
    # Done, it reads the same for everybody.
    assert (await bench.post(f"/bulks/{looked_at['id']}/do"))["counts"]["changes"] == 2


async def test_quotes_and_agreement_are_the_leads(world: World) -> None:
    lot = await world.expects(world.device())
    bruno = await (await bench_of(world)).browser()
    assert "Devis et relevé" not in (await bruno.get(f"/lots/{lot}")).text
    for page in (f"/lots/{lot}/actes", f"/lots/{lot}/actes.csv", f"/ateliers/{world.id}/accord"):
        assert (await bruno.get(page)).status_code == 403
    seen = await bruno.get(f"/ateliers/{world.id}")
    assert seen.status_code == 200
    assert "Enregistrer" not in seen.text


async def test_the_bench_wipes_and_verifies_as_before(world: World) -> None:
    """Two persons, whoever they are: no duty replaces the second one, and none is needed to be it."""
    bench = await bench_of(world)
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.reported(device, "S4NSSD0001")
    [waiting] = (await bench.get("/verifications"))["items"]
    address = f"/verifications/{waiting['erasure_id']}"
    own = await world.api.post("/api/v1" + address, json={"confirmed": True})
    assert own.status_code == 422, "a lead is no second person of their own erasure"
    await bench.post(address, {"confirmed": True})
    await bench.tested(device)
    await bench.graded(device)
    assert (await bench.ready(device))["stage"] == "ready"


async def test_one_machine_against_the_numbers_is_said_by_a_lead(world: World) -> None:
    bench = await bench_of(world)
    one, other = world.device(serial="5CG8411ABC"), world.device(serial="5CG8411XYZ")
    lot = await world.expects(one, other)
    await bench.post(f"/lots/{lot}/arrive", {"labels": [one["label"], other["label"]]})
    address, said = f"/devices/{one['device_id']}/merge", {"other": other["label"]}
    await bench.post(address, said, status=409)
    await bench.post(address, {**said, "despite": "misread"}, status=403)
    bruno = await bench.browser()
    page = f"/equipements/{one['device_id']}/meme-machine"
    asked = await bruno.post(page, data={"csrf_token": token_of(await bruno.get(page)), "other": other["label"]})
    assert "Un responsable de ton atelier" in asked.text
    assert 'name="compared"' not in asked.text
    await world.post(address, {**said, "despite": "misread"})


async def test_the_team_page_says_what_each_does_here(world: World) -> None:
    ada = await world.browser()
    assert "confirme les effacements des autres" in (await ada.get(f"/equipe/{world.id}")).text


async def test_the_team_page_says_tu_as_the_whole_workshop_does(world: World) -> None:
    """Shared by the services, it says « vous » to donors and Relais."""
    await bench_of(world)
    page = (await (await world.browser()).get(f"/equipe/{world.id}")).text.replace("&#39;", "'")
    main = page[page.index("<main") : page.index("</main>")]
    assert "C'est toi" in main
    assert "Tu pourras l'inviter à nouveau." in main
    assert not re.search(r"\b[Vv](?:ous|os|otre)\b", main)
