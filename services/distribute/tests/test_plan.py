"""The first allocation, as a pure function: oldest order first, never more than there is, always a reason."""

from uuid import uuid4

import pytest
from distribute.allocation.plan import ShortLine, oldest_first
from filiere.catalogue import Category, Grade
from hypothesis import given
from hypothesis import strategies as st

classes = st.tuples(st.sampled_from(Category), st.sampled_from(Grade))
lines = st.builds(
    ShortLine,
    st.uuids(),
    st.uuids(),
    st.uuids(),
    st.sampled_from(Category),
    st.sampled_from(Grade),
    st.lists(st.sampled_from(Category), unique=True, max_size=3).map(tuple),
    st.integers(1, 12),
)


def line(category=Category.TABLET, grade=Grade.B, short=1, substitutes=()):
    return ShortLine(uuid4(), uuid4(), uuid4(), category, grade, tuple(substitutes), short)


@given(st.lists(lines, max_size=12), st.dictionaries(classes, st.integers(0, 9)))
def test_a_plan_never_gives_more_than_there_is_nor_more_than_was_asked(asked, free):
    plans = oldest_first(asked, free)
    given_away: dict = {}
    for plan in plans:
        assert 0 <= plan.given <= plan.line.short
        for take in plan.takes:
            given_away[take.category, take.grade] = given_away.get((take.category, take.grade), 0) + take.count
    assert all(count <= free.get(one, 0) for one, count in given_away.items())


@given(st.lists(lines, max_size=12), st.dictionaries(classes, st.integers(0, 9)))
def test_a_line_only_receives_its_grade_or_better_and_substitutes_it_accepts(asked, free):
    for plan in oldest_first(asked, free):
        accepted = {plan.line.category, *plan.line.substitutes}
        assert all(take.grade.at_least(plan.line.min_grade) and take.category in accepted for take in plan.takes)


@given(st.lists(lines, max_size=12), st.dictionaries(classes, st.integers(0, 9)))
def test_a_younger_line_gets_nothing_that_an_older_one_still_lacks(asked, free):
    plans = oldest_first(asked, free)
    for n, older in enumerate(plans):
        if older.given < older.line.short:
            wanted = {older.line.category, *older.line.substitutes}
            for younger in plans[n + 1 :]:
                assert not any(
                    take.category in wanted and take.grade.at_least(older.line.min_grade) for take in younger.takes
                )


@given(st.lists(lines, min_size=1, max_size=12), st.dictionaries(classes, st.integers(0, 9)))
def test_every_line_has_a_sentence_of_its_own(asked, free):
    for plan in oldest_first(asked, free):
        assert plan.reason.endswith(".")
        assert plan.reason.startswith("Complète.") is (plan.given == plan.line.short)


def test_the_weakest_device_that_satisfies_goes_first():
    free = {(Category.TABLET, Grade.PREMIUM): 1, (Category.TABLET, Grade.B): 1}
    first, second = oldest_first([line(grade=Grade.C), line(grade=Grade.PREMIUM)], free)
    assert first.takes[0].grade is Grade.B
    assert second.takes[0].grade is Grade.PREMIUM


@pytest.mark.parametrize(
    ("asked", "free", "sentence"),
    [
        (
            line(Category.LAPTOP, Grade.B, 2),
            {(Category.DESKTOP, Grade.C): 14},
            "Aucun ordinateur portable de catégorie B ou mieux n'est prêt ; 14 ordinateurs de bureau sont disponibles.",
        ),
        (
            line(Category.TABLET, Grade.D, 2),
            {},
            "Aucune tablette n'est prête.",
        ),
        (
            line(Category.TABLET, Grade.A, 2),
            {(Category.TABLET, Grade.C): 1},
            "Aucune tablette de catégorie A ou mieux n'est prête ; 1 de catégorie inférieure est disponible.",
        ),
        (
            line(Category.SMARTPHONE, Grade.C, 3),
            {(Category.SMARTPHONE, Grade.B): 2},
            "2 smartphones de catégorie C ou mieux étaient prêts : "
            "les commandes les plus anciennes sont servies d'abord.",
        ),
        (
            line(Category.LAPTOP, Grade.C, 3, [Category.DESKTOP]),
            {(Category.DESKTOP, Grade.A): 1},
            "Aucun ordinateur portable de catégorie C ou mieux n'est prêt. "
            "Vous recevez 1 ordinateur de bureau en remplacement, comme vous l'acceptez.",
        ),
    ],
)
def test_a_shortfall_says_why_and_what_else_there_is(asked, free, sentence):
    (plan,) = oldest_first([asked], free)
    assert plan.reason == sentence
