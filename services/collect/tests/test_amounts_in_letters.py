"""Amounts in letters on receipts: what is written is read back as the same amount, and French agrees."""

import re

import pytest
from collect.documents.papers.letters import MOST_CENTS, in_letters
from collect.documents.papers.words import of
from hypothesis import example, given
from hypothesis import strategies as st

WORTH = {
    "zéro": 0, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip


def read(words: str) -> int:
    """The whole number that French words say; its own way, from left to right."""
    total, group, small = 0, 0, 0
    for word in re.split(r"[ -]", words):
        if word == "et":
            continue
        if word in ("million", "millions"):
            total, group, small = total + (group + small) * 1_000_000, 0, 0
        elif word == "mille":
            total, group, small = total + (group + small or 1) * 1000, 0, 0
        elif word in ("cent", "cents"):
            group, small = (small or 1) * 100, 0
        elif word in ("vingt", "vingts") and small == 4:
            small = 80
        else:
            small += WORTH[word]
    return total + group + small


def cents_of(said: str) -> int:
    found = re.fullmatch(r"(?:(.+?)(?: d'| )euros?)?(?: et )?(?:(.+) centimes?)?", said)
    assert found is not None, said
    return read(found[1] or "zéro") * 100 + read(found[2] or "zéro")


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (0, "zéro euro"),
        (1, "un centime"),
        (99, "quatre-vingt-dix-neuf centimes"),
        (100, "un euro"),
        (101, "un euro et un centime"),
        (2100, "vingt et un euros"),
        (7100, "soixante et onze euros"),
        (8000, "quatre-vingts euros"),
        (8100, "quatre-vingt-un euros"),
        (9100, "quatre-vingt-onze euros"),
        (20000, "deux cents euros"),
        (20100, "deux cent un euros"),
        (123450, "mille deux cent trente-quatre euros et cinquante centimes"),
        (8_000_000, "quatre-vingt mille euros"),
        (20_000_000, "deux cent mille euros"),
        (100_000_000, "un million d'euros"),
        (100_000_100, "un million un euros"),
        (8_000_000_080, "quatre-vingts millions d'euros et quatre-vingts centimes"),
        (20_000_000_000, "deux cents millions d'euros"),
    ],
)
def test_as_a_receipt_says_it(cents: int, said: str) -> None:
    assert in_letters(cents) == said


@given(st.integers(0, MOST_CENTS))
@example(MOST_CENTS)
@example(7_171_717_171)
def test_what_is_written_is_read_back_as_the_same_amount(cents: int) -> None:
    assert cents_of(in_letters(cents)) == cents


@given(st.integers(0, MOST_CENTS))
def test_french_agrees(cents: int) -> None:
    said = in_letters(cents)
    euros, rest = divmod(cents, 100)
    assert said.count("euros") == (euros >= 2)
    assert said.count("centimes") == (rest >= 2)
    assert not re.search(r"(?:^|millions? )un mille\b|\bun cent\b(?!ime)|vingts[ -](?!million|euro|d'|centime)", said)
    assert "cents mille" not in said
    assert not re.search(r"cents (?!million|euro|d'|centime)", said)
    assert (" d'euros" in said) == (euros > 0 and euros % 1_000_000 == 0)


@given(st.one_of(st.integers(max_value=-1), st.integers(min_value=MOST_CENTS + 1)))
def test_what_is_no_amount_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        in_letters(cents)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Assurances Volta", "d'Assurances Volta"),
        ("École d'Orly", "d'École d'Orly"),
        ("Volta", "de Volta"),
        ("", "de "),
    ],
)
def test_a_name_loses_the_vowel_before_its_own(name: str, said: str) -> None:
    assert of(name) == said
