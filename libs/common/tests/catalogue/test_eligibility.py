"""What is declared is accepted, or refused with the rule in a French sentence."""

from datetime import date

import pytest
from filiere.catalogue import Category, DeclaredLine, NothingInForce, assess, assess_lot, eligibility_rulesets
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("line", "rule", "sentence"),
    [
        (
            DeclaredLine(None, written_category="serveur"),
            "category",
            "« serveur » n'est pas un équipement accepté. Sont acceptés : téléphones à touches, smartphones, "
            "tablettes, ordinateurs portables, ordinateurs de bureau, écrans, imprimantes.",
        ),
        (
            DeclaredLine(Category.LAPTOP, year=2012),
            "age",
            "Trop ancien : ordinateur portable de 2012, 14 ans pour 10 ans admis.",
        ),
        (
            DeclaredLine(Category.TABLET, year=2031),
            "year",
            "L'année de fabrication (2031) est postérieure à 2026 : vérifiez la saisie.",
        ),
        (
            DeclaredLine(Category.DESKTOP, year=2020, ram_gb=2),
            "memory",
            "Mémoire vive insuffisante (ordinateur de bureau) : 2 Go pour 4 Go demandés.",
        ),
        (
            DeclaredLine(Category.SMARTPHONE, ram_gb=3, storage_gb=7.5),
            "storage",
            "Stockage insuffisant (smartphone) : 7,5 Go pour 16 Go demandés.",
        ),
    ],
)
def test_a_refusal_quotes_its_rule(line: DeclaredLine, rule: str, sentence: str) -> None:
    verdict = assess(line, TODAY)
    assert (verdict.accepted, verdict.rule, verdict.reason_fr) == (False, rule, sentence)
    assert verdict.ruleset == "eligibility_2023"


@pytest.mark.parametrize("category", Category)
def test_what_is_not_said_refuses_nothing(category: Category) -> None:
    verdict = assess(DeclaredLine(category), TODAY)
    assert (verdict.accepted, verdict.rule) == (True, None)


def test_a_machine_exactly_as_old_as_admitted_is_accepted() -> None:
    assert assess(DeclaredLine(Category.LAPTOP, year=2016), TODAY).accepted
    assert not assess(DeclaredLine(Category.LAPTOP, year=2015), TODAY).accepted


def test_the_minimum_lot_asks_for_at_least_one_device() -> None:
    assert assess_lot(1, TODAY).accepted
    refused = assess_lot(0, TODAY)
    assert (refused.accepted, refused.rule) == (False, "minimum-lot")
    assert refused.reason_fr.startswith("Lot trop petit")


def test_no_rule_applies_before_the_first_file() -> None:
    with pytest.raises(NothingInForce):
        assess(DeclaredLine(Category.LAPTOP), date(2019, 1, 1))


def test_every_limit_says_where_it_comes_from() -> None:
    assert all(limits.why for rules in eligibility_rulesets().values() for limits in rules.limits.values())


known = st.builds(
    DeclaredLine,
    category=st.sampled_from(Category),
    year=st.integers(1990, 2026),
    ram_gb=st.integers(0, 64).map(float),
    storage_gb=st.integers(0, 2000).map(float),
)


@given(known, st.integers(0, 20), st.integers(0, 32), st.integers(0, 500))
def test_a_newer_and_larger_device_is_never_refused_where_an_older_one_is_accepted(
    line: DeclaredLine, years: int, ram: int, storage: int
) -> None:
    assert line.year is not None
    assert line.ram_gb is not None
    assert line.storage_gb is not None
    better = DeclaredLine(line.category, min(2026, line.year + years), line.ram_gb + ram, line.storage_gb + storage)
    assert assess(better, TODAY).accepted or not assess(line, TODAY).accepted


@given(known)
def test_a_verdict_names_a_rule_only_when_it_refuses(line: DeclaredLine) -> None:
    verdict = assess(line, TODAY)
    assert verdict.accepted == (verdict.rule is None)
    assert verdict.reason_fr.endswith(".")
    assert "{" not in verdict.reason_fr
