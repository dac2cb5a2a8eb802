"""What an agreement says a Relais does is what its till does: it sells, gives, or says in words why not."""

from datetime import date
from typing import Any

import pytest
from distribute.relais.errors import AgreementForbids
from distribute.relais.mode import Mode
from distribute.relais.till_rights import NO_STATUTES_FR, TillRights
from filiere.calendar import now, today
from filiere.identifiers import uuid7
from filiere.testing.sql import rows

from .conftest import World
from .test_pages import submit, words
from .test_signing import director, sent, sign

SOLD = {"kind": "sold", "tier": "solidary"}
GIVEN = {"kind": "given"}


@pytest.mark.parametrize(
    ("mode", "for_campaign", "may_sell", "may_give"),
    [
        (None, False, True, True),
        (Mode.BOTH, False, True, True),
        (Mode.SELL, False, True, False),
        (Mode.GIVE, False, False, True),
        (Mode.GIVE, True, False, True),
        (Mode.CAMPAIGN_ONLY, True, True, True),
        (Mode.CAMPAIGN_ONLY, False, False, True),
        (Mode.ORIENT_ONLY, False, False, True),
        (Mode.ORIENT_ONLY, True, False, True),
    ],
)
def test_each_mode_lets_its_till_do_what_it_says(
    mode: Mode | None, for_campaign: bool, may_sell: bool, may_give: bool
) -> None:
    rights = TillRights(statutes_allow=True, mode=mode, signed_on=date(2026, 11, 1), for_campaign=for_campaign)
    assert (rights.may_sell, rights.may_give) == (may_sell, may_give)
    assert (rights.limit_fr is None) == (may_sell and may_give)
    for is_sold, may in ((True, may_sell), (False, may_give)):
        if may:
            rights.check(is_sold=is_sold, on=date(2026, 11, 1))
            continue
        with pytest.raises(AgreementForbids):
            rights.check(is_sold=is_sold, on=date(2026, 11, 1))
        # It left without the network, before anybody had signed that.
        rights.check(is_sold=is_sold, on=date(2026, 10, 31))


@pytest.mark.parametrize("mode", [None, *Mode])
def test_whoever_may_not_sell_by_statutes_gives_whatever_was_signed(mode: Mode | None) -> None:
    rights = TillRights(statutes_allow=False, mode=mode)
    assert not rights.may_sell
    assert rights.may_give
    assert rights.limit_fr == NO_STATUTES_FR


async def says(world: World, relais: Any, mode: str) -> None:
    """The agreement in force says this."""
    await rows(world.database, "UPDATE agreement SET mode = $2 WHERE relais_id = $1", relais["id"], mode)


async def test_who_gives_takes_no_money_and_who_sells_gives_nothing(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await says(world, relais, "give")
    till = await world.read(relais["client"], f"/handovers/till/{labels[0]}")
    assert (till["may_sell"], till["may_give"], till["limit"]) == (False, True, Mode.GIVE.till_fr)
    refused = await world.call(relais["client"], "/handovers", {"label": labels[0], **SOLD}, status=409)
    assert refused["detail"] == Mode.GIVE.till_fr
    await world.call(relais["client"], "/handovers", {"label": labels[0], **GIVEN}, status=201)
    await says(world, relais, "sell")
    refused = await world.call(relais["client"], "/handovers", {"label": labels[1], **GIVEN}, status=409)
    assert refused["detail"] == Mode.SELL.till_fr
    await world.call(relais["client"], "/handovers", {"label": labels[1], **SOLD}, status=201)
    journal = await world.rows("SELECT kind FROM till_entry ORDER BY sequence")
    assert [row["kind"] for row in journal] == ["gift", "sale"]


async def test_the_cart_offers_what_may_be_done_and_says_why_not_the_rest(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    page, browser = f"/caisse/panier?e={label}", await world.client.login(relais["subject"])
    for mode, offered in (("give", ["gift"]), ("sell", ["solidary", "very_solidary"])):
        await says(world, relais, mode)
        shown = await browser.get(page)
        assert Mode(mode).till_fr in words(shown)
        tiers = ("solidary", "very_solidary", "gift")
        assert [tier for tier in tiers if f'name="tier" value="{tier}"' in shown.text] == offered
    gift = {"e": label, "id": str(uuid7()), "tier": "gift", "means": "cash"}
    refused = await submit(browser, page, "/caisse/panier/remettre", **gift)
    assert refused.status_code == 422
    assert Mode.SELL.till_fr in words(refused)


async def test_who_orients_from_now_on_gives_what_is_left_and_sells_nothing(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": labels[0], **SOLD}, status=201)
    ended = {"ended_on": today().isoformat()}
    await world.call(world.coordinator, f"/relais/{relais['id']}/agreement/end", ended)
    await sign(director(world), await sent(world, relais, "orient_only"))
    refused = await world.call(relais["client"], "/handovers", {"label": labels[1], **SOLD}, status=409)
    assert refused["detail"] == Mode.ORIENT_ONLY.till_fr
    await world.call(relais["client"], "/handovers", {"label": labels[1], **GIVEN}, status=201)


async def test_what_left_without_the_network_is_written_down_whatever_the_agreement_says_by_then(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await says(world, relais, "give")
    sale = {"devices": [{"label": labels[0]}], "sold_at": now().isoformat(), **SOLD}
    await world.call(relais["client"], "/checkouts", {"id": str(uuid7()), **sale}, status=201)
    journal = await world.rows("SELECT kind FROM till_entry")
    assert [row["kind"] for row in journal] == ["sale"]
    refused = {"devices": [{"label": labels[1]}], **SOLD}
    await world.call(relais["client"], "/checkouts", {"id": str(uuid7()), **refused}, status=409)
