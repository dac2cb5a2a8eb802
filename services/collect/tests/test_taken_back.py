"""A donation that is taken back: before the answer, before the pickup, and never after."""

import asyncio

from filiere.testing.events import published
from filiere.testing.sql import rows

from .chain import Chain, laptop
from .test_imports import FLEET, confirm, preview
from .test_pages import press
from .test_pickup_slots import next_day


async def test_a_donor_withdraws_before_the_answer_and_declares_again(chain: Chain) -> None:
    sent = await confirm(chain, (await preview(chain, FLEET))["import_id"])
    path = f"/api/v1/donations/{sent['donation_id']}"
    assert (await chain.coordinator.post(f"{path}/withdraw")).status_code == 403
    assert (await chain.donor.post(f"{path}/withdraw")).json()["status"] == "withdrawn"
    assert len(await published(chain.database, "donation-withdrawn")) == 1
    assert (await chain.donor.post(f"{path}/withdraw")).status_code == 409
    assert (await chain.coordinator.post(f"{path}/accept")).status_code == 409
    again = await preview(chain, FLEET)
    assert (again["status"], again["accepted"], again["same_as"]) == ("previewed", 4, None)
    browser = await chain.client.login("camille")
    page = f"/dons/{sent['donation_id']}"
    assert "Vous l'avez retiré" in (await browser.get(page)).text.replace("&#39;", "'")
    draft = await press(browser, page, f"{page}/reprendre")
    assert (await press(browser, page, f"{page}/reprendre")).url == draft.url
    assert "Brouillon" in draft.text
    lines = (await chain.get(f"/donations/{draft.url.path.rpartition('/')[2]}/lines"))["items"]
    assert [line["verdict"] for line in lines].count("accepted") == 4


async def test_an_accepted_donation_is_cancelled_with_a_reason_and_nothing_is_awaited(chain: Chain) -> None:
    sent = await chain.declare(laptop(serial="5CG8472QX1"), {"category": "monitor", "quantity": 3})
    await chain.do(f"/donations/{sent['id']}/accept")
    await chain.do(f"/donations/{sent['id']}/pickup", {"on": "2090-01-02"})
    path = f"/api/v1/donations/{sent['id']}"
    assert (await chain.donor.post(f"{path}/cancel", json={"reason": ""})).status_code == 422
    assert (await chain.donor.post(f"{path}/cancel", json={"reason": "Nous les gardons."})).status_code == 200
    (event,) = await published(chain.database, "donation-cancelled")
    assert (event.data["devices"], event.data["by"]) == (4, "donor")
    assert "gardons" not in str(event.data)
    stages = await rows(chain.database, "SELECT stage, count(*) FROM device GROUP BY 1")
    assert [tuple(row) for row in stages] == [("cancelled", 4)]
    for step, body in (("collect", None), ("pickup", {"on": "2090-01-03"}), ("cancel", {"reason": "Encore."})):
        assert (await chain.coordinator.post(f"{path}/{step}", json=body)).status_code == 409
    coordination = await chain.client.login("nadia")
    page = await coordination.get(f"/dons/{sent['id']}")
    assert "Nous les gardons." in page.text
    assert "annulés" in page.text
    assert (await chain.declare(laptop(serial="5CG8472QX1")))["accepted"] == 1
    device = (await chain.get(f"/donations/{sent['id']}/devices"))["items"][0]
    assert "annulé" in device["why"]


