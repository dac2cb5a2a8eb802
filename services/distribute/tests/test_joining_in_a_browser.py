"""Applying and signing in a real browser, without an account, on a telephone and on a desk, as axe sees them."""

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from distribute.news.kinds import CHECK_LINK, SIGNING_LINK
from filiere.links.tokens import LinkSigner
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .applying import ANSWERS, PEOPLE, PLACE, WHO
from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_a_structure_applies_and_the_coordination_answers(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await tab.goto(f"{address}/devenir-relais")
    await looked_at(tab, "devenir-relais")
    for name, value in WHO.items():
        await tab.fill(f"#f-{name}", value)
    await tab.click("main button:has-text('Continuer')")
    await tab.wait_for_selector("h1:has-text('Où êtes-vous')")
    await looked_at(tab, "candidature-lieu")
    for name, value in PLACE.items():
        await (tab.select_option if name == "legal_form" else tab.fill)(f"#f-{name}", value)
    await tab.click("main button:has-text('Continuer')")
    await tab.wait_for_selector("h1:has-text('Qui accompagnez-vous')")
    for public in PEOPLE["publics"]:
        await tab.check(f"input[value={public}]")
    await tab.fill("#f-people_supported", "60")
    await tab.fill("#f-volunteers", "0")
    await tab.check("input[name=may_sell][value=false]")
    await looked_at(tab, "candidature-publics")
    await tab.click("main button:has-text('Continuer')")
    await tab.wait_for_selector("h1:has-text('Huit questions')")
    await looked_at(tab, "candidature-diagnostic")
    for number, answer in enumerate(ANSWERS.values(), 1):
        await tab.check(f"input[name=q{number}][value={answer}]")
    await tab.click("main button:has-text('Continuer')")
    await tab.wait_for_selector("text=Commencez par donner")
    await looked_at(tab, "candidature-besoins")
    await tab.click("main button:has-text('Continuer')")
    await tab.wait_for_selector("h1:has-text('Ma candidature')")
    await looked_at(tab, "candidature")
    await tab.click("main button:has-text('Envoyer')")
    await tab.wait_for_selector("text=Confirmez votre adresse")
    (mail,) = await world.rows("SELECT page FROM mail WHERE kind = 'application-check'")
    token = LinkSigner(settings, "distribute", CHECK_LINK).token(UUID(mail["page"].rpartition("/")[2]))
    await tab.goto(f"{address}/candidature/confirmer/{token}")
    await looked_at(tab, "candidature-confirmer")
    await tab.click("text=Oui, confirmer et continuer")
    await tab.wait_for_selector("text=Votre candidature est envoyée")
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/candidatures")
    await looked_at(tab, "candidatures")
    await tab.click("text=CCAS de Florac")
    await looked_at(tab, "candidature-a-repondre")
    await tab.click("main button:has-text('Accepter')")
    await tab.wait_for_selector("text=Convention à signer")


@pytest.mark.slow
@pytest.mark.browser
async def test_a_director_signs_with_a_finger(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais(signed=False)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/relais/{relais['id']}/convention/a-signer")
    await looked_at(tab, "convention-a-envoyer")
    await tab.select_option("#f-mode", "give")
    await tab.fill("#f-address", "direction@ccas.example")
    await tab.click("main button:has-text('Envoyer à signer')")
    await tab.wait_for_selector("text=Un rappel part chaque semaine")
    await looked_at(tab, "convention-envoyee")
    await tab.goto(f"{address}/conventions")
    await looked_at(tab, "conventions")
    (row,) = await world.rows("SELECT id FROM signing")
    link = f"{address}/convention/{LinkSigner(settings, 'distribute', SIGNING_LINK).token(UUID(str(row['id'])))}"
    await tab.context.clear_cookies()
    await tab.goto(link)
    await looked_at(tab, "convention-a-signer")
    await tab.fill("#f-name", "Claire Martin")
    await tab.fill("#f-role", "directrice")
    await tab.locator("[data-signature]").scroll_into_view_if_needed()
    box = await tab.locator("[data-signature]").bounding_box()
    assert box is not None
    await tab.mouse.move(box["x"] + 20, box["y"] + 20)
    await tab.mouse.down()
    for step in range(1, 6):
        await tab.mouse.move(box["x"] + 20 + 20 * step, box["y"] + 20 + 15 * (step % 2))
    await tab.mouse.up()
    await tab.check("#f-agreed")
    await tab.click("main button:has-text('Signer la convention')")
    await tab.wait_for_selector("text=par Claire Martin, directrice")
    await looked_at(tab, "convention-signee")
    (signed,) = await world.rows("SELECT drawn FROM signing")
    assert signed["drawn"].startswith("M")
    assert signed["drawn"].count("L") >= 3
