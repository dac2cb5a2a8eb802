"""Rows that would be read as a device, or as another one than they describe."""

import io
from datetime import date

import pytest
from collect.eligibility.judge import JudgedLine
from collect.imports.reading import fingerprint, inspect
from collect.imports.rows import judged_rows

from .chain import Chain
from .test_imports import confirm, preview

TITLES = "Type;Marque;Modèle;N° de série;Année;Quantité;Commentaire\n"
LAPTOP = "Portable;HP;EliteBook 840;5CG8472QX1;2020;1;\n"


def judged(content: str) -> list[JudgedLine]:
    file = io.BytesIO(content.encode())
    return list(judged_rows(file, inspect(file, fingerprint(file)[1]), date(2026, 11, 30), 1000))


@pytest.mark.parametrize("word", ["Total", "TOTAL :", "Totaux", "Sous-total", "Total général", "Grand total"])
def test_a_row_of_totals_is_no_device(word: str) -> None:
    (_, total) = judged(f"{TITLES}{LAPTOP}{word};;;;;120;\n")
    assert (total.rule, total.equipment.quantity) == ("total-row", 1)
    (_, total) = judged(f"{TITLES}{LAPTOP};;{word};;;120;\n")
    assert total.rule == "total-row"


def test_a_maker_that_is_called_like_a_total_is_a_maker() -> None:
    assert [line.rule for line in judged(f"{TITLES}Portable;Total;X100;5CG8472QX1;2020;1;\n")] == [None]


def test_a_desk_phone_is_refused_by_its_model_and_not_as_a_telephone() -> None:
    desk, server = judged(f"{TITLES}Téléphone;Alcatel;8028S;AL0001;2020;1;\nServeur;Dell;R640;SV0001;2020;1;\n")
    assert (desk.rule, server.rule) == ("category", "category")
    assert desk.reason.startswith("« Téléphone Alcatel 8028S » n'est pas un équipement accepté.")
    assert server.reason.startswith("« Serveur » n'est pas")


def test_a_row_that_is_shifted_is_seen_though_its_last_cell_is_empty() -> None:
    rows = judged(f"{TITLES}Portable;HP;EliteBook;840;5CG8472QX1;2020;1;\n{LAPTOP.strip()};\n")
    assert [line.rule for line in rows] == ["shifted-row", None]  # one cell too many alone shifts nothing


async def test_a_telephone_that_is_declared_twice_is_told_by_its_imei(chain: Chain) -> None:
    titles, phone = "Type;Marque;Modèle;IMEI;Lieu\n", "Smartphone;Samsung;Galaxy A40;356938035643809"
    seen = await preview(chain, f"{titles}{phone};a\n{phone};b\n")
    assert seen["problems"][0]["reason"] == "En double : même IMEI que la ligne 2."
    declared = await confirm(chain, seen["import_id"])
    again = await preview(chain, f"{titles}{phone};c\n")
    assert again["problems"][0]["reason"] == f"Déjà déclaré : même IMEI que la ligne 2 du don {declared['reference']}."
    draft = await chain.declare(*[{"category": "smartphone", "imei": "490154203237518"}] * 2, draft=True)
    assert [one["reason"] for one in draft["verdicts"] if one["verdict"] == "refused"] == [
        "En double : même IMEI que la ligne 1."
    ]


async def test_a_list_without_titles_is_declared_once_its_columns_are_confirmed(chain: Chain) -> None:
    rows = "".join(f"PC portable;Dell;Latitude 5490;ABC{n:04};2020;8 Go\n" for n in range(3))
    seen = await preview(chain, rows)
    browser = await chain.client.login("camille")
    address = f"/imports/{seen['import_id']}"
    page = (await browser.get(address)).text
    assert "ses colonnes sont devinées" in page
    assert f'action="{address}/confirmer"' not in page
    columns = [{"column": one["column"], "field": one["field"]} for one in seen["layout"]["table"]]
    answer = await chain.donor.put(f"/api/v1/donations/imports/{seen['import_id']}/columns", json={"columns": columns})
    assert (answer.json()["layout"]["corrected"], answer.json()["accepted"]) == (True, 3)
    page = (await browser.get(address)).text
    assert "ses colonnes sont devinées" not in page
    assert f'action="{address}/confirmer"' in page
