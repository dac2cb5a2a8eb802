"""One declaration until it is sent: private, made once, merged, deleted, sent once."""

import re
from uuid import UUID

from filiere.testing.events import published

from .chain import Chain, laptop, register
from .drafting import FAULTY, drafted, lines_of
from .test_imports import FLEET, confirm, preview
from .test_pages import press, token


async def test_a_draft_is_its_donors_own_people_s_alone(chain: Chain) -> None:
    draft = await chain.declare(laptop(serial="5CG8472QX1"), draft=True)
    await chain.client.grant("paul", "donor", UUID(chain.donor_id))
    colleague = await chain.client.as_("paul")
    path = f"/api/v1/donations/{draft['id']}"
    assert (await colleague.get(path)).status_code == 200
    for way in ("", "/lines", "/devices", "/devices.csv", "/impact"):
        assert (await chain.coordinator.get(f"{path}{way}")).status_code == 404, way
    for step in ("submit", "accept"):
        assert (await chain.coordinator.post(f"{path}/{step}")).status_code == 404
    assert (await chain.coordinator.delete(path)).status_code == 404
    assert (await chain.coordinator.get("/api/v1/donations")).json()["total"] == 0
    coordination = await chain.client.login("nadia")
    for way in ("", "/lignes", "/modifier", "/a-revoir.csv", "/etiquettes"):
        assert (await coordination.get(f"/dons/{draft['id']}{way}")).status_code == 404, way
    for listing in ("/dons", f"/equipements?q={draft['reference']}"):
        assert draft["id"] not in (await coordination.get(listing)).text
    assert (await colleague.post(f"{path}/submit")).status_code == 200
    assert (await chain.coordinator.get(path)).status_code == 200


