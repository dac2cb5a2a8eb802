"""Names of things: ids, labels, official numbers, serials."""

import itertools
import threading
import time
from uuid import UUID

import pytest
from filiere.identifiers import (
    LABEL_CAPACITY,
    IdentifierError,
    InvalidImei,
    InvalidLabel,
    InvalidSiren,
    InvalidSiret,
    is_junk_serial,
    is_label,
    label_code,
    label_number,
    normalise_imei,
    normalise_serial,
    normalise_siren,
    normalise_siret,
    parse_label,
    siren_of,
    uuid7,
    valid_imei,
    valid_siren,
    valid_siret,
)
from filiere.identifiers.labels import ALPHABET
from hypothesis import given
from hypothesis import strategies as st

numbers = st.integers(1, LABEL_CAPACITY)
PLACES = [4, 5, 6, 7, 8, 10]  # of the characters in FIL-XXXXX-X that are neither prefix nor dash


# --- time-ordered ids


def test_ids_grow_within_a_process_even_inside_a_millisecond() -> None:
    ids = [uuid7() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_an_id_is_a_version_7_that_carries_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before - 1 <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_threads_never_share_an_id() -> None:
    made: list[list[UUID]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda mine: mine.extend(uuid7() for _ in range(3000)), args=(m,)) for m in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for mine in made for one in mine}) == 12_000
    assert all(mine == sorted(mine) for mine in made)


def test_a_clock_stepping_back_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first = uuid7()
    monkeypatch.setattr("time.time_ns", lambda: 1_000_000)
    assert uuid7() > first


# --- labels


@given(numbers)
def test_every_label_parses_back(number: int) -> None:
    code = label_code(number)
    assert parse_label(code) == code
    assert label_number(code) == number


@given(numbers, st.sampled_from(PLACES), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_detected(number: int, place: int, other: str) -> None:
    code = label_code(number)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_label(wrong) == (wrong == code)


@given(numbers, st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_every_exchange_of_two_characters_is_detected(number: int, one: int, other: int) -> None:
    code = label_code(number)
    exchanged = list(code)
    exchanged[one], exchanged[other] = exchanged[other], exchanged[one]
    assert is_label("".join(exchanged)) == ("".join(exchanged) == code)


@given(numbers, st.data())
def test_an_exchange_of_neighbours_anywhere_is_refused_or_reads_the_same(number: int, data: st.DataObject) -> None:
    code = label_code(number)
    place = data.draw(st.integers(0, len(code) - 2))
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert not is_label(exchanged) or parse_label(exchanged) == code


@given(numbers, st.data())
def test_any_one_character_changed_never_reads_as_another_device(number: int, data: st.DataObject) -> None:
    code = label_code(number)
    place = data.draw(st.integers(0, len(code) - 1))
    changed = code[:place] + data.draw(st.characters()) + code[place + 1 :]
    assert not is_label(changed) or parse_label(changed) == code


@given(numbers)
def test_a_label_forgives_case_spaces_dashes_prefix_and_look_alikes(number: int) -> None:
    code = label_code(number)
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_label(f"  {spoken} ") == code
    assert parse_label(code[4:]) == code
    assert parse_label(code.replace("-", "–")) == code
    assert parse_label(f"https://filiere.example/e/{code}/") == code


def test_a_lot_of_labels_has_no_two_alike_and_neighbours_differ_in_several_places() -> None:
    codes = [label_code(number) for number in range(1, 5001)]
    assert len(set(codes)) == len(codes)
    for one, next_one in itertools.pairwise(codes):
        assert sum(a != b for a, b in zip(one, next_one, strict=True)) >= 3


def test_a_label_says_in_french_why_it_is_refused() -> None:
    code = label_code(42)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(InvalidLabel, match="erreur de lecture"):
        parse_label(wrong)
    with pytest.raises(InvalidLabel, match="forme FIL-XXXXX-X"):
        parse_label("PC du bureau")
    with pytest.raises(ValueError, match="numbered from 1"):
        label_code(0)
    with pytest.raises(ValueError, match="numbered from 1"):
        label_code(LABEL_CAPACITY + 1)


def test_printed_labels_never_change_their_meaning() -> None:
    # Stickers outlive releases: these pairs are frozen.
    assert {number: label_code(number) for number in (1, 2, 1000, LABEL_CAPACITY)} == FROZEN


FROZEN = {1: "FIL-KRVQH-7", 2: "FIL-7HQF2-8", 1000: "FIL-12QB8-F", LABEL_CAPACITY: "FIL-C748F-3"}


# --- official numbers


def test_a_siren_and_a_siret_are_read_with_spaces_and_refused_with_a_sentence() -> None:
    assert normalise_siren("732 829 320") == "732829320"
    assert normalise_siret("732 829 320 00074") == "73282932000074"
    assert siren_of("732 829 320 00074") == "732829320"
    with pytest.raises(InvalidSiren, match="n'est pas un numéro SIREN valide"):
        normalise_siren("732829321")
    with pytest.raises(InvalidSiret, match="14 chiffres"):
        normalise_siret("732829320")
    assert issubclass(IdentifierError, ValueError)


def test_the_establishments_of_la_poste_follow_their_own_rule() -> None:
    assert valid_siret("35600000049837")


def test_zeros_name_no_organisation() -> None:
    assert not valid_siren("000000000")
    assert not valid_siret("00000000000000")


def test_one_phone_has_one_imei_however_it_is_reported() -> None:
    assert normalise_imei("35-686800-004141-8") == "356868000041418"
    assert normalise_imei("35686800004141") == "356868000041418"
    assert normalise_imei("3568680000414120") == "356868000041418"


def test_a_phone_without_identity_has_no_imei() -> None:
    assert not valid_imei("000000000000000")
    with pytest.raises(InvalidImei, match=r"\*#06#"):
        normalise_imei("356868000041419")


# --- serials


@pytest.mark.parametrize(
    "text",
    ["To be filled by O.E.M.", "Default string", "0000", "0", "N/A", "n.a.", "None", "System Serial Number", "XXXXXXXX",
     "Not Specified", "123456789", "0123456789", "", "  ", None, "....", "néant", "Non renseigné", "Sans numéro", "12"],
)  # fmt: skip
def test_a_placeholder_never_identifies_a_device(text: str | None) -> None:
    assert is_junk_serial(text)
    assert normalise_serial(text) is None


@pytest.mark.parametrize(
    ("text", "serial"),
    [("5cg8340wxy", "5CG8340WXY"), (" S/N: PF1A2B3C ", "PF1A2B3C"), ("C02 XK0 AAJ G5J", "C02XK0AAJG5J"),
     ("N° de série : R9KTB", "R9KTB"), ("SN-2231A", "SN-2231A")],
)  # fmt: skip
def test_a_serial_has_one_spelling(text: str, serial: str) -> None:
    assert normalise_serial(text) == serial


@given(st.text())
def test_a_normalised_serial_stays_what_it_is(text: str) -> None:
    serial = normalise_serial(text)
    assert serial is None or normalise_serial(serial) == serial
