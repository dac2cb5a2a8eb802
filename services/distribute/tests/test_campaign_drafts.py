"""Drafts of campaigns: two people write one, it is read beside what counts, it goes with its campaign."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from filiere.calendar import today

from .campaigning import opened, terms
from .conftest import World
from .test_pages import submit, words


def form_of(**given: Any) -> dict[str, str]:
    return {**{key: str(value) for key, value in terms(pricing="list").items()}, **given}


def seen_in(shown: httpx.Response) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', shown.text)
    assert found is not None
    return found[1]


async def test_the_later_of_two_saves_is_refused_and_shows_both_with_nothing_lost(world: World) -> None:
    camille, colleague = await world.client.login("camille"), await world.client.login("camille")
    made = await submit(camille, "/campagnes/nouvelle", **form_of())
    edit = str(made.url.path).replace("/apercu", "/modifier")
    opened_by_both = seen_in(await camille.get(edit))
    await submit(colleague, edit, **form_of(target_people="300", seen=opened_by_both))
    refused = await submit(camille, edit, **form_of(target_people="40", share_percent="10", seen=opened_by_both))
    assert refused.status_code == 422
    said = words(refused)
    assert "Quelqu'un a changé cette campagne" in unescape(said).replace("’", "'")
    assert "Personnes à équiper 300 40" in said, "what a colleague wrote beside what was typed"
    assert "Part du stock de tous aucune 10 %" in said.replace("\xa0", " ").replace("\u202f", " ")
    assert 'value="40"' in refused.text
    saved = await submit(camille, edit, **form_of(target_people="40", share_percent="10", seen=seen_in(refused)))
    assert "40 personnes" in words(saved).replace("\xa0", " ")
    blind = await submit(camille, edit, **form_of(target_people="50"))
    assert blind.status_code == 422, "a form that does not say what it was opened with overwrites nothing"


async def test_the_next_version_is_read_beside_the_one_that_counts(world: World) -> None:
    made = await opened(world)
    here = f"/campagnes/{made['id']}"
    camille = await world.client.login("camille")
    seen = seen_in(await camille.get(f"{here}/modifier"))
    later = (today() + timedelta(days=60)).isoformat()
    shown = words(await submit(camille, f"{here}/modifier", **form_of(ends_on=later, share_percent="5", seen=seen)))
    assert "2 changements" in shown
    assert "Part du stock de tous aucune 5 %" in shown.replace("\xa0", " ").replace("\u202f", " ")
    assert "Personnes à équiper 20 20" not in shown, "what stays is not told"
    same = await submit(camille, f"{here}/modifier", **form_of(seen=seen_in(await camille.get(f"{here}/modifier"))))
    assert "ne change rien à la version en vigueur" in words(same)


async def test_what_is_over_has_no_form_and_its_draft_is_said_to_go(world: World) -> None:
    made = await opened(world)
    here = f"/campagnes/{made['id']}"
    await world.coordinator.put(f"/api/v1/campaigns/{made['id']}", json=terms(share_percent=20))
    camille = await world.client.login("camille")
    assert "Le brouillon de la version suivante est supprimé" in words(await camille.get(here))
    seen = seen_in(await camille.get(f"{here}/modifier"))
    await submit(camille, here, f"{here}/cloturer", reason="Objectif atteint")
    for page in ("modifier", "apercu"):
        shown = await camille.get(f"{here}/{page}")
        assert shown.url.path == here
        assert "elle ne change plus" in words(shown)
    late = await submit(camille, here, f"{here}/modifier", **form_of(seen=seen))
    assert late.url.path == here
    assert "elle ne change plus" in words(late)
    assert "Brouillon supprimé" in words(await camille.get(here))


async def test_a_part_of_the_price_is_asked_for_at_its_field(world: World) -> None:
    camille = await world.client.login("camille")
    refused = await submit(camille, "/campagnes/nouvelle", **form_of(pricing="reduced"))
    assert refused.status_code == 422
    assert 'aria-describedby="f-price_percent-help f-price_percent-error"' in refused.text
    assert "Dites quelle part du prix est payée" in words(refused)


@pytest.mark.parametrize("button", ["publier", "supprimer", "stock", "cloturer", "annuler", "stock/{id}/annuler"])
async def test_an_address_that_only_takes_a_form_leads_back_to_its_page(world: World, button: str) -> None:
    made = await opened(world)
    here = f"/campagnes/{made['id']}"
    camille = await world.client.login("camille")
    shown = await camille.get(f"{here}/{button.format(id=made['id'])}")
    assert (shown.status_code, shown.url.path) == (200, here)
    removed = await camille.get(f"{here}/structures/{made['id']}/retirer")
    assert (removed.status_code, removed.url.path) == (200, f"{here}/structures")
