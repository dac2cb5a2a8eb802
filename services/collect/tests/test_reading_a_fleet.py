"""How cells and column names are understood."""

import pytest
from collect.eligibility.lines import FLAGS, equipment
from collect.imports.headers import layout_of
from collect.imports.values import Unread, gigabytes, quantity, sold_memory, sold_storage, year
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("N° de série", "serial"),
        ("Numéro de Série", "serial"),
        ("Serial", "serial"),
        ("SerialNumber", "serial"),
        ("Service Tag", "serial"),
        ("Marque", "manufacturer"),
        ("Fabriquant", "manufacturer"),
        ("Modèle", "model"),
        ("Type", "category"),
        ("Type d'équipement", "category"),
        ("RAM (Go)", "ram_gb"),
        ("Mémoire vive (Mo)", "ram_gb"),
        ("Disque dur (Go)", "storage_gb"),
        ("Année", "year"),
        ("Date d'achat", "year"),
        ("Purchase Date", "year"),
        ("Asset Tag", "asset_tag"),
        ("N° inventaire", "asset_tag"),
        ("Qté", "quantity"),
        ("IMEI", "imei"),
    ],
)
def test_columns_are_known_under_their_many_names(header: str, field: str) -> None:
    assert layout_of(["?", header]).columns == {field: 1}


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Désignation", "Marque"], {"category": 0, "manufacturer": 1}),
        (["Désignation", "Genre"], {"model": 0, "category": 1}),
        (["Type", "Désignation"], {"category": 0, "model": 1}),
        (["Type", "Désignation", "Modèle"], {"category": 0, "model": 2}),
        (["Genre", "Réf. parc"], {"category": 0, "asset_tag": 1}),
    ],
)
def test_a_designation_is_the_model_where_another_column_says_what_it_is(
    headers: list[str], columns: dict[str, int]
) -> None:
    assert layout_of(headers).columns == columns


@pytest.mark.parametrize(
    "header",
    [
        "Utilisateur",
        "Login",
        "E-mail",
        "Adresse mail",
        "N° de téléphone",
        "Checked Out To: Username",
        "Prénom",
        "Affecté à",
    ],
)
def test_columns_about_people_are_named_and_dropped(header: str) -> None:
    layout = layout_of(["Type", header])
    assert layout.personal == (header,)
    assert layout.columns == {"category": 0}


@pytest.mark.parametrize("header", ["Purchase Cost", "Order Number", "Model Number", "Fournisseur", "Nom du poste"])
def test_columns_that_resemble_ours_are_left_alone(header: str) -> None:
    assert layout_of(["Type", header]).columns == {"category": 0}


@pytest.mark.parametrize(
    ("text", "gb"),
    [
        ("8", 8),
        ("7,5", 7.5),
        ("7.5 Go", 7.5),
        ("16 GB", 16),
        ("16384", 16),
        ("8192 Mo", 8),
        ("2x8 Go", 16),
        ("4 + 4", 8),
    ],
)
def test_memory_is_read_as_people_write_it(text: str, gb: float) -> None:
    assert gigabytes(text, megabytes_from=512) == gb


def test_a_terabyte_of_a_disk_is_one_of_a_thousand() -> None:
    assert gigabytes("1 To", megabytes_from=8192, of_a_disk=True) == 1000
    assert gigabytes("1 000", megabytes_from=8192) == 1000
    assert gigabytes("256", unit="go", megabytes_from=8192) == 256


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2019", 2019),
        ("12/03/2021", 2021),
        ("2021-03-12", 2021),
        ("1/23/23", 2023),
        ("mars 2018", 2018),
        ("43831", 2020),
    ],
)
def test_a_year_is_found_in_any_date(text: str, found: int) -> None:
    assert year(text) == found


@pytest.mark.parametrize("text", ["hier", "", "12", "99999999"])
def test_what_is_no_year_is_said_unread(text: str) -> None:
    with pytest.raises(Unread):
        year(text)


@pytest.mark.parametrize(("text", "count"), [("10", 10), ("x3", 3), ("2,0", 2)])
def test_quantities(text: str, count: int) -> None:
    assert quantity(text) == count


@pytest.mark.parametrize(
    ("category", "written", "kept"),
    [("smartphone", 300.0, None), ("Portable", 300.0, 300.0), ("Portable", 65_536.0, None), ("tablette", 4.0, 4.0)],
)
def test_memory_that_no_such_device_has_is_unread_not_kept(category: str, written: float, kept: float | None) -> None:
    said, flags, _ = equipment(category=category, ram_gb=written)
    assert said.ram_gb == kept
    assert flags == ([] if kept else ["memory-unread"])


@given(st.text(max_size=40))
def test_no_cell_breaks_the_reader(text: str) -> None:
    for read in (year, quantity, lambda cell: gigabytes(cell, megabytes_from=512)):
        try:
            read(text)
        except Unread:
            continue


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_address_in_any_text_is_not_kept(before: str, after: str) -> None:
    said = equipment(model=f"{before} jean.dupont@exemple.fr {after}", manufacturer="a@b", asset_tag="x@y.fr").equipment
    assert "dupont" not in (said.model or "")
    assert "@" not in (said.manufacturer or "") + (said.asset_tag or "")


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_header_row_is_laid_out_without_using_a_column_twice(headers: list[str]) -> None:
    layout = layout_of(headers)
    assert len(set(layout.columns.values())) == len(layout.columns)


