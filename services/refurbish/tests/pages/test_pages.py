"""Pages as a technician uses them: from the scan to the next step."""

import re

import httpx
import pytest
from filiere.documents.labels import LABEL_PAGE
from filiere.identifiers import label_code
from filiere.testing.answers import found
from filiere.testing.events import published
from refurbish.devices.withdrawal_reasons import WithdrawalReason

from ..conftest import World


@pytest.fixture
async def ada(world: World) -> httpx.AsyncClient:
    """Ada's browser."""
    return await world.client.login("ada")


def plain(answer: httpx.Response) -> str:
    """The text with ordinary spaces: the kit keeps numbers and their words together."""
    return answer.text.replace("\xa0", " ")


async def send(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Submit a form with the token of the page it is on."""
    page = await browser.get("/scanner")
    token = found(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return await browser.post(path, data={"csrf_token": token, **fields})


async def test_a_scan_leads_to_the_device_and_its_next_step(world: World, ada: httpx.AsyncClient) -> None:
    device = world.device()
    await world.expects(device)
    page = await send(ada, "/scanner", label=device["label"])
    assert page.status_code == 200
    assert page.url.path == f"/equipements/{device['device_id']}"
    assert "Dis quel disque il contient" in page.text
    assert "Il n&#39;y a pas de disque" in page.text
    assert "est arrivé" in page.text


async def test_a_stranger_gets_a_red_answer_and_a_place_in_the_queue(world: World, ada: httpx.AsyncClient) -> None:
    stranger = label_code(700_000)
    page = await send(ada, "/scanner", label=stranger)
    assert 'data-sound="wrong"' in page.text
    assert stranger in (await ada.get("/ecarts")).text


async def test_a_lot_is_scanned_in_a_row_with_an_answer_each(world: World, ada: httpx.AsyncClient) -> None:
    one, other = world.device(), world.device()
    lot = await world.expects(one, other)
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(f"/lots/{lot}")).text)[1]
    for device, count in ((one, 1), (other, 2)):
        body = {"label": device["label"], "lot_id": lot}
        for _ in range(2):  # the answer was lost on the way: asked again with its key, it is the same
            headers = {"x-csrf-token": token, "idempotency-key": device["label"]}
            answer = (await ada.post("/scanner/envoi", json=body, headers=headers)).json()
            assert (answer["kind"], answer["arrived"], answer["announced"]) == ("new", count, 2)
            assert answer["href"] == f"/equipements/{device['device_id']}"
    again = await ada.post("/scanner/envoi", json=body, headers={"x-csrf-token": token, "idempotency-key": "another"})
    assert again.json()["kind"] == "already"
    page = await send(ada, f"/lots/{lot}/pointer")
    assert "2 présents, 0 manquant, 0 en trop." in plain(page)


async def test_a_browser_without_scripts_is_told_in_red_too_what_lies_on_the_wrong_pile(
    world: World, ada: httpx.AsyncClient
) -> None:
    mine, other = world.device(), world.device()
    lot = await world.expects(mine)
    await world.expects(other)
    for device, kind in ((mine, "ok"), (mine, "ok"), (other, "stop"), (other, "stop")):
        page = await send(ada, f"/lots/{lot}/scanner", label=device["label"])
        assert found(r'<div class="toast (\w+)">', page.text)[1] == kind


async def test_the_whole_work_can_be_done_on_the_pages(world: World, ada: httpx.AsyncClient) -> None:
    device = await world.arrived()
    base = f"/equipements/{device}"
    page = await send(ada, f"{base}/supports", kind="ssd", serial="S4NSSD0001", size_gb="256")
    assert "Un simple écrasement ne suffit pas" in plain(page)
    refused = await send(
        ada, f"{base}/effacer/S4NSSD0001", result="success", level="clear", method="m", tool="nwipe",
        tool_version="0.37",
    )  # fmt: skip
    assert refused.status_code == 422
    assert "purge" in refused.text
    page = await send(
        ada, f"{base}/effacer/S4NSSD0001", result="success", level="purge", method="ATA secure erase", tool="hdparm",
        tool_version="9.65",
    )  # fmt: skip
    assert "Fais vérifier par un collègue" in plain(page)
    waiting = found(r'href="(/a-verifier/[^"]+)"', page.text)[1]
    assert "C'est toi qui as effacé" in plain(await ada.get(waiting))
    bruno = await (await world.colleague("bruno")).browser()
    assert "S4NSSD0001" in (await bruno.get(waiting)).text
    assert "effacement est vérifié, à ton nom" in plain(await send(bruno, waiting, confirmed="true"))
    page = await ada.get(base)
    assert "Teste-le" in page.text
    sheet = await world.get(f"/devices/{device}/tests")
    page = await send(ada, f"{base}/tester", **{point["test"]: "yes" for point in sheet["points"]})
    assert "Classe-le" in page.text
    page = await send(ada, f"{base}/classer", cosmetic="B", ram_gb="8", cpu_mark="6000")
    assert "Catégorie A" in plain(page)
    page = await send(ada, f"{base}/terminer")
    assert "Prêt à commander" in page.text
    certificate = (await ada.get(f"{base}/certificat")).text
    for field in ("S4NSSD0001", "hdparm", "9.65", "bruno", "Purge".lower(), "Vérifié par", "SP 800-88"):
        assert field in certificate, field


async def test_nothing_typed_is_lost_on_an_error(world: World, ada: httpx.AsyncClient) -> None:
    device = await world.arrived()
    page = await send(ada, f"/equipements/{device}/supports", kind="ssd", serial="")
    assert page.status_code == 422
    assert "numéro de série" in page.text
    assert 'value="ssd" checked' in page.text


async def test_the_board_finds_filters_and_exports(world: World, ada: httpx.AsyncClient) -> None:
    device, other = world.device(manufacturer="Dell", model="Latitude 5490"), world.device()
    lot = await world.expects(device, other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
    found = (await ada.get("/equipements", params={"q": "latitude"})).text
    assert device["label"] in found
    assert other["label"] not in found
    assert device["label"] not in (await ada.get("/equipements", params={"statut": "expected"})).text
    assert other["label"] not in (await ada.get("/equipements", params={"statut": "work"})).text
    table = (await ada.get("/equipements.csv", params={"q": "latitude"})).text
    assert table.startswith("\ufeffÉtiquette;")
    assert table.count("\r\n") == 2
    assert device["label"] in table


async def test_empty_pages_say_what_will_appear(world: World, ada: httpx.AsyncClient) -> None:
    for path, words in (
        ("/equipements", "Quand un lot sera annoncé"),
        ("/lots", "Quand la collecte enverra un lot"),
        ("/ecarts", "Rien à vérifier"),
        ("/besoins", "Personne n"),
    ):
        assert words in (await ada.get(path)).text, path


async def test_another_workshop_s_pages_do_not_exist(world: World, ada: httpx.AsyncClient) -> None:
    await world.register("Atelier de Lille", "59000", "bob")
    announced = world.device()
    lot = await world.expects(announced)
    device = announced["device_id"]
    bob = await world.client.login("bob")
    below = ("", "/supports", "/tester", "/classer", "/inventaires", "/certificat", "/aide", "/retirer")
    pages = [f"/equipements/{device}{path}" for path in below]
    for path in [*pages, f"/lots/{lot}"]:
        assert (await bob.get(path)).status_code == 404, path
        assert (await ada.get(path)).status_code == 200, path


async def test_workshops_are_registered_by_the_coordination(world: World) -> None:
    coordination = await world.client.login("coordination")
    page = await send(
        coordination, "/ateliers/nouveau", name="Atelier de Roubaix", city="Roubaix", postcode="59100", laptop="12"
    )
    assert "Atelier de Roubaix" in page.text
    await world.client.login("chloe")  # an identifier that nobody has is refused
    page = await send(coordination, page.url.path + "/membres", subject="chloe")
    assert "chloe peut travailler" in page.text
    page = await send(coordination, "/ateliers/nouveau", name="X", city="", postcode="59")
    assert page.status_code == 422


async def test_a_technician_has_no_business_with_the_list_of_workshops(world: World, ada: httpx.AsyncClient) -> None:
    assert (await ada.get("/ateliers")).status_code == 403


async def test_a_list_too_long_to_paste_is_refused_whole_and_stays_in_its_field(
    world: World, ada: httpx.AsyncClient
) -> None:
    """What came after the five thousandth label was dropped without a word."""
    device = world.device()
    lot = await world.expects(device)
    pasted = "\n".join([device["label"], *(label_code(number) for number in range(100_000, 105_000))])
    refused = await send(ada, f"/lots/{lot}/recevoir", labels=pasted)
    assert refused.status_code == 422
    assert "Au plus 5\u202f000 étiquettes à la fois\xa0: il y en a 5\u202f001 ici" in refused.text
    assert f"{device['label']}\n" in refused.text
    assert label_code(104_999) in refused.text
    assert (await world.get(f"/lots/{lot}"))["arrived"] == 0


async def test_what_was_not_recognised_beyond_the_twentieth_is_counted(world: World, ada: httpx.AsyncClient) -> None:
    lot = await world.expects(world.device())
    strangers = " ".join(label_code(number) for number in range(100_000, 100_025))
    page = plain(await send(ada, f"/lots/{lot}/recevoir", labels=strangers))
    assert label_code(100_019) in page
    assert " et 5 autres" in page


async def test_an_empty_field_of_a_lot_says_what_to_write(world: World, ada: httpx.AsyncClient) -> None:
    lot = await world.expects(world.device())
    for path, field, sentence in (
        ("recevoir", "labels", "Colle au moins une étiquette."),
        ("mettre-de-cote", "text", "Écris ce que tu peux lire dessus."),
    ):
        refused = await send(ada, f"/lots/{lot}/{path}", **{field: "  "})
        assert refused.status_code == 422
        assert re.search(rf'<span class="error" id="f-{field}-error">.*?{sentence}', refused.text, re.DOTALL)


async def test_what_was_typed_at_a_stranger_stays_there_with_the_reason(world: World, ada: httpx.AsyncClient) -> None:
    strangers = [label_code(700_000 + number) for number in range(3)]
    for stranger in strangers:
        await send(ada, "/scanner", label=stranger)
    entries = re.findall(r'action="(/ecarts/[^"]+/rattacher)"', (await ada.get("/ecarts")).text)
    for typed, status, why in (("", 422, "Scanne l&#39;équipement attendu"), ("FIL-INCONNU", 404, "n&#39;existe pas")):
        refused = await send(ada, entries[1], label=typed)
        assert refused.status_code == status
        assert re.search(rf'value="{typed}" aria-invalid="true" aria-describedby="a2-error" data-focus>', refused.text)
        assert re.search(rf'id="a2-error">.*?{why}', refused.text, re.DOTALL)
        assert refused.text.count('aria-invalid="true"') == 1


async def test_a_member_without_a_name_is_asked_for_one(world: World) -> None:
    """The page came back without a word."""
    claire = await world.client.login("coordination")
    for subject, why in (("", "Ce champ est obligatoire."), ("x" * 201, "Écris au plus 200 caractères.")):
        refused = await send(claire, f"/ateliers/{world.id}/membres", subject=subject)
        assert refused.status_code == 422
        assert re.search(rf'id="f-subject-error">.*?{why}', refused.text, re.DOTALL)
        assert f'value="{subject}"' in refused.text
    await world.client.login("zoe")
    made = await send(claire, f"/ateliers/{world.id}/membres", subject="zoe")
    assert "peut travailler dans cet atelier" in made.text


async def test_a_refused_sheet_keeps_every_answer_and_note(world: World, ada: httpx.AsyncClient) -> None:
    """Fourteen points were tapped again for one refusal; a note beside no answer vanished."""
    device = await world.arrived()
    path = f"/equipements/{device}/tester"
    points = [point["test"] for point in (await world.get(f"/devices/{device}/tests"))["points"]]
    typed = dict.fromkeys(points[:-1], "yes") | {points[0]: "no", f"note-{points[0]}": "coin enfoncé"}
    early = await send(ada, path, **typed)
    assert early.status_code == 409, "its disks are not wiped yet"
    assert early.text.count(" checked>") == len(points) - 1
    assert 'value="coin enfoncé"' in early.text
    assert "data-focus" in early.text
    await world.wiped(device)
    lonely = await send(ada, path, **typed, **{f"note-{points[-1]}": "à revoir"})
    assert lonely.status_code == 422
    assert "ta note sera gardée avec" in lonely.text
    assert 'value="à revoir"' in lonely.text
    assert lonely.text.count(" checked>") == len(points) - 1
    assert (await world.get(f"/devices/{device}/tests"))["missing"] == points
    done = await send(ada, path, **typed, **{points[-1]: "no", f"note-{points[-1]}": "à revoir"})
    assert done.status_code == 200


async def test_what_was_read_on_a_thing_without_a_label_stays_in_the_workshop(
    world: World, ada: httpx.AsyncClient
) -> None:
    here = world.device()
    lot = await world.expects(here)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"]]})
    await send(ada, f"/lots/{lot}/mettre-de-cote", text="PC de Marie Dupont, 06 12 34 56 78")
    counted = await world.post(f"/lots/{lot}/reconcile")
    assert counted["surplus"] == ["PC de Marie Dupont, 06 12 34 56 78"]
    [event] = await published(world.database, "lot-reconciled")
    assert event.data["surplus"] == ["sans étiquette"]


async def test_a_device_is_given_up_by_choosing_why_and_nothing_can_be_typed(
    world: World, ada: httpx.AsyncClient
) -> None:
    device = await world.arrived()
    page = await ada.get(f"/equipements/{device}/retirer")
    assert re.findall(r'type="radio" name="reason" value="(\w+)"', page.text) == [
        one.value for one in WithdrawalReason.chosen()
    ]
    assert "<textarea" not in page.text
    refused = await send(ada, f"/equipements/{device}/retirer", reason="Cassé par Marie Dupont")
    assert refused.status_code == 422
    assert await world.stage(device) == "arrived"
    done = await send(ada, f"/equipements/{device}/retirer", reason="screen")
    assert "Écran cassé." in plain(done)
    assert await world.stage(device) == "withdrawn"


async def test_what_is_printed_on_a_label_leads_to_its_device(world: World, ada: httpx.AsyncClient) -> None:
    announced = world.device()
    await world.expects(announced)
    for address in (LABEL_PAGE, "/devices/by-label/"):  # the second stands on labels of before addresses were French
        page = await ada.get(f"{address}{announced['label']}")
        assert page.url.path == f"/equipements/{announced['device_id']}"


async def test_whoever_does_not_work_on_it_is_handed_on_without_a_word_about_it(
    world: World, ada: httpx.AsyncClient
) -> None:
    """Nobody, another workshop, and a label that there is not: the same answer, which says nothing of the device."""
    announced = world.device()
    await world.expects(announced)
    bob = await world.client.login("bob")  # of another workshop
    bob.follow_redirects = ada.follow_redirects = False
    for browser, label in (
        (world.client.anonymous(), announced["label"]),
        (bob, announced["label"]),
        (ada, "FIL-7K2M9-4"),
        (ada, "x%22%3E"),
    ):
        answer = await browser.get(f"{LABEL_PAGE}{label}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"http://localhost:8003/etiquettes/{label}"


async def test_what_the_services_share_says_tu_at_the_bench(world: World) -> None:
    ada = await world.browser()
    lost = (await ada.get("/nulle-part")).text.replace("&#39;", "'")
    assert "Vérifie l'adresse, ou repars de l'accueil." in lost
    assert "Tes courriels" in lost
    assert "vous" not in lost.lower()
    assert "Check the address" in (await ada.get("/nulle-part?lang=en")).text
