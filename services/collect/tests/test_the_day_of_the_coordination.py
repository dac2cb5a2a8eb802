"""The coordination's home: what waits, is late, is stuck, each a number, an age and a link that shows exactly these."""

import html
import re
from typing import Any

from filiere.testing.sql import rows

from .chain import Chain, laptop
from .test_pages import press


async def lines(chain: Chain) -> dict[str, dict[str, Any]]:
    answer = await chain.coordinator.get("/api/v1/inbox")
    assert answer.status_code == 200, answer.text
    return {line["kind"]: line for line in answer.json()["lines"]}


async def test_a_donation_goes_through_the_inbox_and_leaves_it(chain: Chain) -> None:
    assert await lines(chain) == {}
    donation = await chain.declare(laptop())
    assert set(await lines(chain)) == {"to-answer"}
    await chain.do(f"/donations/{donation['id']}/accept")
    assert set(await lines(chain)) == {"to-schedule", "accepted"}
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    assert set(await lines(chain)) == {"to-dispatch", "accepted", "collected"}
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    assert set(await lines(chain)) == {"accepted", "collected"}
    device = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]["id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[device])
    assert set(await lines(chain)) == {"lot-missing", "accepted", "collected", "counted"}


async def test_each_number_has_an_age_and_its_link_shows_as_many(chain: Chain) -> None:
    late = await chain.declare(laptop())
    await chain.declare(laptop())
    _, lot = await chain.sent(laptop())
    _, silent = await chain.sent(laptop())
    planned = await chain.declare(laptop())
    await chain.do(f"/donations/{planned['id']}/accept")
    await chain.do(f"/donations/{planned['id']}/pickup", {"on": "2099-01-05"})
    await rows(chain.database, "UPDATE donation SET submitted_at = now() - interval '9 days' WHERE id = $1", late["id"])
    await rows(
        chain.database,
        "UPDATE donation SET pickup_on = (now() AT TIME ZONE 'Europe/Paris')::date - 3 WHERE id = $1",
        planned["id"],
    )
    await rows(chain.database, "UPDATE lot SET dispatched_at = now() - interval '8 days' WHERE id = $1", lot)
    await rows(
        chain.database,
        "UPDATE device SET work = 'arrived', work_at = now() - interval '31 days' WHERE lot_id = $1",
        silent,
    )
    seen = await lines(chain)
    ages = {kind: (line["count"], line["days"]) for kind, line in seen.items() if line["group"] != "good"}
    assert ages == {"to-answer": (2, 9), "pickup-late": (1, 3), "lot-late": (1, 8), "device-stuck": (1, 31)}
    browser = await chain.client.login("nadia")
    home = (await browser.get("/")).text.replace("\u00a0", " ")
    assert "le plus ancien depuis 9 jours" in home
    links = [link.replace("&amp;", "&") for link in re.findall(r'<li><a href="([^"]+)"><b>', home)]
    assert len(links) == len(seen)
    for link, line in zip(links, seen.values(), strict=True):
        page = (await browser.get(link)).text
        if line["kind"] == "collected":  # a number of devices, in lots
            continue
        assert page.count('data-label="État"') == line["count"], link
    assert "depuis 9 jours" in (await browser.get(links[0])).text.replace("\u00a0", " ")


async def test_words_of_donors_and_proposed_days_wait_until_they_are_read_or_confirmed(chain: Chain) -> None:
    quiet, donation = await chain.declare(laptop()), await chain.declare(laptop())
    path = f"/api/v1/donations/{donation['id']}"
    for text in ("Le quai est derrière.", "Sonnez deux fois."):
        assert (await chain.donor.post(f"{path}/messages", json={"text": text})).status_code == 201
    await chain.coordinator.post(f"/api/v1/donations/{quiet['id']}/messages", json={"text": "Quel étage ?"})
    await rows(
        chain.database, "UPDATE donation_message SET created_at = now() - interval '4 days' WHERE text LIKE 'L%'"
    )
    words = (await lines(chain))["words"]
    assert (words["count"], words["days"], words["group"]) == (1, 4, "waiting")
    browser = await chain.client.login("nadia")
    home = (await browser.get("/")).text.replace("\u00a0", " ")
    assert "don avec un mot que vous n'avez pas lu" in html.unescape(home)
    shown = (await browser.get("/dons?nouvelles=words")).text
    assert shown.count('data-label="État"') == 1
    assert donation["reference"] in shown
    await press(browser, f"/dons/{donation['id']}", f"/dons/{donation['id']}/messages/lus")
    assert "words" not in await lines(chain)
    await chain.do(f"/donations/{donation['id']}/accept")
    await chain.do(f"/donations/{quiet['id']}/accept")
    slots = {"slots": [{"on": "2099-01-05", "part": "morning"}, {"on": "2099-01-06", "part": "morning"}]}
    assert (await chain.donor.put(f"{path}/slots", json=slots)).status_code == 200
    await rows(chain.database, "UPDATE pickup SET changed_at = now() - interval '2 days'")
    seen = await lines(chain)
    assert (seen["proposed"]["count"], seen["proposed"]["days"], seen["to-schedule"]["count"]) == (1, 2, 2)
    assert (await browser.get("/dons?nouvelles=proposed")).text.count('data-label="État"') == 1
    await chain.do(f"/donations/{donation['id']}/pickup", {"on": "2099-01-05", "part": "morning"})
    assert "proposed" not in await lines(chain)


async def test_one_box_leads_to_lots_donations_and_donors(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop())
    code = (await chain.get(f"/lots/{lot}"))["code"]
    browser = await chain.client.login("nadia")
    assert (await browser.get(f"/equipements?q={code.lower()}")).url.path == f"/lots/{lot}"
    assert (await browser.get(f"/equipements?q={donation['reference']}")).url.path == f"/dons/{donation['id']}"
    assert "Société d" in (await browser.get("/equipements?q=exemple")).text


async def test_a_donor_begins_with_its_donations(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    assert (await browser.get("/")).url.path == "/dons"
    assert (await browser.get("/a-faire")).status_code == 403
