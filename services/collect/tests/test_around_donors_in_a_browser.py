"""Around a donor in a real browser: a count is confirmed from a letter, past donors are written to, words change."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from collect.news.kinds import COUNT_LINK
from filiere.links.tokens import LinkSigner
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from filiere.testing.sql import value

from .chain import Chain
from .test_appeals import donors, work
from .test_counts_by_a_link import confirmed, counted
from .test_people_in_a_browser import WIDTHS, looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page

SHOTS = os.environ.get("FILIERE_SCREENSHOTS")


async def shown(tab: "Page", name: str) -> None:
    await looked_at(tab)
    for size in WIDTHS if SHOTS else ():
        await tab.set_viewport_size(size)  # type: ignore[arg-type]
        await tab.screenshot(path=Path(SHOTS or "") / f"{name}-{size['width']}.png", full_page=True)
    await tab.set_viewport_size(WIDTHS[0])  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.browser
async def test_a_count_is_confirmed_from_a_letter_by_somebody_without_an_account(
    tab: "Page", live: Live, chain: Chain, settings: Settings
) -> None:
    lot, _ = await counted(chain)
    link = await value(chain.database, "SELECT id FROM link")
    address = await live(chain.service, settings)
    await tab.goto(f"{address}/comptes/{LinkSigner(settings, 'collect', COUNT_LINK).token(link)}")
    await shown(tab, "count")
    await tab.get_by_role("button", name="Oui, confirmer ce compte").dblclick()
    await tab.get_by_text("Il n'y a plus rien à faire").wait_for()
    await shown(tab, "count-confirmed")
    await tab.go_back()
    await tab.reload()
    assert await tab.get_by_role("button", name="Oui, confirmer ce compte").count() == 0
    assert await confirmed(chain, lot)


@pytest.mark.slow
@pytest.mark.browser
async def test_past_donors_are_written_to_after_a_look_at_the_letter(
    tab: "Page", live: Live, chain: Chain, settings: Settings
) -> None:
    await donors(chain, 2)
    data = {"category": "laptop", "grade": "B", "territory": "59", "wanted": 412}
    await chain.hear("distribute.demand", "demand-updated", "laptop:B:59", **data)
    address = await live(chain.service, settings)
    await log_in(tab, address, "nadia")
    await tab.goto(f"{address}/besoins")
    await shown(tab, "wanted")
    await tab.get_by_role("link", name="Écrire aux donateurs passés").click()
    await tab.get_by_text("donateurs reçoivent ce courriel").wait_for()
    await shown(tab, "appeal-new")
    await tab.get_by_text("Envoyer", exact=True).first.click()
    await shown(tab, "appeal-confirm")
    await tab.get_by_role("button", name="Oui, envoyer").dblclick()
    await tab.get_by_text("Les courriels s'écrivent").wait_for()
    await shown(tab, "appeal-at-work")
    assert await work(chain)
    await tab.get_by_text("À qui l'on a écrit").wait_for()
    await tab.reload()
    await shown(tab, "appeal")
    assert await value(chain.database, "SELECT count(*) FROM appeal") == 1
    assert await value(chain.database, "SELECT count(*) FROM mail WHERE kind = 'donors-wanted'") == 2
    await tab.goto(f"{address}/besoins/appels")
    await shown(tab, "appeals")
    await tab.goto(f"{address}/consignes")
    await tab.get_by_label("En français").fill("Ôtez les sacoches.\nGardez les chargeurs.")
    await tab.get_by_label("En anglais").fill("Take the bags off.\nKeep the chargers.")
    await tab.get_by_role("button", name="Enregistrer").click()
    await tab.get_by_text("Ôtez les sacoches.").first.wait_for()
    await shown(tab, "packing")


@pytest.mark.slow
@pytest.mark.browser
async def test_nothing_on_a_donors_page_touches_what_stands_below_it(
    tab: "Page", live: Live, chain: Chain, settings: Settings
) -> None:
    """The last thing of a column without a card of its own, and the journal: as far apart as two cards."""
    address = await live(chain.service, settings)
    await log_in(tab, address, "camille")
    await chain.donor.post(f"/api/v1/donors/{chain.donor_id}/contacts", json={"name": "Ana", "email": "ana@exemple.fr"})
    for size in WIDTHS:
        await tab.set_viewport_size(size)  # type: ignore[arg-type]
        await tab.goto(f"{address}/donateurs/{chain.donor_id}")
        button = await tab.locator("main").get_by_role("link", name="Déclarer un don").bounding_box()
        journal = await tab.locator("#journal").bounding_box()
        assert button
        assert journal
        assert journal["y"] - (button["y"] + button["height"]) >= 16, size


@pytest.mark.slow
@pytest.mark.browser
async def test_the_columns_of_a_pasted_table_are_corrected_in_its_form(
    tab: "Page", live: Live, chain: Chain, settings: Settings
) -> None:
    titles = ["Type", "Maison", "Désignation longue", "Repère", "Utilisateur"]
    row = ["PC portable", "Dell", "Latitude 5490", "ABC3001", "Zoé Vautrin"]
    address = await live(chain.service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau/lignes")
    await tab.get_by_text("Coller un tableau").click()
    await tab.get_by_label("Lignes copiées de votre tableur").fill("\n".join("\t".join(one) for one in (titles, row)))
    await tab.get_by_role("button", name="Vérifier ses colonnes").click()
    await tab.get_by_label("Maison").wait_for()
    await shown(tab, "pasted-columns")
    for title, field in (("Maison", "Marque"), ("Désignation longue", "Modèle"), ("Repère", "N° de série")):
        await tab.locator("#columns").get_by_label(title).select_option(label=field)
    await tab.get_by_role("button", name="Lire le tableau ainsi").click()
    await tab.get_by_text("retenues pour vos prochains tableaux").wait_for()
    assert await value(chain.database, "SELECT serial FROM donation_line") == "ABC3001"
    await shown(tab, "pasted-draft")
