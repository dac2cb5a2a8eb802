"""Fleet files that would be read as something else than what they say: refused with the row, or read as they are."""

import io
import json
from datetime import date

import pytest
from collect.imports.parsing import Reading, read
from collect.imports.reading import BLOCK, Unreadable, fingerprint, inspect, records

HEADER = "Type;Marque;Modèle;N° de série;Année\r\n"
LAPTOPS = "".join(f"PC portable;Dell;Latitude 5490;ABC{number:04};2020\r\n" for number in range(30))


def rows_of(content: str | bytes) -> list[list[str]]:
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    source = inspect(file, fingerprint(file)[1])
    return [list(row) for _, row in records(file, source)]


def reading_of(raw: bytes) -> Reading:
    file = io.BytesIO(raw)
    return read(file, fingerprint(file)[1], date(2026, 11, 29), 50_000)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (f'{HEADER}Écran;Dell;"24 pouces;S0001;2019\r\n{LAPTOPS}', 2),
        (f'{HEADER}{LAPTOPS}Écran;Dell;"24 pouces;S0001;2019\r\nPC portable;HP;Elite;S2;2020\r\n', 32),
        (f'{HEADER}{LAPTOPS}Écran;Dell;"24 pouces;S0001;2019', 32),
        (f'{HEADER}{LAPTOPS}Écran;Dell;24" large;"S0001;2019', 32),  # inches before it, which open nothing
        # The quote of another row closes it: thirty devices between the two would become one.
        (f'{HEADER}Écran;Dell;"24 pouces;S0001;2019\r\n{LAPTOPS}Écran;Dell;22" large;S0002;2019\r\n', 2),
    ],
)
def test_an_open_quote_is_named_with_its_row_and_swallows_nothing(content: str, row: int) -> None:
    with pytest.raises(Unreadable, match=f"La ligne {row} n'est pas lisible : un guillemet"):
        rows_of(content)


def test_a_quoted_cell_may_have_lines_and_delimiters() -> None:
    told = '"Bureau 2 ;\r\nrez-de-chaussée ; couloir ; à gauche ; porte ; fond"'
    found = rows_of(f"Type;Marque;Modèle;N° de série;Lieu\r\nÉcran;Dell;P2214H;S0001;{told}\r\n{LAPTOPS}")
    assert len(found) == 31
    assert found[0][4].startswith("Bureau 2 ;")


def test_a_quoted_cell_goes_on_where_the_lines_that_are_read_at_once_end() -> None:
    row = 'Écran;Dell;24" large;"S0001 ;\r\nS0002";2019\r\n'
    room = BLOCK - len(HEADER) - 10  # the row's first line is the last of the block, whatever is before it
    before = "PC portable;Dell;Latitude 5490;ABC0001;2020\r\n" * (room // 45)
    found = rows_of(f"{HEADER}{before}{' ' * (room % 45)};;;;\r\n{row}{LAPTOPS}")
    assert "S0001 ;\r\nS0002" in [cell for cells in found for cell in cells]


def test_inches_inside_a_cell_open_nothing() -> None:
    assert len(rows_of(f'{HEADER}Écran;Dell;24" large;S0001;2019\r\n{LAPTOPS}')) == 31


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_rows_have_their_numbers_and_letters_in_every_encoding(encoding: str) -> None:
    file = io.BytesIO(f"{HEADER}PC portable;Dell;Latitude d’été;ABC0001;2020\r\n".encode(encoding))
    source = inspect(file, fingerprint(file)[1])
    ((number, row),) = records(file, source)
    assert (number, row[2]) == (2, "Latitude d’été")


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_no_column_is_lost_to_an_encoding(encoding: str) -> None:
    reading = reading_of(f"{HEADER}PC portable;Dell;Latitude 5490;ABC0001;2020\r\n".encode(encoding))
    assert set(json.loads(reading.layout)["columns"]) == {"category", "manufacturer", "model", "serial", "year"}


def test_dashes_and_dots_of_a_word_processor_are_no_letters_of_dos() -> None:
    content = "Type;Modèle\r\nÉcran;Dell – 24 “pouces”…\r\n".encode("cp1252")
    assert fingerprint(io.BytesIO(content))[1] == "cp1252"


def test_a_first_device_is_no_heading() -> None:
    """« SSD » is what a column of disks may be called; under itself it is a cell like others."""
    assert len(rows_of("PC portable;Dell;ABC2001;8 Go;SSD\r\nPC portable;Dell;ABC2002;8 Go;SSD\r\n")) == 2
    assert len(rows_of("Type;SSD\r\nPC portable;256\r\nPC portable;256\r\n")) == 2


def test_a_list_without_titles_is_read_by_what_stands_in_its_columns_and_says_so() -> None:
    devices = "".join(
        f"PC portable;Dell;Latitude 5490;ABC{n:04};{2018 + n % 3};8 Go;256 Go;INV-{n:05};dupont{n}@exemple.fr\n"
        for n in range(8)
    )
    layout = json.loads(reading_of(devices.encode()).layout)
    assert layout["header_row"] == 0
    assert layout["columns"] == {
        "category": "Type ?", "manufacturer": "Marque ?", "model": "Modèle ?", "serial": "N° de série ?",
        "year": "Année ?", "ram_gb": "RAM ?", "storage_gb": "Disque ?", "asset_tag": "N° d'inventaire ?",
    }  # fmt: skip
    assert layout["personal"] == ["Colonne 9"]
    counted = json.loads(
        reading_of("Écran;Dell;P2214H;12\nÉcran;HP;E233;4\nPC portable;HP;ProBook 450;7\n".encode()).layout
    )
    assert set(counted["columns"]) == {"category", "manufacturer", "model", "quantity"}


def test_the_row_of_emmaus_connects_back_office_is_known_by_its_places() -> None:
    def row(kind: str, serial: str, tag: str) -> str:
        said = {0: "D-0001", 1: tag, 2: "LYPC24-0001", 3: kind, 4: "B", 5: "En attente", 7: "HP", 10: "ProBook 450 G5",
                11: "86", 14: serial, 15: "i5-8250U", 16: "SSD", 17: "256", 20: "8", 22: "Oui", 23: "15.6",
                26: "5900", 28: "Camille Dubois", 29: "03/11/2025 10:12:00", 30: "Linux: Mint", 34: "Don"}  # fmt: skip
        return ";".join(said.get(place, "") for place in range(35)) + "\n"

    content = row("Portable", "5CD8411ABC", "R-1001") + row("UC", "5CD8411ABD", "R-1002")
    read = reading_of(content.encode())
    layout = json.loads(read.layout)
    assert set(layout["columns"]) == {
        "category", "manufacturer", "model", "serial", "storage_gb", "ram_gb", "asset_tag"
    }  # fmt: skip
    assert layout["personal"] == ["Bénévole"]


@pytest.mark.parametrize(
    "content",
    ["Bonjour;voici;la liste\nMerci;beaucoup;Jean\n", "12;13;14\n15;16;17\n", "a,b,c\n", "Dell;x;y\nDell;z;t\n"],
)
def test_what_is_no_fleet_is_not_guessed_to_be_one(content: str) -> None:
    with pytest.raises(Unreadable, match="Donnez un titre"):
        reading_of(content.encode())
