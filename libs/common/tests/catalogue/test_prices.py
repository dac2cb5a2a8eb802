"""Prices: never above the ceiling, never dearer for a worse grade or a poorer tier."""

from datetime import date
from itertools import pairwise

import pytest
from filiere.catalogue import Category, Grade, NothingInForce, Tier, ceilings, euros, price_lists, price_range, quote
from filiere.catalogue.datafiles import in_force
from filiere.catalogue.prices import quote_from
from filiere.catalogue.pricing_files import CategoryPrices, GradePrices, PriceList
from hypothesis import given
from hypothesis import strategies as st

LEGAL_EUROS = {"laptop": 180, "desktop": 150, "tablet": 100, "smartphone": 100, "monitor": 30, "printer": 30}
days = st.dates(date(2023, 1, 1), date(2060, 12, 31))
categories = st.sampled_from(Category)
grades = st.sampled_from(Grade)
tiers = st.sampled_from(Tier)
TODAY = date(2026, 6, 1)


@st.composite
def any_price_list(draw: st.DrawFn) -> PriceList:
    """Any list that the schema accepts, prices far above the ceilings included."""
    prices = {}
    for category in Category:
        solidary = sorted((draw(st.integers(0, 50_000)) for _ in Grade), reverse=True)
        share = draw(st.integers(0, 100))
        prices[category] = CategoryPrices(
            solidary=GradePrices(**dict(zip([g.value for g in Grade], solidary, strict=True))),
            very_solidary=GradePrices(**{g.value: p * share // 100 for g, p in zip(Grade, solidary, strict=True)}),
            anchors=[],
            note="tirée au hasard",
        )
    return PriceList(
        name="prices_any", version=1, valid_from=TODAY, source=["test"], label="liste tirée au hasard", prices=prices
    )


@given(categories, grades, tiers, days, st.booleans())
def test_a_quote_never_exceeds_its_ceiling(
    category: Category, grade: Grade, tier: Tier, on: date, public_origin: bool
) -> None:
    quoted = quote(category, grade, tier, on, public_origin)
    assert 0 <= quoted.amount_cents <= quoted.ceiling_cents
    if category.value in LEGAL_EUROS:
        assert quoted.ceiling_cents <= LEGAL_EUROS[category.value] * 100
    assert quoted.explanation_fr


@given(any_price_list(), categories, grades, tiers, st.booleans())
def test_no_list_however_dear_gets_past_the_ceiling(
    prices: PriceList, category: Category, grade: Grade, tier: Tier, public_origin: bool
) -> None:
    limits = in_force(ceilings().values(), TODAY, "plafonds")
    quoted = quote_from(prices, limits, category, grade, tier, public_origin=public_origin)
    assert quoted.amount_cents <= quoted.ceiling_cents
    listed = prices.prices[category].of(grade, tier)
    assert any("Ramené au plafond" in sentence for sentence in quoted.explanation_fr) == (listed > quoted.ceiling_cents)


@given(any_price_list(), categories, st.booleans())
def test_no_list_is_dearer_for_a_worse_grade_or_a_poorer_tier(
    prices: PriceList, category: Category, public_origin: bool
) -> None:
    limits = in_force(ceilings().values(), TODAY, "plafonds")
    amounts = {
        (grade, tier): quote_from(prices, limits, category, grade, tier, public_origin=public_origin).amount_cents
        for grade in Grade
        for tier in Tier
    }
    assert all(amounts[worse, tier] <= amounts[better, tier] for better, worse in pairwise(Grade) for tier in Tier)
    assert all(amounts[grade, poorer] <= amounts[grade, richer] for grade in Grade for poorer, richer in pairwise(Tier))


@given(categories, days, st.booleans())
def test_the_lists_in_force_obey_the_same_law(category: Category, on: date, public_origin: bool) -> None:
    amounts = {(g, t): quote(category, g, t, on, public_origin).amount_cents for g in Grade for t in Tier}
    assert all(amounts[worse, tier] <= amounts[better, tier] for better, worse in pairwise(Grade) for tier in Tier)
    assert all(amounts[grade, poorer] <= amounts[grade, richer] for grade in Grade for poorer, richer in pairwise(Tier))


@given(categories, grades, days)
def test_a_gift_costs_nothing(category: Category, grade: Grade, on: date) -> None:
    assert quote(category, grade, Tier.GIFT, on, public_origin=True).amount_cents == 0


@given(categories, grades, days, tiers)
def test_where_a_device_comes_from_never_makes_it_dearer(
    category: Category, grade: Grade, on: date, tier: Tier
) -> None:
    public, private = quote(category, grade, tier, on, True), quote(category, grade, tier, on, False)
    assert public.amount_cents == private.amount_cents


@given(days, tiers)
def test_a_desktop_and_a_monitor_together_keep_to_the_ceiling_that_covers_both(on: date, tier: Tier) -> None:
    # The décret's 150 € pay for the computer with its screen, keyboard and mouse.
    parts = [quote(c, Grade.PREMIUM, tier, on, True) for c in (Category.DESKTOP, Category.MONITOR)]
    assert sum(part.amount_cents for part in parts) <= 15_000


def test_the_legal_ceilings_are_those_of_the_decret() -> None:
    for one in ceilings().values():
        legal = {category.value: ceiling.legal for category, ceiling in one.ceilings.items()}
        assert legal == {name: amount * 100 for name, amount in LEGAL_EUROS.items()} | {"basic_phone": None}


def test_a_quote_says_its_list_its_ceiling_and_its_source() -> None:
    quoted = quote(Category.LAPTOP, Grade.B, Tier.SOLIDARY, TODAY, public_origin=True)
    assert (quoted.amount_cents, quoted.ceiling_cents, quoted.price_list) == (9_000, 18_000, "prices_2026")
    assert quoted.ceiling_source == "décret n° 2022-1413"
    assert quoted.explanation_fr[0].startswith("Ordinateur portable, catégorie B, palier « solidaire » : 90\u00a0€")
    assert any("personne publique" in sentence for sentence in quoted.explanation_fr)
    private = quote(Category.LAPTOP, Grade.B, Tier.SOLIDARY, TODAY, public_origin=False)
    assert private.ceiling_source.startswith("plafond de Filière")
    phone = quote(Category.BASIC_PHONE, Grade.A, Tier.SOLIDARY, TODAY, public_origin=True)
    assert "que le décret ne plafonne pas" in phone.explanation_fr[-1]


def test_the_day_chooses_the_price_list() -> None:
    assert quote(Category.LAPTOP, Grade.D, Tier.SOLIDARY, date(2025, 12, 31), False).price_list == "prices_2023"
    assert quote(Category.LAPTOP, Grade.D, Tier.SOLIDARY, date(2026, 1, 1), False).price_list == "prices_2026"
    with pytest.raises(NothingInForce, match="liste de prix"):
        quote(Category.LAPTOP, Grade.D, Tier.SOLIDARY, date(2022, 12, 31), False)


def test_every_price_is_anchored_or_said_to_be_our_own() -> None:
    for one in price_lists().values():
        for prices in one.prices.values():
            assert "proposition de Filière" in prices.note
            assert all(anchor.source for anchor in prices.anchors)


def test_a_price_range_covers_every_grade_and_paying_tier() -> None:
    laptops = price_range(Category.LAPTOP, TODAY)
    assert (laptops.lowest_cents, laptops.highest_cents) == (2_000, 15_000)
    assert laptops.label_fr == "20\u00a0€ à 150\u00a0€"
    only_b = price_range(Category.LAPTOP, TODAY, Grade.B)
    assert (only_b.lowest_cents, only_b.highest_cents) == (4_500, 9_000)


@pytest.mark.parametrize(
    ("cents", "written"),
    [(0, "0 €"), (7_000, "70 €"), (1_250, "12,50 €"), (5, "0,05 €"), (123_400, "1 234 €"), (-1_250, "−12,50 €")],
)
def test_amounts_are_written_in_french(cents: int, written: str) -> None:
    assert euros(cents).replace("\u00a0", " ").replace("\u202f", " ") == written
