"""People's names and numbers are kept nowhere, wherever in a fleet file they stand."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from collect.eligibility.lines import equipment
from collect.eligibility.personal_data import names_in, without_persons
from filiere.testing.sql import value
from filiere.testing.workbooks import xlsx
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain
from .test_imports import confirm, preview
from .test_pages import press

CASES = Path(__file__).parents[4] / "shared" / "cases" / "fleets"
HEADER = ["Équipement", "Marque", "Modèle", "N° inventaire", "N° de série", "Bénéficiaire", "Usager", "Commentaire"]
ROWS = [
    [
        "PC portable",
        "Dell",
        "Latitude 5490 de Zoé Vautrin",
        "PC-ZVAUTRIN",
        "ABC3001",
        "Zoé Vautrin",
        "",
        "06 00 00 00 00",
    ],
    ["PC de Zoé Vautrin", "HP", "ProBook 450", "0600000000", "ABC3002", "Zoé Vautrin", "", ""],
    ["Portable", "Dell", "Latitude (zvautrin)", "INV-7", "ABC3003", "", "zvautrin", "à Zoé"],
    ["PC de Bureau", "Dell", "OptiPlex 3060", "INV-8", "ABC3004", "Bureau 12", "", ""],
    ["Smartphone", "Samsung", "Galaxy A40", "INV-9", "0600000000", "", "", ""],
    ["Smartphone", "Samsung", "Galaxy A40", "INV-10", "+33600000000", "", "", ""],
    ["Vélo", "Samsung", "Galaxy A40", "INV-11", "06 00 00 00 00", "", "", ""],
]
EVERYWHERE = ("import_row", "donation_line", "fleet_import", "donation", "job", "outbox", "idempotency_key")


async def test_no_name_in_any_cell_is_kept(chain: Chain) -> None:
    csv = "\n".join(";".join(row) for row in [HEADER, *ROWS])
    again = [[*row[:4], row[4].replace("ABC", "XABC"), *row[5:]] for row in ROWS]
    for content in (csv, xlsx(Parc=[HEADER, *again])):
        seen = await preview(chain, content)
        assert seen["rows"] == len(ROWS)
        await confirm(chain, seen["import_id"])
    for table in EVERYWHERE:
        assert not await value(
            chain.database, f"SELECT count(*) FROM {table} t WHERE t::text ~* 'vautrin|zoé|\\m0600|\\m33600|06 00'"
        ), table
    models = "SELECT array_agg(model ORDER BY position) FROM donation_line WHERE serial ~ '^A'"
    kept = ["Latitude 5490", "ProBook 450", "Latitude", "OptiPlex 3060"]
    assert await value(chain.database, models) == kept


@pytest.mark.parametrize(
    ("said", "people", "kept"),
    [
        ({"model": "iPhone de Paul"}, [], {"model": "iPhone"}),
        ({"category": "Ordinateur de Bureau"}, ["M. Bureau"], {"category": "Ordinateur de Bureau"}),
        ({"category": "PC de bureau"}, [], {"category": "PC de bureau"}),
        ({"model": "Galaxy A52 06 12 34 56 78"}, [], {"model": "Galaxy A52"}),
        ({"model": r"EXEMPLE\zvautrin Latitude 5490"}, [], {"model": "Latitude 5490"}),
        ({"category": r"Portable (EXEMPLE\zvautrin)"}, [], {"category": "Portable"}),
        ({"model": r"Latitude 5490 C:\Users\zvautrin"}, [], {"model": "Latitude 5490"}),
        ({"model": r"Dell\Latitude 5490"}, [], {"model": r"Dell\Latitude 5490"}),
        ({"model": "ProBook 450 zoe@volta.fr"}, [], {"model": "ProBook 450"}),
        ({"model": "ProBook 450 zoe @ volta.fr"}, [], {"model": "ProBook 450"}),
        ({"model": "ProBook 450 zoe＠volta.fr"}, [], {"model": "ProBook 450"}),
        ({"category": "Core i5-8250U @ 1.60GHz"}, [], {"category": "Core i5-8250U @ 1.60GHz"}),
        ({"model": "Galaxy A52 0145678901"}, [], {"model": "Galaxy A52"}),
        ({"model": "Galaxy A52 +32 470 12 34 56"}, [], {"model": "Galaxy A52"}),
        ({"model": "Galaxy A52 8933011234567890123"}, [], {"model": "Galaxy A52"}),
        ({"asset_tag": "0612345678"}, [], {}),
        ({"asset_tag": "0112345678"}, [], {"asset_tag": "0112345678"}),
        ({"asset_tag": "INV-0012"}, ["Jean Inv"], {"asset_tag": "INV-0012"}),
        ({"asset_tag": "PC-JEXEMPLE"}, ["Jean EXEMPLE"], {}),
        (
            {"manufacturer": "Dell", "model": "Latitude 5490"},
            ["salle Dell Latitude"],
            {"manufacturer": "Dell", "model": "Latitude 5490"},
        ),
    ],
)
def test_what_names_a_person_is_taken_out_and_the_rest_stays(
    said: dict[str, Any], people: list[str], kept: dict[str, str]
) -> None:
    found = equipment(**said, about_people=people).equipment
    fields = {"category": found.written_category, "manufacturer": found.manufacturer, "model": found.model}
    assert {name: value for name, value in {**fields, "asset_tag": found.asset_tag}.items() if value} == kept


PIERRE, LOGIN, SIM = "pierre@volta.fr", r"VOLTA\jdupont", "8933011234567890123"


@pytest.mark.parametrize("somebody", ["jean.dupont@volta.fr", "pierre @ volta.fr", "pierre＠volta.fr", LOGIN, SIM])
@pytest.mark.parametrize(
    ("field", "remark"), [("serial", "cut-serial"), ("asset_tag", "cut-tag"), ("imei", "cut-imei")]
)
def test_what_reaches_somebody_is_no_number_of_a_device(field: str, remark: str, somebody: str) -> None:
    said: dict[str, Any] = {field: somebody}
    found = equipment(category="smartphone", **said)
    assert (found.equipment.serial, found.equipment.asset_tag, found.flags) == (None, None, [remark])
    number = "490154203237518" if field == "imei" else "ABC1234"
    said = {field: f"{number} {somebody}"}
    found = equipment(category="smartphone", **said)
    assert (found.equipment.serial or found.equipment.asset_tag, found.flags) == (number, [remark])


@pytest.mark.parametrize(
    ("serial", "kept"),
    [
        ("ABC1234 (pierre@volta.fr)", "ABC1234"),
        ("pierre@volta.fr;ABC1234", "ABC1234"),
        ("ABC1234 06 12 34 56 78", "ABC1234"),
        ("ABC1234 Vautrin", "ABC1234"),
        ("ZVAUTRIN", None),
        ("8933 0112 3456 7890 123", None),
        ("89014103211118510720", None),  # a card from elsewhere, by its check
        ("89014103211118510721", "89014103211118510721"),
        ("5CG-1234/89", "5CG-1234/89"),
        ("VAUTRIN7", "VAUTRIN7"),
    ],
)
def test_of_a_serial_what_is_nobodys_remains(serial: str, kept: str | None) -> None:
    assert equipment(category="laptop", serial=serial, about_people=["Zoé Vautrin"]).equipment.serial == kept


@given(st.text(), st.sampled_from([PIERRE, LOGIN, "@", "\\"]), st.text())
def test_no_number_holds_an_address_or_a_login(before: str, somebody: str, after: str) -> None:
    written = f"{before}{somebody}{after}"
    found = equipment(category="laptop", serial=written, imei=written, asset_tag=written).equipment
    assert not {"@", "\\"} & set(f"{found.serial}{found.asset_tag}")


REACHED = [PIERRE, LOGIN, SIM, "pierre @ volta.fr", "+33 6 12 34 56 78", "0612345678", "01 45 67 89 01", "0145678901"]
SAYS = ("pierre", "jdupont", SIM, "6 12 34", "612345678", "45 67 89", "145678901")


@given(st.text(max_size=150), st.sampled_from(REACHED), st.text(max_size=40))
def test_no_cell_of_words_holds_what_reaches_somebody(before: str, somebody: str, after: str) -> None:
    r"""« VOLTA\jdupont », an address, a telephone: in the type, the make and the model no more than in a number."""
    written = f"{before} {somebody} {after}"
    found = equipment(category=written, manufacturer=written, model=written).equipment
    kept = f"{found.written_category} {found.manufacturer} {found.model}".lower()
    for said in SAYS:
        if said in somebody and said not in f"{before} {after}".lower():
            assert said not in kept


async def test_no_address_login_or_sim_card_written_as_a_number_is_kept(chain: Chain) -> None:
    rows = [
        ["PC portable", "Dell", "Latitude 5490", tag, serial, imei]
        for tag, serial, imei in [
            ("", "jean.dupont@volta.fr", ""),
            ("INV-71 pierre@volta.fr", "ABC1234 pierre@volta.fr", ""),
            (LOGIN, LOGIN, LOGIN),
            (SIM, SIM, SIM),
        ]
    ]
    rows.append(["Vélo", "", "", f"INV-72 {LOGIN}", PIERRE, f"{SIM} {PIERRE}"])
    header = ["Type", "Marque", "Modèle", "N° inventaire", "N° de série", "IMEI"]
    seen = await preview(chain, "\n".join(";".join(row) for row in [header, *rows]))
    assert seen["rows"] == len(rows)
    await confirm(chain, seen["import_id"])
    await chain.declare({"category": "laptop", "serial": f"ABC1235 {LOGIN}", "asset_tag": PIERRE})
    browser = await chain.client.login("camille")
    typed = {"category-1": "laptop", "quantity-1": "1", "serial-1": f"ABC1236 {PIERRE}", "asset_tag-1": SIM}
    shown = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", typed | {"action": "submit"})
    assert "ce qui désigne une personne ou une carte SIM n'a pas été gardé." in unescape(shown.text)
    for table in (*EVERYWHERE, "import_copy"):
        somebody = f"SELECT count(*) FROM {table} t WHERE t::text ~* 'volta|dupont|pierre|893301'"
        assert not await value(chain.database, somebody), table
    kept = "SELECT array_agg(serial ORDER BY serial) FROM donation_line WHERE serial IS NOT NULL"
    assert await value(chain.database, kept) == ["ABC1234", "ABC1235", "ABC1236"]


@given(st.text(), st.lists(st.text()))
def test_any_text_is_cleaned_and_none_is_made_up(text: str, people: list[str]) -> None:
    kept = without_persons(text, names_in(people))
    assert len(kept) <= len(text)
    assert set(kept) <= {*text, " "}


async def test_what_is_typed_or_sent_by_a_program_names_nobody_either(chain: Chain) -> None:
    line = {
        "category": "laptop",
        "manufacturer": "Dell",
        "model": "Latitude 5490 de Zoé Vautrin",
        "asset_tag": "0612345678",
    }
    await chain.declare(line)
    browser = await chain.client.login("camille")
    typed = {"category-1": "laptop", "quantity-1": "1", "model-1": "ProBook 450 de Zoé Vautrin", "action": "submit"}
    assert (await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", typed)).status_code == 200
    assert await value(chain.database, "SELECT array_agg(model ORDER BY model) FROM donation_line") == [
        "Latitude 5490", "ProBook 450"
    ]  # fmt: skip
    for table in EVERYWHERE:
        assert not await value(
            chain.database, f"SELECT count(*) FROM {table} t WHERE t::text ~* 'vautrin|zoé|06123'"
        ), table


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this checkout")
async def test_the_names_of_the_case_are_kept_nowhere(chain: Chain) -> None:
    seen = await preview(chain, (CASES / "personal.csv").read_bytes())
    assert seen["errors"] == 0
    for table in EVERYWHERE:
        assert not await value(
            chain.database, f"SELECT count(*) FROM {table} t WHERE t::text ~* 'exemple|marie|06 ?00'"
        ), table