@pytest.mark.parametrize(
    ("text", "gb"),
    [
        ("8 Go DDR4", 8),
        ("16 GB DDR4 2666", 16),
        ("8 Go (2x4)", 8),
        ("8 Go soudés", 8),
        ("8 gigas", 8),
        ("8388608 Ko", 8),
        ("8589934592", 8),
        ("1,6E+01", 16),
        ("'8", 8),
        ("2 x 8 Go", 16),
        ("8 192 Mo", 8),
    ],
)
def test_a_size_is_read_among_other_words(text: str, gb: float) -> None:
    assert gigabytes(text, megabytes_from=512) == gb


@pytest.mark.parametrize(
    ("text", "gb"),
    [
        ("256 Go SSD", 256),
        ("SSD 512 Go", 512),
        ("SSD 256", 256),
        ("1 To HDD", 1000),
        ("240 SSD + 1To HDD", 1240),
        ("256 000 Mo", 256),
        ("250059 Mo", 250),
        ("256060514304", 256),
        ("0,5 To", 500),
        ("2 x 1 To", 2000),
    ],
)
def test_a_disk_is_read_among_other_words(text: str, gb: float) -> None:
    assert gigabytes(text, megabytes_from=8192, of_a_disk=True) == gb


@pytest.mark.parametrize(
    ("reported", "sold"), [("244198", 256), ("238475", 250), ("61035", 64), ("121930 Mo", 128), ("487119", 512)]
)
def test_what_a_system_reports_of_a_disk_is_the_disk_that_was_sold(reported: str, sold: float) -> None:
    assert sold_storage(gigabytes(reported, megabytes_from=8192, of_a_disk=True)) == sold


@pytest.mark.parametrize("text", ["beaucoup", "8 ou 16 Go", "i5 8 Go", "8 Go 2019", ""])
def test_a_size_among_words_that_may_mean_more_is_unread(text: str) -> None:
    with pytest.raises(Unread):
        gigabytes(text, megabytes_from=512)


@pytest.mark.parametrize(
    ("measured", "sold"), [(3.875, 4), (3.9, 4), (3.88, 4), (3.918, 4), (7.8, 8), (7, 7), (2, 2), (5, 5), (200, 200)]
)
def test_measured_memory_is_what_is_printed_on_it(measured: float, sold: float) -> None:
    assert sold_memory(measured) == sold


@pytest.mark.parametrize(
    ("measured", "sold"),
    [(59.6, 64), (59.604, 64), (58.2, 64), (119.2, 128), (238.47, 256), (465.8, 500), (240, 240), (64, 64), (60, 64)],
)
def test_measured_storage_is_what_is_printed_on_it(measured: float, sold: float) -> None:
    assert sold_storage(measured) == sold


@pytest.mark.parametrize(
    ("text", "found"),
    [("31-déc.-20", 2020), ("15-juin-19", 2019), ("déc-20", 2020), ("20201231", 2020), ("12/20", 2020)],
)
def test_a_year_is_found_in_what_spreadsheets_make_of_dates(text: str, found: int) -> None:
    assert year(text) == found


@pytest.mark.parametrize(("text", "count"), [("10 pcs", 10), ("10 unités", 10), ("5 x", 5), ("1 000", 1000)])
def test_a_quantity_may_name_its_unit(text: str, count: int) -> None:
    assert quantity(text) == count


@pytest.mark.parametrize("text", ["0", "-3", "1001", "dix", "10,5", "≈10", "10-12", "2+3"])
def test_what_is_no_quantity_is_unread(text: str) -> None:
    with pytest.raises(Unread):
        quantity(text)


def test_a_number_that_a_spreadsheet_spoilt_identifies_nothing() -> None:
    """Two devices of one « 3,195E+12 » were one, the second refused as declared twice."""
    for serial, imei, said in (
        ("3,195E+12", None, "spoilt-serial"),
        ("3,56938E+14", None, "spoilt-imei"),
        (None, "3,56938E+14", "spoilt-imei"),
        (None, "3.56938035643809E+14", "spoilt-imei"),
        (None, "356938035643808", "junk-imei"),
        (None, "N/A", "junk-imei"),
    ):
        found, flags, _ = equipment(category="smartphone", serial=serial, imei=imei)
        assert (found.serial, flags) == (None, [said])
    assert equipment(category="laptop", serial="3,195E+14")[1] == ["spoilt-serial"]
    assert equipment(category="smartphone", serial="N/A", imei="3,56938E+14")[1] == ["junk-serial", "spoilt-imei"]
    for flag in ("spoilt-imei", "junk-imei"):
        assert "IMEI" in FLAGS[flag]
        assert "série" not in FLAGS[flag]


@pytest.mark.parametrize(
    ("imei", "serial"),
    [
        ("12345678901237", "012345678901237"),  # the spreadsheet took the zero
        ("35693803564380", None),  # no check digit is made up
        ("356938035643809 / 356938035643817", "356938035643809"),
        ("356938035643808", None),
        ("35-693803-564380-9", "356938035643809"),
    ],
)
def test_an_imei_is_one_or_none(imei: str, serial: str | None) -> None:
    assert equipment(category="smartphone", imei=imei)[0].serial == serial


def test_a_serial_with_the_decimal_of_a_spreadsheet_is_mended_and_said() -> None:
    found, flags, _ = equipment(category="laptop", serial="48213977,0")
    assert (found.serial, flags) == ("48213977", ["mended-serial"])
    assert equipment(category="laptop", serial="4821.5")[0].serial == "4821.5"
    assert equipment(category="laptop", serial="12345678,0")[1] == ["junk-serial"]  # mended, it identifies nothing