async def test_a_file_that_is_not_sent_is_as_private_as_a_draft(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    path = f"/api/v1/donations/imports/{seen['import_id']}"
    assert (await chain.coordinator.get(path)).status_code == 404
    assert (await chain.coordinator.get(f"{path}/errors.csv")).status_code == 404
    assert (await chain.coordinator.post(f"{path}/confirm")).status_code == 404
    await confirm(chain, seen["import_id"])
    assert (await chain.coordinator.get(path)).status_code == 200


async def test_what_the_coordination_drafts_for_a_donor_both_see(chain: Chain) -> None:
    answer = await chain.coordinator.post(
        "/api/v1/donations", json={"donor_id": chain.donor_id, "lines": [laptop()], "draft": True}
    )
    path = f"/api/v1/donations/{answer.json()['id']}"
    assert (await chain.coordinator.get(path)).status_code == 200
    assert (await chain.donor.get(path)).status_code == 200


async def test_a_file_becomes_one_draft_that_keeps_its_faulty_rows(chain: Chain) -> None:
    seen = await preview(chain, FAULTY)
    draft = await drafted(chain, FAULTY)
    assert await drafted(chain, FAULTY) == draft | {"added": 0}
    assert (draft["accepted"], draft["refused"], draft["errors"]) == (1, 1, 2)
    lines = await lines_of(chain, draft["donation_id"])
    assert {n: line["verdict"] for n, line in lines.items()} == {2: "accepted", 3: "error", 4: "error", 5: "refused"}
    assert await published(chain.database) == []
    sent = await confirm(chain, seen["import_id"])
    assert (sent["donation_id"], sent["declared"], sent["accepted"]) == (draft["donation_id"], 2, 1)
    assert await confirm(chain, seen["import_id"]) == sent
    assert len(await published(chain.database, "donation-declared")) == 1


async def test_an_abandoned_draft_locks_nothing_and_the_first_that_is_sent_declares(chain: Chain) -> None:
    first = await chain.declare(laptop(serial="5CG8472QX1"), draft=True)
    second = await chain.declare(laptop(serial="5CG8472QX1"), laptop(), draft=True)
    assert second["accepted"] == 2
    browser = await chain.client.login("camille")
    assert first["reference"] in (await browser.get(f"/dons/{second['id']}")).text
    assert (await chain.donor.post(f"/api/v1/donations/{second['id']}/submit")).json()["accepted"] == 2
    refused = await chain.donor.post(f"/api/v1/donations/{first['id']}/submit")
    assert refused.status_code == 409
    assert "rien à envoyer" in refused.json()["title"]
    assert (await chain.get(f"/donations/{first['id']}"))["status"] == "draft"
    assert "est déjà déclaré dans le don" in (await browser.get(f"/dons/{first['id']}")).text.replace("\u00a0", " ")


async def test_deleting_a_draft_frees_its_file(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}"
    gone = await press(browser, path, f"{path}/supprimer")
    assert "est supprimé" in gone.text
    assert (await browser.get(path)).status_code == 404
    assert (await preview(chain, FAULTY))["status"] == "previewed"
    sent = await chain.declare(laptop())
    assert (await chain.donor.delete(f"/api/v1/donations/{sent['id']}")).status_code == 409


async def test_the_form_that_comes_twice_makes_one_draft_and_never_a_second_donation(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    page = await browser.get("/dons/nouveau/lignes")
    don = re.search(r'name="don" value="([^"]+)"', page.text)
    assert don is not None
    form = {
        "csrf_token": token(page), "don": don[1], "count": "1", "category-1": "laptop",
        "serial-1": "SN0001AA\r\nSN0002AA\r\nSN0003AA", "note": "Cour au fond",
        "table": "Type\tMarque\tModèle\nÉcran\tDell\tP2214H\nÉcran\tDell\tP2214H",
    }  # fmt: skip
    first = await browser.post("/dons/nouveau/lignes", data=form)
    second = await browser.post("/dons/nouveau/lignes", data=form)
    assert first.url == second.url
    assert "Cour au fond" in first.text
    assert len(await lines_of(chain, don[1])) == 5
    await press(browser, first.url.path, f"{first.url.path}/envoyer")
    after = await browser.post("/dons/nouveau/lignes", data=form)
    assert "déjà envoyée" in after.text
    assert len(await published(chain.database, "donation-declared")) == 1
    assert (await chain.get("/donations"))["total"] == 1


async def test_nobody_elses_draft_can_be_written_to(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    stranger = await chain.client.login("dominique")
    form = {"count": "1", "category-1": "laptop", "don": draft["donation_id"]}
    assert (await press(stranger, "/dons/nouveau/lignes", "/dons/nouveau/lignes", form)).status_code == 404
    for way in ("modifier", "supprimer", "fichier", "envoyer"):
        answer = await press(stranger, "/dons/nouveau", f"/dons/{draft['donation_id']}/{way}", form)
        assert answer.status_code == 404, way
    assert len(await lines_of(chain, draft["donation_id"])) == 4


async def test_lines_added_twice_by_one_form_are_added_once(chain: Chain) -> None:
    draft = await chain.declare(laptop(), draft=True)
    browser = await chain.client.login("camille")
    form_page = await browser.get(f"/dons/{draft['id']}/modifier")
    fields = dict(re.findall(r'name="((?:id-\d|don))" value="([^"]*)"', form_page.text))
    form = fields | {"csrf_token": token(form_page), "count": "3", "category-1": "monitor", "model-1": "P2214H"}
    for _again in range(2):
        await browser.post(f"/dons/{draft['id']}/modifier", data=form)
    assert len(await lines_of(chain, draft["id"])) == 2
    back = await browser.get(str(form_page.url))
    assert 'value="P2214H"' in back.text
    assert (await browser.get(f"/dons/nouveau/lignes?don={draft['id']}")).url.path == f"/dons/{draft['id']}"


async def test_the_form_does_not_tell_which_ids_are_another_donors_drafts(chain: Chain) -> None:
    theirs = await chain.declare(laptop(), draft=True)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    browser = await chain.client.login("dominique")
    for don in (theirs["id"], "01890000-0000-7000-8000-000000000000"):
        answered = await browser.get(f"/dons/nouveau/lignes?don={don}")
        assert (answered.status_code, answered.url.path) == (200, "/dons/nouveau/lignes")
