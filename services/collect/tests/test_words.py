"""What donor and coordination say to each other about a donation, and where and when it can be fetched."""

from filiere.testing.sql import rows

from .chain import Chain, laptop, register
from .test_pages import press
from .test_pickup_slots import next_day


async def test_a_word_is_seen_answered_and_marked_until_it_is_read(chain: Chain) -> None:
    donation = await chain.declare(laptop(), note="Cour au fond")
    page = f"/dons/{donation['id']}"
    donor, coordination = await chain.client.login("camille"), await chain.client.login("nadia")
    assert "Cour au fond" in (await coordination.get(page)).text
    await press(donor, page, f"{page}/messages", {"text": "Le quai est derrière."})
    assert "1 nouveau mot" in (await coordination.get("/dons")).text.replace("\u00a0", " ")
    assert "nouveau mot" not in (await donor.get("/dons")).text
    seen = await coordination.get(page)
    assert "Le quai est derrière." in seen.text
    assert "1 nouveau" in seen.text.replace("\u00a0", " ")
    assert "pas encore lu" in (await donor.get(page)).text
    await press(coordination, page, f"{page}/messages/lus")
    assert "nouveau mot" not in (await coordination.get("/dons")).text
    assert "pas encore lu" not in (await donor.get(page)).text
    await press(coordination, page, f"{page}/messages", {"text": "Merci, le camion fait 3 m."})
    assert "1 nouveau mot" in (await donor.get("/dons")).text.replace("\u00a0", " ")
    told = await chain.get(f"/donations/{donation['id']}/messages")
    assert [(one["side"], one["text"]) for one in told] == [
        ("donor", "Le quai est derrière."), ("network", "Merci, le camion fait 3 m."),
    ]  # fmt: skip
    assert "quai" not in str(await rows(chain.database, "SELECT payload::text FROM outbox"))


async def test_a_word_is_told_by_mail_to_the_other_side_without_its_text(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    path = f"/api/v1/donations/{donation['id']}/messages"
    assert (await chain.coordinator.post(path, json={"text": "Quel étage ?"})).status_code == 201
    letters = [text for (text,) in await rows(chain.database, "SELECT m::text FROM mail m")]
    about = [one for one in letters if "word-to-donor" in one]
    assert len(about) == 1
    assert "Quel étage" not in about[0]


async def test_no_other_donor_reads_or_writes(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    stranger = await chain.client.as_("dominique")
    path = f"/api/v1/donations/{donation['id']}"
    assert (await stranger.get(f"{path}/messages")).status_code == 404
    assert (await stranger.post(f"{path}/messages", json={"text": "Bonjour"})).status_code == 404
    assert (await stranger.get(f"{path}/place")).status_code == 404
    assert (await stranger.put(f"{path}/place", json={"floor": "1er"})).status_code == 404


async def test_where_and_when_is_said_once_and_proposed_for_the_pickup(chain: Chain) -> None:
    donation = await chain.declare(laptop(), draft=True)
    site = {"label": "Dépôt", "address": "3 quai du Port", "postcode": "59800", "city": "Lille"}
    made = (await chain.donor.post(f"/api/v1/donors/{chain.donor_id}/sites", json=site)).json()
    page = f"/dons/{donation['id']}"
    donor = await chain.client.login("camille")
    said = {"site_id": made["id"], "floor": "2e, avec ascenseur", "dates": "les mardis"}
    assert "les mardis" in (await press(donor, page, f"{page}/lieu", said)).text
    await press(donor, page, f"{page}/envoyer")
    await chain.do(f"/donations/{donation['id']}/accept")
    coordination = (await (await chain.client.login("nadia")).get(page)).text
    assert "2e, avec ascenseur" in coordination
    assert f'value="{made["id"]}" selected' in coordination
    late = await chain.donor.put(f"/api/v1/donations/{donation['id']}/place", json={"floor": "3e"})
    assert late.status_code == 409
    assert (await chain.get(f"/donations/{donation['id']}/place"))["floor"] == "2e, avec ascenseur"
    # Said once: whoever confirms a day without naming a place sends nobody elsewhere.
    day = {"on": next_day(2).isoformat()}
    assert (await chain.do(f"/donations/{donation['id']}/pickup", day))["pickup_site_id"] == made["id"]
    first = (await chain.get(f"/donors/{chain.donor_id}"))["sites"][0]["id"]
    moved = await chain.do(f"/donations/{donation['id']}/pickup", {**day, "site_id": first})
    assert moved["pickup_site_id"] == first
    assert (await chain.do(f"/donations/{donation['id']}/pickup", day))["pickup_site_id"] == first


async def test_a_word_turns_no_line_around(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    path = f"/api/v1/donations/{donation['id']}/messages"
    said = await chain.donor.post(path, json={"text": "Le quai \u202eest derri\u00e8re\u2066 👩\u200d💻.\u0007"})
    assert said.json()["text"] == "Le quai est derrière 👩\u200d💻."
    assert (await chain.donor.post(path, json={"text": "\u202e\u202c"})).status_code == 422
