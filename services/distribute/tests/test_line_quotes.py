"""Promise 4: a price once quoted on an order does not move, and never passes the ceiling."""

from datetime import date

import pytest
from distribute.line_quotes import LineQuote, price_of, quote_line, range_fr
from filiere.catalogue import Category, Grade, Tier, quote
from hypothesis import given, settings
from hypothesis import strategies as st

from .price_books import PACKAGED, another

Wish = tuple[Category, Grade, set[Category], Tier | None]
DAY = date(2026, 11, 14)
asked = st.tuples(
    st.sampled_from(Category),
    st.sampled_from(Grade),
    st.sets(st.sampled_from(Category), max_size=3),
    st.one_of(st.none(), st.sampled_from(Tier)),
)


def quoted(category: Category, grade: Grade, substitutes: set[Category], tier: Tier | None) -> LineQuote:
    return quote_line(PACKAGED, category, grade, sorted(substitutes - {category}), tier, DAY)


@settings(deadline=None)
@given(asked, st.sampled_from(Tier), st.booleans(), st.integers(1, 50_000))
def test_a_price_once_quoted_does_not_move_when_the_list_changes(
    wish: Wish, tier: Tier, public: bool, new_price: int
) -> None:
    line = quoted(*wish)
    before = {
        (one.category, one.grade): price_of(
            PACKAGED, line.to_json(), one.category, one.grade, tier, public_origin=public, on=DAY
        ).cents
        for one in line.prices
    }
    for (category, grade), cents in before.items():
        again = price_of(another(new_price), line.to_json(), category, grade, tier, public_origin=public, on=DAY)
        assert again.cents == cents
        assert again.explanation


@given(asked, st.booleans())
def test_whatever_device_comes_its_price_is_kept_and_under_the_ceiling(wish: Wish, public: bool) -> None:
    category, min_grade, substitutes, _ = wish
    line = quoted(*wish)
    for one in {category, *substitutes}:
        for grade in (grade for grade in Grade if grade.at_least(min_grade)):
            for tier in Tier:
                price = price_of(PACKAGED, line.to_json(), one, grade, tier, public_origin=public, on=DAY)
                assert price.cents <= quote(one, grade, tier, DAY, public).ceiling_cents
                assert (tier is not Tier.GIFT) or price.cents == 0


@given(asked)
def test_the_range_shown_holds_every_price_of_the_category_asked_for(wish: Wish) -> None:
    category, _, _, tier = wish
    line = quoted(*wish)
    shown = [p for p in line.prices if p.category is category and tier in (None, p.tier)]
    assert line.min_cents == min(min(p.cents, p.public_cents) for p in shown)
    assert line.max_cents == max(max(p.cents, p.public_cents) for p in shown)


def test_a_device_that_was_never_quoted_has_no_price() -> None:
    line = quote_line(PACKAGED, Category.TABLET, Grade.A, [], None, DAY)
    with pytest.raises(LookupError):
        price_of(PACKAGED, line.to_json(), Category.TABLET, Grade.D, Tier.SOLIDARY, public_origin=False, on=DAY)


def test_a_range_is_written_as_people_say_it() -> None:
    assert range_fr(0, 6000) == "de 0 à 60\u00a0€"
    assert range_fr(3000, 3000) == "30\u00a0€"
