"""The pages, as a person meets them: forms without script, sentences beside what is wrong, nobody else's things."""

import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from collect.devices.repository import DeviceRepository
from filiere.database import Scope
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .chain import Chain, laptop
from .test_imports import FLEET, confirm, preview
from .told_stories import STORY, devices_of, told


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found.group(1)


async def press(
    browser: httpx.AsyncClient, seen: str, action: str, values: dict[str, Any] | None = None, **more: Any
) -> httpx.Response:
    """Open the page `seen`, then send the form `action` of it."""
    form = {"csrf_token": token(await browser.get(seen))} | (values or {})
    return await browser.post(action, data=form, **more)


async def test_a_donor_declares_a_file_and_follows_it(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    seen = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", FLEET.encode())})
    assert seen.url.path.startswith("/imports/")
    assert "4 lignes acceptées sur 8" in seen.text.replace("\u00a0", " ")
    assert "même numéro de série que la ligne 2" in seen.text.replace("\u00a0", " ")
    done = await press(browser, seen.url.path, f"{seen.url.path}/confirmer")
    assert done.url.path.startswith("/dons/")
    assert "déclarés" in done.text
    assert (await browser.get("/dons")).text.count("parc.csv") == 1
    download = await browser.get(f"{seen.url.path}/erreurs.csv")
    assert download.text.count("\r\n") == 5


async def test_a_file_that_cannot_be_read_says_why_beside_its_field(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    refused = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.xlsx", b"PK\x03\x04")})
    assert refused.status_code == 422
    assert "pas un classeur lisible" in refused.text
    empty = await press(browser, "/dons/nouveau", "/dons/nouveau", {"x": "y"})
    assert "Choisissez un fichier" in empty.text


async def test_lines_are_written_by_hand_without_losing_any_on_an_error(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    written = {
        "count": "3",
        "category-1": "laptop",
        "quantity-1": "deux",
        "model-2": "sans catégorie",
        "action": "submit",
    }
    refused = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", written)
    assert refused.status_code == 422
    assert 'value="deux"' in refused.text
    assert 'value="sans catégorie"' in refused.text
    more = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", written | {"action": "more"})
    assert 'name="category-8"' in more.text
    right = {"count": "3", "category-1": "laptop", "quantity-1": "2", "action": "draft"}
    long = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", right | {"note": "x" * 2001})
    assert long.status_code == 422
    assert "2000 caractères" in long.text.replace("\u202f", "").replace("\u00a0", " ")
    draft = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", right)
    assert "brouillon" in draft.text
    sent = await press(browser, draft.url.path, f"{draft.url.path}/envoyer")
    assert "Nous vous répondons sous peu" in sent.text


async def test_counts_are_written_as_people_write_them(chain: Chain) -> None:
    """« 1 équipement a », « 1 200 déclarés »."""
    browser = await chain.client.login("nadia")
    one = f"/dons/{(await chain.declare(laptop()))['id']}"
    assert "1 équipement a son étiquette" in (await press(browser, one, f"{one}/accepter")).text.replace("\u00a0", " ")
    many = await chain.declare(*({"category": "monitor", "quantity": count} for count in (1000, 200)))
    assert "<b>1\u202f200</b>déclarés" in (await browser.get(f"/dons/{many['id']}")).text
    donor = await chain.client.login("camille")
    file = "Type;Modèle\n" + "Écran;Dell P2214H\n" * 1200
    seen = await press(donor, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", file.encode())})
    assert "1\u202f200 lignes acceptées sur 1\u202f200" in seen.text.replace("\u00a0", " ")


async def test_a_coordinator_takes_a_donation_to_the_road(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="5CG8472QX1"), {"category": "monitor", "quantity": 3})
    browser = await chain.client.login("nadia")
    path = f"/dons/{donation['id']}"
    accepted = await press(browser, path, f"{path}/accepter")
    assert "4 équipements ont leur étiquette" in accepted.text.replace("\u00a0", " ")
    past = await press(browser, path, f"{path}/planifier", {"on": "2020-01-01"})
    assert past.status_code == 422
    assert "La date de collecte est passée" in past.text
    await press(browser, path, f"{path}/planifier", {"on": "2090-01-02"})
    wrong = await press(browser, path, f"{path}/collecter", {"not_found": "FIL-00000-X"})
    assert wrong.status_code == 422
    labels = await browser.get(f"{path}/etiquettes")
    code = re.findall(r"FIL-[0-9A-Z]{5}-[0-9A-Z]", labels.text)[0]
    lot = await press(browser, path, f"{path}/collecter", {"not_found": code.lower()})
    assert lot.url.path.startswith("/lots/")
    assert "Atelier de Lens" in lot.text
    sent = await press(browser, lot.url.path, f"{lot.url.path}/envoyer", {"workshop_id": chain.workshop_id})
    assert "en route" in sent.text
    assert (await browser.get(f"{lot.url.path}/etiquettes")).text.count("<svg") > 3


async def test_another_workshop_than_the_first_asks_for_a_reason_on_the_page(chain: Chain) -> None:
    far = await chain.know_workshop("Atelier de Gap", "05000", laptop=10)
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    browser = await chain.client.login("nadia")
    refused = await press(browser, f"/lots/{lot}", f"/lots/{lot}/envoyer", {"workshop_id": far})
    assert refused.status_code == 422
    assert "L'atelier proposé est Atelier de Lens" in refused.text.replace("&#39;", "'")
    reason = {"workshop_id": far, "override_reason": "Le camion y va déjà."}
    assert "Le camion y va déjà" in (await press(browser, f"/lots/{lot}", f"/lots/{lot}/envoyer", reason)).text
    stale = await press(browser, f"/lots/{lot}", f"/lots/{lot}/envoyer", reason)
    assert "ne peut pas être envoyé une seconde fois" in stale.text, "a page from before says why nothing was done"


async def test_a_donor_is_registered_with_its_siren_checked(chain: Chain) -> None:
    browser = await chain.client.login("nadia")
    form = {
        "siren": "552 032 535",
        "name": "Ville d'exemple",
        "public_body": "true",
        "site_label": "Mairie",
        "address": "1 place de la République",
        "postcode": "05000",
        "city": "Gap",
        "contact_name": "Dominique",
        "contact_email": "dominique@exemple.fr",
    }
    refused = await press(browser, "/donateurs/nouveau", "/donateurs/nouveau", form)
    assert refused.status_code == 422
    assert "SIREN" in refused.text
    made = await press(browser, "/donateurs/nouveau", "/donateurs/nouveau", form | {"siren": "552 032 534"})
    assert made.url.path.startswith("/donateurs/")
    assert "organisme public" in made.text
    again = await press(browser, "/donateurs/nouveau", "/donateurs/nouveau", form | {"siren": "552 032 534"})
    assert "déjà" in again.text


async def test_nobody_sees_another_donor_s_pages(chain: Chain) -> None:
    from .chain import register

    donation, lot = await chain.sent(laptop())
    seen = await preview(chain, FLEET)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    browser = await chain.client.login("dominique")
    for path in (
        f"/dons/{donation['id']}",
        f"/dons/{donation['id']}/etiquettes",
        f"/dons/{donation['id']}/equipements.csv",
        f"/lots/{lot}",
        f"/lots/{lot}/etiquettes",
        f"/imports/{seen['import_id']}",
        f"/donateurs/{chain.donor_id}",
    ):
        assert (await browser.get(path)).status_code == 404, path
    assert (await browser.get("/lots")).status_code == 403
    async with chain.database.read() as session:
        devices, others = DeviceRepository.from_session(session), Scope([UUID(other["id"])])
        assert await devices.how_many(others, UUID(donation["id"]), UUID(lot)) == 0
        assert await devices.to_print(others, UUID(donation["id"]), UUID(lot), limit=10, offset=0) == []
    assert donation["reference"] not in (await browser.get("/dons")).text


def test_every_text_has_an_english_translation() -> None:
    from filiere.testing.translations import untranslated

    assert untranslated("collect") == []


SHOTS = os.environ.get("FILIERE_SCREENSHOTS")


@pytest.mark.slow
@pytest.mark.browser
async def test_the_pages_are_accessible_light_dark_and_on_a_phone(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    from filiere.testing.events import deliver

    await chain.know_workshop("Atelier de Gap", "05000", laptop=10)
    seen = await preview(chain, FLEET, "parc-2026.csv")
    waiting = await confirm(chain, (await preview(chain, FLEET.replace("5CG", "6CG"), "annexe.csv"))["import_id"])
    donation, lot = await chain.sent(
        laptop(serial="5CG8472QX1"),
        laptop(serial="PF0A3K77", manufacturer="Lenovo", model="T460"),
        {"category": "smartphone", "manufacturer": "Samsung", "model": "Galaxy A52", "serial": "R58N90ABCD"},
        {"category": "monitor", "quantity": 5, "manufacturer": "Dell", "model": "P2214H"},
        laptop(year=2009),
    )
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]
    for device, steps in zip(ids, (len(STORY), 2, 9, 4, 1, 5), strict=False):
        await deliver(chain.database, chain.service, [told(device, step) for step in range(steps)])
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[ids[-1]])
    await chain.hear("refurbish.devices", "device-withdrawn", ids[3], device_id=ids[3], reason="Dalle fêlée.")
    sealed = await chain.declare(laptop())
    await chain.do(f"/donations/{sealed['id']}/accept")
    open_lot = (await chain.do(f"/donations/{sealed['id']}/collect"))["lots"][0]
    planned = await chain.declare(laptop())
    await chain.do(f"/donations/{planned['id']}/accept")

    address = await live(service, settings)
    mine = [
        "/dons",
        f"/dons/{donation['id']}",
        f"/dons/{planned['id']}",
        "/dons/nouveau",
        "/dons/nouveau/lignes",
        f"/imports/{seen['import_id']}",
        f"/donateurs/{chain.donor_id}",
    ]
    theirs = [
        "/dons",
        f"/dons/{waiting['donation_id']}",
        f"/dons/{planned['id']}",
        "/lots",
        f"/lots/{open_lot}",
        f"/lots/{lot}",
        f"/lots/{lot}/etiquettes",
        "/ateliers",
        "/donateurs",
        "/donateurs/nouveau",
    ]
    for subject, paths in (("camille", mine), ("nadia", theirs)):
        await tab.context.clear_cookies()
        await log_in(tab, address, subject)
        for number, path in enumerate(paths):
            for name, width, query in (("light", 1200, "?theme=light"), ("dark-phone", 390, "?theme=dark")):
                await tab.set_viewport_size({"width": width, "height": 900})
                await tab.goto(f"{address}{path}{query}")
                await assert_accessible(tab)
                assert await beyond_the_edge(tab) == [], f"{path} at {width}"
                if SHOTS:
                    await tab.screenshot(path=Path(SHOTS) / f"{subject}-{number}-{name}.png", full_page=True)
