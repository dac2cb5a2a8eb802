"""Labels are printed again, pallets get theirs at once, and an audit finishes what nobody itemised."""

from io import BytesIO
from typing import Any

from filiere.database import Database
from filiere.testing.events import published
from pypdf import PdfReader

from ..conftest import World

LSHW = {"id": "pc", "class": "system", "vendor": "Dell Inc.", "product": "Latitude 5490", "serial": "7K2M9X3"}


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


async def pdf(world: World, path: str, **query: Any) -> str:
    answer = await world.api.get(f"/api/v1{path}", params=query)
    assert answer.headers["content-type"] == "application/pdf", answer.text
    return text_of(answer.content)


def unknown(world: World, category: str = "laptop") -> dict[str, Any]:
    """One line of a manifest of a donation by quantities."""
    return world.device(category=category, manufacturer=None, model=None)


async def test_a_device_s_label_its_grade_and_its_sheet_are_printed(world: World) -> None:
    device = await world.arrived()
    label = (await world.get(f"/devices/{device}"))["label"]
    for tape in (False, True):
        printed = await pdf(world, f"/devices/{device}/prints/label", tape=tape)
        assert label in printed
        assert "EliteBook 840 G5" in printed
    refusal = await world.api.get(f"/api/v1/devices/{device}/prints/grade")
    assert refusal.status_code == 409
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    grade = (await world.get(f"/devices/{device}"))["grade"].capitalize()
    shelf = await pdf(world, f"/devices/{device}/prints/grade", tape=True)
    assert f"Catégorie {grade}" in shelf
    assert label in shelf
    assert "Linux Mint" not in await pdf(world, f"/devices/{device}/prints/sheet")
    installed = {"system": "linux_mint", "version": "22.1", "office": "libreoffice", "battery_percent": 86.4}
    await world.post(f"/devices/{device}/software", {**installed, "battery_minutes": 200})
    sheet = await pdf(world, f"/devices/{device}/prints/sheet")
    assert all(said in sheet for said in ("Linux Mint 22.1", "LibreOffice", "86 %, 200 minutes"))
    assert all(said in sheet for said in (label, "S4NSSD0001", "Effacé", "Atelier de Lens", "Pourquoi cette catégorie"))
    browser = await world.browser()
    page = await browser.get(f"/equipements/{device}/etiquette")
    assert label in page.text
    assert (await browser.get(f"/equipements/{device}/label.pdf")).content.startswith(b"%PDF")


async def test_a_pallet_is_counted_labelled_and_reconciled_and_an_audit_finishes_it(
    world: World, database: Database
) -> None:
    known = world.device(serial="5CG8411XYZ")
    lot = await world.expects(known, *(unknown(world) for _ in range(3)), unknown(world, "monitor"))
    received = await world.post(f"/lots/{lot}/pallets", {"counts": {"laptop": 2, "monitor": 3}})
    assert (len(received["labels"]), received["surplus"]) == (3, {"monitor": 2})
    assert known["label"] not in received["labels"]  # what is known by its serial is scanned, not guessed
    counted = await world.post(f"/lots/{lot}/reconcile")
    assert (counted["present"], len(counted["missing"]), len(counted["surplus"])) == (3, 2, 2)
    [event] = await published(database, "lot-reconciled")
    assert event.data["surplus"] == ["sans étiquette"] * 2
    assert len(await published(database, "device-arrived")) == 3

    browser = await world.browser()
    unfinished = (await browser.get("/equipements", params={"statut": "to-inventory"})).text
    assert all(label in unfinished for label in received["labels"])
    printed = await pdf(world, f"/lots/{lot}/labels", unfinished=True)
    assert [label in printed for label in received["labels"]] == [True] * 3
    assert known["label"] not in printed
    assert known["label"] in await pdf(world, f"/lots/{lot}/labels")

    first = (await world.get(f"/devices/by-label/{received['labels'][0]}"))["id"]
    if (await world.get(f"/devices/{first}"))["category"] == "monitor":
        first = (await world.get(f"/devices/by-label/{received['labels'][-1]}"))["id"]
    await world.post(f"/devices/{first}/audits", LSHW)
    done = await world.get(f"/devices/{first}")
    assert (done["manufacturer"], done["model"], done["serial"]) == ("Dell", "Latitude 5490", "7K2M9X3")
    left = (await browser.get("/equipements", params={"statut": "to-inventory"})).text
    assert done["label"] not in left


async def test_a_pallet_that_is_counted_on_the_page_leads_to_its_labels(world: World) -> None:
    lot = await world.expects(unknown(world), unknown(world))
    browser = await world.browser()
    page = await browser.get(f"/lots/{lot}/palette")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    for typed, status in (
        ({}, 422),
        ({"laptop": "-3"}, 422),
        ({"laptop": "beaucoup"}, 422),
        ({"laptop": "9" * 9}, 422),
    ):
        answer = await browser.post(f"/lots/{lot}/palette", data={"csrf_token": token, **typed})
        assert answer.status_code == status
    # Beside the field that is wrong; numbers are read as the page writes them.
    answer = await browser.post(f"/lots/{lot}/palette", data={"csrf_token": token, "laptop": "2", "tablet": "x"})
    assert 'id="f-tablet-error"' in answer.text
    assert 'id="f-laptop-error"' not in answer.text
    answer = await browser.post(f"/lots/{lot}/palette", data={"csrf_token": token, "laptop": "1 002"})
    assert "1 000 de plus que ce que le lot attend" in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    answer = await browser.post(f"/lots/{lot}/palette", data={"csrf_token": token, "laptop": "2"})
    assert answer.url.path == f"/lots/{lot}/etiquettes"
    assert "2 équipements reçus." in answer.text.replace("\xa0", " ")
    assert "Inventaire à finir" in answer.text
