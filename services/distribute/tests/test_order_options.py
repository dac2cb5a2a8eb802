"""What a line may add: urgent, by when, for which campaign; by the API and on the pages. And gifts of public bodies."""

import html
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from distribute.engine import policy, policy_on
from distribute.orders.basket import basket, kept
from distribute.orders.options import a_year_after, wrong_dates
from distribute.orders.schemas import OrderLineIn
from distribute.relais.legal_form import LegalForm
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.testing.answers import Json, found
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World

TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "B"}


@pytest.fixture
def rentree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A policy in force that names a campaign: the published file and one more line."""
    (published,) = policy.FILES.glob("allocation_*.yaml")
    text = published.read_text(encoding="utf-8").replace("campaigns: {}", "campaigns: {rentree: 30}")
    (tmp_path / published.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(policy, "FILES", tmp_path)
    assert policy_on(today()).campaigns == {"rentree": 30}
    return "rentree"


def in_days(count: int) -> str:
    return (today() + timedelta(days=count)).isoformat()


async def refused(world: World, relais: Json, *lines: dict[str, Any]) -> dict[str, str]:
    """Field → French sentence."""
    body = {"relais_id": relais["id"], "lines": lines}
    answer = await world.call(relais["client"], "/orders", body, status=422)
    return {one["field"]: one["message_fr"] for one in answer["errors"]}


async def test_a_line_keeps_its_options_and_the_world_is_told(world: World, rentree: str) -> None:
    relais = await world.relais()
    asked = {**TABLETS, "urgent": True, "wanted_on": in_days(30), "campaign": rentree}
    order = await world.order(relais, asked, TABLETS, approved=False)
    assert [(one["urgent"], one["wanted_on"], one["campaign"]) for one in order["lines"]] == [
        (True, in_days(30), rentree),
        (False, None, None),
    ]
    (told,) = await world.published("order-placed")
    assert {name: told.data["lines"][0][name] for name in asked} == asked


async def test_what_a_line_may_not_say_is_refused_beside_its_field(world: World) -> None:
    relais = await world.relais()
    wrong = await refused(
        world,
        relais,
        {**TABLETS, "wanted_on": in_days(-1)},
        {**TABLETS, "wanted_on": in_days(400)},
        {**TABLETS, "wanted_on": in_days(0)},
        {**TABLETS, "campaign": "soldes"},
    )
    assert set(wrong) == {"lines.0.wanted_on", "lines.1.wanted_on", "lines.3.campaign"}
    assert wrong["lines.0.wanted_on"].startswith("Cette date est passée")
    assert "douze mois" in wrong["lines.1.wanted_on"]
    assert wrong["lines.3.campaign"] == "Aucune campagne n'est en cours : commandez sans campagne."
    assert (await world.read(relais["client"], "/orders"))["total"] == 0


async def test_an_unknown_campaign_is_refused_with_the_names_of_those_there_are(world: World, rentree: str) -> None:
    wrong = await refused(world, await world.relais(), {**TABLETS, "campaign": "soldes"})
    assert wrong == {"lines.0.campaign": "« soldes » n'est pas une campagne en cours. Les campagnes : rentree."}


async def test_ordering_again_asks_for_no_old_date_nor_urgency(world: World, rentree: str) -> None:
    relais = await world.relais()
    first = await world.order(relais, {**TABLETS, "urgent": True, "wanted_on": in_days(1), "campaign": rentree})
    again = await world.call(relais["client"], f"/orders/{first['id']}/reorder", status=201)
    (line,) = again["lines"]
    assert (line["urgent"], line["wanted_on"], line["campaign"]) == (False, None, rentree)


async def test_ordering_again_forgets_a_campaign_that_is_over(
    world: World, rentree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    relais = await world.relais()
    first = await world.order(relais, {**TABLETS, "campaign": rentree})
    monkeypatch.undo()
    again = await world.call(relais["client"], f"/orders/{first['id']}/reorder", status=201)
    assert again["lines"][0]["campaign"] is None


async def test_the_page_offers_the_options_and_shows_them_on_the_order(world: World, rentree: str) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    fields = {"tablet": "2", "tablet-urgent": "1", "tablet-on": in_days(9), "tablet-campaign": rentree}
    basket_page = await submit(browser, **fields, plus="tablet")
    assert f'name="tablet-on" value="{in_days(9)}"' in basket_page.text
    assert f'<option value="{rentree}" selected>' in basket_page.text
    order = words(await submit(browser, **fields))
    assert "2 tablettes Urgent" in order
    assert "campagne « rentree »" in order
    assert "pour le" in order


async def test_without_a_campaign_in_force_the_page_offers_none(world: World) -> None:
    browser = await world.client.login((await world.relais())["subject"])
    shop = await browser.get("/commander")
    assert "une personne attend et ne peut pas attendre" in words(shop)
    assert "-campaign" not in shop.text


@pytest.mark.parametrize(("typed", "said"), [("2020-01-01", "Cette date est passée"), ("demain", "ne se lit pas")])
async def test_the_page_tells_a_wrong_date_beside_its_field_and_keeps_what_was_typed(
    world: World, typed: str, said: str
) -> None:
    browser = await world.client.login((await world.relais())["subject"])
    answer = await submit(browser, **{"laptop": "1", "tablet": "1", "tablet-on": typed})
    assert answer.status_code == 422
    beside = found(r'id="on-tablet-error">.*?</span></span>', answer.text)
    assert said in beside[0]
    assert 'id="on-laptop-error"' not in answer.text
    assert f'value="{typed}"' in answer.text
    assert "1 point à corriger" in words(answer)
    assert '<a href="#on-tablet">Tablettes</a>' in answer.text


async def test_who_may_receive_gifts_of_public_bodies_follows_the_legal_form_until_decided(world: World) -> None:
    forms = {form: await world.relais(form.value, legal_form=form.value) for form in LegalForm}
    assert {form for form, one in forms.items() if one["may_receive_public_origin"]} == {
        LegalForm.ASSOCIATION,
        LegalForm.FOUNDATION,
    }
    public = forms[LegalForm.PUBLIC_BODY]
    changed = await world.client.as_("camille")
    answer = await changed.put(f"/api/v1/relais/{public['id']}/public-origin", json={"may_receive": True})
    assert answer.json()["may_receive_public_origin"]
    told = await world.relais("Le Fil", legal_form="company", may_receive_public_origin=True)
    assert told["may_receive_public_origin"]


async def test_the_coordination_decides_on_the_page_of_the_relais(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login("camille")
    path = f"/relais/{relais['id']}"
    shown = await browser.get(path)
    assert "peut recevoir des équipements donnés par une collectivité" in words(shown)
    token = found(r'name="csrf_token" value="([^"]+)"', shown.text)[1]
    decided = await browser.post(f"{path}/dons-publics", data={"csrf_token": token, "may_receive": "false"})
    assert "Ce Relais ne reçoit plus d'équipements donnés par une collectivité." in words(decided)
    assert not (await world.read(world.coordinator, path))["may_receive_public_origin"]


@given(today=st.dates(date(2026, 1, 1), date(2097, 1, 1)), days=st.integers(-800, 800))
def test_a_date_is_taken_from_today_to_a_year_ahead_and_no_other(today: date, days: int) -> None:
    wanted_on = today + timedelta(days=days)
    line = OrderLineIn(category=Category.TABLET, quantity=1, wanted_on=wanted_on)
    assert (today <= wanted_on <= a_year_after(today)) == (not wrong_dates([line], today))


@given(today=st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_a_year_ahead_is_the_same_day_or_the_last_of_february(today: date) -> None:
    assert 364 <= (a_year_after(today) - today).days <= 366


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"{one}{end}"
                for one in Category
                for end in ("", "-grade", "-or-laptop", "-or-tablet", "-urgent", "-on", "-campaign")
            ]
        ),
        st.sampled_from(["", "0", "1", "007", "9999", "2,5", " -3 ", "2026-12-24", "demain", "rentree", *Grade]),
    )
)
def test_the_address_keeps_the_whole_basket(values: dict[str, str]) -> None:
    assert basket(kept(values)) == basket(values)


def words(answer: httpx.Response) -> str:
    """What a person reads, spaces and all."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


async def submit(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    """Fill the page « Commander » and press its button."""
    shown = await browser.get("/commander")
    token = found(r'name="csrf_token" value="([^"]+)"', shown.text)[1]
    return await browser.post("/commander", data={"csrf_token": token, **fields})
