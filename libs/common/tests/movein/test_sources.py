"""What other tools write becomes our tables; no proof is made of what says none, and any bytes have an answer."""

import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from filiere.movein import values
from filiere.movein.checking import check
from filiere.movein.report import Report
from filiere.movein.rows import read_folder
from filiere.movein.sources import READERS, NotThatTool, bolc, sheet, tectech, write
from hypothesis import given
from hypothesis import strategies as st


def bolc_row(**said: str) -> str:
    places = {"gift": 0, "ours": 1, "site": 2, "type": 3, "grade": 4, "status": 5, "brand": 7, "model": 10,
              "battery": 11, "serial": 14, "disk": 17, "ram": 20, "at": 29}  # fmt: skip
    cells = [""] * 35
    for name, value in said.items():
        cells[places[name]] = value
    return ";".join(cells) + "\n"


def test_a_row_of_bolc_is_a_device_and_its_grade() -> None:
    row = bolc_row(
        gift="L-48", ours="RL-7", site="LIPC21-0042", type="Portable", grade="B", status="Prêt à vendre", brand="HP",
        model="EliteBook", battery="72", serial="5CG8411ABC", disk="256", ram="8 Go", at="12/03/2024 09:10:11",
    )  # fmt: skip
    made = bolc((row + "trop;court\n").encode("cp1252"))
    (device,) = made["equipements"]
    assert (device["equipement"], device["lot"], device["memoire_go"], device["arrive_le"]) == (
        "LIPC21-0042", "L-48", "8", "12/03/2024",
    )  # fmt: skip
    assert made["classements"] == [
        {"equipement": "LIPC21-0042", "categorie": "B", "batterie": "moyenne", "classe_le": "12/03/2024"}
    ]


def test_a_grade_that_is_none_of_ours_is_left_to_the_bench() -> None:
    assert bolc(bolc_row(site="X", type="UC", grade="HC").encode())["classements"][0]["categorie"] == ""


@pytest.mark.parametrize("wrapped", [False, True])
def test_tec_tech_tells_devices_by_their_site_number(wrapped: bool) -> None:
    one = {
        "id": "M-2015", "idEsn": "", "typeMateriel": "SMARTPHONE", "statut": "PRET_A_COMMANDER", "categorie": "A",
        "IMEI1": "490154203237518", "RAM": 4096, "tailleDisqueDur1": "64 Go", "idLot": "L-0048",
        "createdAt": "2024-03-12T09:10:11Z",
    }  # fmt: skip
    made = tectech(json.dumps({"items": [one]} if wrapped else [one]).encode())
    (device,) = made["equipements"]
    assert (device["equipement"], device["imei"], device["stockage_go"]) == ("M-2015", "490154203237518", "64")


def test_a_workshops_sheet_is_read_below_its_titles() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["Atelier de Lille"])
    titles = ["Numéro Lot", "Identifiant unique", "Type matériel", "Constructeur", "Model", "N° Serie", "RAM",
              "Grade esth.", "Catégorie"]  # fmt: skip
    page.write_row(3, 0, titles)
    page.write_row(4, 0, ["L-1", "LI-7", "Portable", "Dell", "Latitude 5490", "ABC1234", "16384 Mo", "B", "A"])
    book.close()
    made = sheet(content.getvalue())
    (device,) = made["equipements"]
    assert (device["equipement"], device["lot"], device["numero_serie"], device["memoire_go"], device["statut"]) == (
        "LI-7", "L-1", "ABC1234", "16", "en cours",
    )  # fmt: skip
    assert made["classements"][0]["categorie"] == "A"


def test_what_is_made_is_checked_like_any_table_and_names_the_lots_to_complete(tmp_path: Path) -> None:
    row = bolc_row(gift="L-48", site="LIPC21-0042", type="Portable", grade="B", status="Prêt à vendre")
    assert write(tmp_path, bolc(row.encode())) == ["equipements.csv", "classements.csv", "lots.csv"]
    assert write(tmp_path, bolc(row.encode())) == []
    report = Report()
    network = check("BOLC", read_folder(tmp_path, report), report)
    assert network.work == {}
    assert {(line.table, line.sentence) for line in report.lines} == {
        ("lots", "Son donateur «  » n'est pas repris."),
        ("equipements", "Son lot « L-48 » n'est pas repris."),
    }


@pytest.mark.parametrize(
    ("word", "category"),
    [("ORDINATEUR_FIXE", "desktop"), ("ORDINATEUR_PORTABLE", "laptop"), ("SMARTPHONE", "smartphone"),
     ("TABLETTE", "tablet"), ("UC", "desktop"), ("Portable", "laptop")],
)  # fmt: skip
def test_their_types_are_categories_of_ours(word: str, category: str) -> None:
    assert values.category(word) == category


@pytest.mark.parametrize(
    "word",
    ["A_TRAITER", "EN_COURS_DE_TRAITEMENT", "NON_REEMPLOYABLE", "PRET_A_COMMANDER", "EN_COURS_DE_LIVRAISON",
     "PRET_A_DISTRIBUER", "DISTRIBUE", "SAV", "En reconditionnement", "Prêt à vendre", "En attente", "HS",
     "A entrer dans Salesforce"],
)  # fmt: skip
def test_their_statuses_are_read(word: str) -> None:
    assert values.status(word)


def read_or_refused(tool: str, content: bytes) -> bool:
    """Nothing else may come out of it."""
    try:
        return bool(READERS[tool](content)["equipements"])
    except NotThatTool as error:
        return bool(str(error))


@given(tool=st.sampled_from([*READERS]), content=st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(tool: str, content: bytes) -> None:
    assert read_or_refused(tool, content)


NAMES = st.sampled_from(["typeMateriel", "id", "RAM", "items"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(SCALARS, lambda of: st.lists(of) | st.dictionaries(NAMES, of), max_leaves=12)


@given(JSON)
def test_any_json_is_read_or_refused(said: object) -> None:
    assert read_or_refused("tectech", json.dumps(said).encode())