async def test_what_has_left_is_not_cancelled(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    refused = await chain.donor.post(f"/api/v1/donations/{donation['id']}/cancel", json={"reason": "Trop tard."})
    assert refused.status_code == 409
    assert await published(chain.database, "donation-cancelled") == []


async def test_accepting_and_withdrawing_at_once_has_one_outcome(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    path = f"/api/v1/donations/{donation['id']}"
    answers = await asyncio.gather(chain.coordinator.post(f"{path}/accept"), chain.donor.post(f"{path}/withdraw"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    told = [event.type.split(".")[3] for event in await published(chain.database)]
    assert len([one for one in told if one in ("donation-accepted", "donation-withdrawn")]) == 1


async def test_the_pages_ask_before_and_want_a_reason(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    page = f"/dons/{donation['id']}"
    browser = await chain.client.login("camille")
    assert "Retirer ce don" in (await browser.get(page)).text
    await chain.do(f"/donations/{donation['id']}/accept")
    assert "Retirer ce don" not in (await browser.get(page)).text
    refused = await press(browser, page, f"{page}/annuler", {"reason": ""})
    assert "en quelques mots pourquoi" in refused.text
    done = await press(browser, page, f"{page}/annuler", {"reason": "Le chantier est reporté."})
    assert "Le chantier est reporté." in done.text


async def test_what_is_drafted_again_keeps_where_and_when(chain: Chain) -> None:
    donation = await chain.declare(laptop(), draft=True)
    page = f"/api/v1/donations/{donation['id']}"
    said = {"site_id": None, "floor": "2e, ascenseur", "access": "Quai nord", "dates": "les mardis"}
    assert (await chain.donor.put(f"{page}/place", json=said)).status_code == 200
    assert (await chain.donor.post(f"{page}/submit")).status_code == 200
    await chain.do(f"/donations/{donation['id']}/accept")
    day = next_day(1).isoformat()
    slots = {"slots": [{"on": day, "part": "morning"}], "access": "Quai sud", "floor": "2e, ascenseur"}
    assert (await chain.donor.put(f"{page}/slots", json=slots)).status_code == 200
    past = "INSERT INTO pickup_slot (donor_id, donation_id, day, part) SELECT donor_id, id, '2020-01-07', 'day'"
    await rows(chain.database, f"{past} FROM donation")
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    await press(browser, home, f"{home}/annuler", {"reason": "Le chantier est reporté."})
    draft = await press(browser, home, f"{home}/reprendre")
    again = draft.url.path.rsplit("/", 1)[1]
    assert again != donation["id"]
    kept = await chain.get(f"/donations/{again}/place")
    assert kept == said | {"access": "Quai sud"}, "the last that was said of how one gets there"
    proposed = (await chain.get(f"/donations/{again}/pickup"))["slots"]
    assert [slot["on"] for slot in proposed] == [day], "no day that has passed"
    await press(browser, home, f"{home}/reprendre")
    assert len((await chain.get(f"/donations/{again}/pickup"))["slots"]) == 1
    dropped = await press(browser, f"/dons/{again}", f"/dons/{again}/supprimer")
    assert dropped.status_code == 200, "its days go with it"


async def test_how_one_gets_there_is_said_once_whichever_form_it_came_by(chain: Chain) -> None:
    donation = await chain.declare(laptop(), draft=True)
    page = f"/api/v1/donations/{donation['id']}"
    await chain.donor.put(f"{page}/place", json={"floor": "3e", "access": "Badge à l'accueil", "dates": "en mai"})
    await chain.donor.post(f"{page}/submit")
    await chain.do(f"/donations/{donation['id']}/accept")
    assert (await chain.get(f"/donations/{donation['id']}/pickup"))["access"] == "Badge à l'accueil"
    seen = (await (await chain.client.login("camille")).get(f"/dons/{donation['id']}")).text
    assert seen.count("<dd>Badge à l&#39;accueil</dd>") == 1
    slots = {"slots": [{"on": next_day(1).isoformat()}], "access": None, "floor": "3e"}
    assert (await chain.donor.put(f"{page}/slots", json=slots)).status_code == 200
    assert (await chain.get(f"/donations/{donation['id']}/pickup"))["access"] is None, "taken back"
    told = await chain.get(f"/donations/{donation['id']}/place")
    assert (told["access"], told["floor"], told["dates"]) == ("", "3e", "en mai")
