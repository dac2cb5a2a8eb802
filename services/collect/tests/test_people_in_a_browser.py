"""A donor's people in a real browser: a colleague is invited and comes in, a photo is attached, letters are chosen."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.sql import value

from .chain import Chain, laptop
from .test_attachments import JPEG
from .test_news import delivered

if TYPE_CHECKING:
    from playwright.async_api import Page

WIDTHS = ({"width": 1200, "height": 900}, {"width": 390, "height": 800})


async def looked_at(tab: "Page") -> None:
    """No fault for axe, and nothing beyond the edge, on a desk and on a telephone."""
    for size in WIDTHS:
        await tab.set_viewport_size(size)  # type: ignore[arg-type]
        await assert_accessible(tab)
        assert await beyond_the_edge(tab) == []
    await tab.set_viewport_size(WIDTHS[0])  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.browser
async def test_a_colleague_comes_in_attaches_a_photo_and_chooses_the_letters(
    tab: "Page", live: Live, chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    address = await live(chain.service, settings)

    await log_in(tab, address, "camille")
    await tab.get_by_role("link", name="Mon équipe").click()
    await tab.get_by_label("Son adresse de courriel").fill("zoe@volta.example")
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Envoyer l'invitation").click()
    said = await tab.locator("#toasts").inner_text()  # no mail server here: the link is shown
    link = re.search(r"http\S+/invitation/\S+", said)
    assert link
    await looked_at(tab)
    await tab.context.clear_cookies()  # another person's browser

    await tab.goto(link[0])
    await looked_at(tab)
    await tab.get_by_role("link", name="Se connecter").last.click()
    await tab.fill("#sub", "zoe")
    await tab.press("#sub", "Enter")
    await tab.get_by_role("button", name="Accepter l'invitation").click()
    await tab.get_by_text("Bienvenue").wait_for()

    photo = tmp_path / "cour.jpg"
    photo.write_bytes(JPEG)
    await tab.goto(f"{address}/dons/{donation['id']}")
    await tab.get_by_text("Ajouter une photo ou un PDF").click()
    await tab.get_by_label("Photos ou PDF").set_input_files(photo)
    await tab.get_by_role("button", name="Ajouter", exact=True).click()
    await tab.get_by_role("link", name="cour.jpg").wait_for()
    assert "Pièce jointe ajoutée" in await tab.locator("#journal").inner_text()
    await looked_at(tab)

    await tab.goto(f"{address}/courriels/choix/{await value(chain.database, 'SELECT id FROM mail_reader LIMIT 1')}")
    await looked_at(tab)
    await tab.get_by_role("button", name="Tout arrêter").click()
    await tab.get_by_text("vous ne recevrez plus").wait_for()
    assert await tab.locator("input[name=kind]:checked").count() == 0


@pytest.mark.slow
@pytest.mark.browser
async def test_a_letter_is_chosen_in_the_list_and_read_as_it_would_arrive(
    tab: "Page", live: Live, chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    files = settings.model_copy(update={"mail_folder": tmp_path / "mail", "smtp_host": ""})
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    address = await live(chain.service, files)
    await delivered(chain, files.model_copy(update={"public_url": address}), None)
    await log_in(tab, address, "nadia")
    await tab.goto(f"{address}/courriels")
    await tab.select_option("#table-sujet", "donation-accepted")
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Filtrer").click()
    await looked_at(tab)
    await tab.locator("#table").get_by_role("link", name="Votre don est accepté").click()
    letter = tab.frame_locator("iframe")
    await letter.get_by_role("heading", level=1).wait_for()
    # Its own styles hold, so that it is read as it would arrive; its links open nothing from there.
    assert await letter.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != "rgba(0, 0, 0, 0)"
    await looked_at(tab)
    await tab.get_by_role("listitem").get_by_role("link", name=f"/dons/{donation['id']}").click()
    await tab.wait_for_url(f"**/dons/{donation['id']}")


@pytest.mark.slow
@pytest.mark.browser
async def test_a_key_is_made_copied_renewed_and_revoked_and_columns_are_chosen(
    tab: "Page", live: Live, chain: Chain, settings: Settings
) -> None:
    await chain.sent(laptop())
    address = await live(chain.service, settings)
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    await log_in(tab, address, "camille")
    await tab.get_by_role("link", name="Mon entreprise").click()
    await tab.get_by_role("link", name="Clés pour vos outils").click()
    await looked_at(tab)
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Faire la clé").click()
    await looked_at(tab)  # with its errors
    await tab.get_by_label("Nom de l'outil").fill("Inventaire GLPI <b>")
    await tab.get_by_label("Déclarer des dons").check()
    await tab.get_by_role("button", name="Faire la clé").dblclick()  # a nervous hand
    await tab.get_by_text("elle n'est montrée qu'une fois").first.wait_for()
    await tab.go_back()
    await tab.goto(f"{address}/cles/{chain.donor_id}")
    assert await value(chain.database, "SELECT count(*) FROM api_key") == 1

    await tab.locator("summary", has_text="Renouveler").click()
    await assert_accessible(tab)
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Renouveler").click()
    secret = await tab.locator("#secret").inner_text()
    await tab.get_by_role("button", name="Copier la clé").click()
    await tab.get_by_text("Copiée.").wait_for()
    assert await tab.evaluate("navigator.clipboard.readText()") == secret
    await looked_at(tab)
    async with tab.expect_navigation():
        await tab.get_by_role("link", name="C'est fait").click()
    await looked_at(tab)  # with an old secret and a new one
    await tab.locator("summary", has_text="Révoquer").click()
    await tab.get_by_role("button", name="Révoquer").click()
    await tab.get_by_text("est révoquée").wait_for()
    await tab.get_by_text("n'ouvre plus rien").last.wait_for()

    await tab.context.clear_cookies()
    await log_in(tab, address, "nadia")
    await tab.get_by_role("link", name="Ateliers", exact=True).click()
    await tab.locator("summary", has_text="Colonnes").click()
    await looked_at(tab)
    await tab.get_by_label("Devant lui").uncheck()
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Montrer").click()
    await tab.goto(f"{address}/ateliers")
    assert await tab.get_by_role("columnheader").all_inner_texts() == ["Atelier", "Lieu", "Capacité par semaine"]
    await looked_at(tab)
    await tab.locator("summary", has_text="Colonnes").click()
    async with tab.expect_navigation():
        await tab.get_by_role("link", name="Colonnes habituelles").click()
    assert await tab.get_by_role("columnheader").count() == 4
