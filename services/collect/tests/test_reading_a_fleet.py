"""How cells and column names are understood."""

import pytest
from collect.eligibility.lines import equipment
from collect.imports.headers import layout_of
from collect.imports.values import Unread, gigabytes, quantity, year
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


def test_storage_keeps_a_terabyte_a_terabyte() -> None:
    assert gigabytes("1 To", megabytes_from=8192) == 1024
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
    said, flags = equipment(category=category, ram_gb=written)
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
    said, _ = equipment(model=f"{before} jean.dupont@exemple.fr {after}", manufacturer="a@b", asset_tag="x@y.fr")
    assert "dupont" not in (said.model or "")
    assert "@" not in (said.manufacturer or "") + (said.asset_tag or "")


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_header_row_is_laid_out_without_using_a_column_twice(headers: list[str]) -> None:
    layout = layout_of(headers)
    assert len(set(layout.columns.values())) == len(layout.columns)
