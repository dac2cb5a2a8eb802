"""Words, numbers and small rules of the kit."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from filiere.calendar import PARIS, clock_at
from filiere.catalogue.money import in_euros
from filiere.web import Bar, Bead, Column, Group, GroupedBars, Principal, Role, Search, Table, counted_thread, qr_svg
from filiere.web import formats as said
from filiere.web.i18n import WEB_LOCALES, Catalogue, speak, typographic
from filiere.web.login import safe_next
from filiere.web.memberships import OrganisationMismatch, grant
from filiere.web.sheet_export import ROWS_PER_CHUNK, cell, sheet_response
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

CATALOGUE = Catalogue([WEB_LOCALES])


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    speak("fr", CATALOGUE)
    with clock_at(datetime(2026, 11, 23, 15, 0, tzinfo=PARIS)):
        yield


def test_money_has_no_decimals_when_it_needs_none() -> None:
    assert said.money(6000) == "60\u00a0€"
    assert said.money(1250) == "12,50\u00a0€"
    assert said.money(123456) == "1\u202f234,56\u00a0€"


def test_dates_are_said_in_words() -> None:
    assert said.day(date(2026, 11, 3)) == "3 novembre"
    assert said.day(date(2025, 11, 3)) == "3 novembre 2025"
    assert said.day(date(2026, 5, 1)) == "1er mai"
    assert said.day(date(2026, 5, 11)) == "11 mai"
    assert said.short_day(date(2026, 11, 1)) == "1er nov."
    assert said.full_day(date(2026, 1, 1)) == "1er janvier 2026"
    assert said.moment(datetime(2026, 11, 22, 9, 12, tzinfo=UTC)) == "hier, 10\u00a0h\u00a012"
    assert said.moment(datetime(2026, 11, 23, 8, 5, tzinfo=UTC)) == "aujourd'hui, 9\u00a0h\u00a005"
    speak("en", CATALOGUE)
    assert said.moment(datetime(2026, 11, 22, 9, 12, tzinfo=UTC)) == "yesterday, 10:12"
    assert said.day(date(2026, 5, 1)) == "1 May"
    assert said.money(6000) == "€60"


def test_french_signs_stay_with_their_word() -> None:
    assert typographic("Est-ce juste ? 71 % « ici »") == "Est-ce juste\u00a0? 71\u00a0% «\u00a0ici\u00a0»"


def test_money_in_a_download_has_its_cents_and_stays_a_number_that_is_taken_back() -> None:
    assert [cell(in_euros(cents)) for cents in (2500, 2550, 5, 0, -550)] == ["25,00", "25,50", "0,05", "0,00", "-5,50"]


@given(st.text())
def test_no_cell_of_a_download_is_a_formula(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_download_says_the_hour_of_paris() -> None:
    """Half past midnight stood on the day before."""
    assert cell(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "2026-07-01T00:30:00+02:00"
    assert cell(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "2027-01-01T00:30:00+01:00"


@given(st.text(max_size=60))
def test_login_only_leads_to_paths_of_this_service(target: str) -> None:
    for candidate in (target, "/" + target, "//" + target):
        found = safe_next(candidate)
        assert found.startswith("/")
        assert not found.startswith(("//", "/\\"))
        assert not any(ord(character) < 32 for character in found)


@pytest.mark.parametrize(
    "target",
    ["/../autre", "/a/../../autre", "/%2e%2e/autre", "/a/..%2F..", "/%252e./x", "/a\\..\\..\\x", "/.", "/a//b"],
)
def test_login_leads_to_no_path_that_climbs_out_of_our_folder(target: str) -> None:
    assert safe_next(target) == "/"


def test_login_leads_back_to_what_was_asked_for_with_its_filters() -> None:
    assert safe_next("/dons?q=a/../b//c&tri=-x#y") == "/dons?q=a/../b//c&tri=-x#y"
    assert safe_next("/equipements/par-etiquette/A%2FB..C") == "/equipements/par-etiquette/A%2FB..C"


def test_the_thread_is_now_where_things_still_move() -> None:
    beads = counted_thread([("déclarés", 160, 160), ("effacés", 142, 142), ("testés", 96, 142), ("prêts", 71, 142)])
    assert [bead.state for bead in beads] == ["done", "done", "now", "todo"]
    assert beads[2] == Bead("testés", 96, "now")


def table_for(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": [], "path": "/"})


@given(st.text(max_size=40), st.text(max_size=10))
def test_an_address_never_reaches_sql_as_a_sort_or_a_page(sort: str, number: str) -> None:
    from urllib.parse import urlencode

    table = Table((Column("label", "Étiquette", sortable=True), Column("secret", "Secret")), (Search("q", "Chercher"),))
    view = table.read(table_for(urlencode({"tri": sort, "page": number})))
    assert view.sort in ("", "label")
    assert 0 <= view.offset <= 100_000


def test_a_qr_code_is_drawn_without_style_or_script() -> None:
    drawn = str(qr_svg("FIL-7K2M-4", label='Étiquette "FIL"'))
    assert drawn.startswith('<svg role="img" aria-label="Étiquette &#34;FIL&#34;"')
    assert "style=" not in drawn


def test_equal_shares_are_bars_of_equal_length_on_one_scale_however_long_the_labels() -> None:
    chart = GroupedBars(
        ("Ici", "Là"),
        [
            Group("Rural", [Bar(0.75, "75 %"), Bar(0.75, "75 %")]),
            Group("Ville moyenne (de 20 000 à 200 000 habitants)", [Bar(1, "100 %"), Bar(None, "–")]),
        ],
    )
    assert [bar.width for bar in chart.bars] == [63.0, 63.0, 84.0, None], "100 % leaves room for its words"
    assert [text.text for text in chart.labels] == ["Rural", "Ville moyenne (de 20 000 à 200 000", "habitants)"]
    assert chart.bars[-1].y + 14 <= chart.height


async def test_a_role_in_an_organisation_needs_one() -> None:
    with pytest.raises(OrganisationMismatch):
        await grant(None, "lea", Role.DONOR)  # type: ignore[arg-type]
    assert not Principal("lea").has(Role.DONOR)


async def test_a_long_download_lets_others_have_their_turn() -> None:
    """Rows that are at hand, and a client that takes all at once, would hold the event loop to the end."""
    answer = sheet_response("parc.csv", ["Étiquette"], ([number] for number in range(5000)))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    pieces = [piece async for piece in answer.body_iterator]
    beside.cancel()
    assert "".join(str(piece) for piece in pieces).count("\r\n") == 5001
    assert turns >= 5000 // ROWS_PER_CHUNK
