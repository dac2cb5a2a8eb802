"""Columns that were guessed wrong: shown with what stands in them, corrected by hand, remembered for the donor."""

import io
import json
import re
from datetime import date
from typing import Any

import pytest
from collect.imports.block import Block
from collect.imports.headers import layout_of
from collect.imports.kept_copy import Copy, opened
from collect.imports.parsing import contents, read, written
from collect.imports.pasted import PastedTable
from collect.imports.reading import Source, Unreadable, fingerprint, inspect
from filiere.testing.sql import rows, value
from filiere.testing.workbooks import xlsx
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain
from .test_imports import FLEET, confirm, preview
from .test_long_files import look, send, work
from .test_pages import press

TITLES = ["Type", "Maison", "Désignation longue", "Repère", "Qui", "Utilisateur", "Remarque"]
ROWS = [
    ["PC portable", "Dell", "Latitude 5490", "ABC3001", "zvautrin", "Zoé Vautrin", "rendu par Paul"],
    ["PC portable", "HP", "ProBook 450 G5", "ABC3002", "pmartin", "Paul Martin", "chargeur absent"],
    ["Écran", "Dell", "P2214H", "ABC3003", "zvautrin", "Zoé Vautrin", "24 pouces"],
]
CSV = "\n".join(";".join(row) for row in [TITLES, *ROWS])
RIGHT = [(1, "manufacturer"), (2, "model"), (3, "serial")]


def choices(*pairs: tuple[int, str | None]) -> dict[str, Any]:
    return {"columns": [{"column": column, "field": field} for column, field in pairs]}


async def correct(chain: Chain, import_id: str, *pairs: tuple[int, str | None], status: int = 200) -> dict[str, Any]:
    answer = await chain.donor.put(f"/api/v1/donations/imports/{import_id}/columns", json=choices(*pairs))
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def kept(chain: Chain) -> list[str]:
    """Maker, model and serial of each row."""
    found = await rows(chain.database, "SELECT manufacturer, model, serial FROM import_row ORDER BY position")
    return ["/".join(str(cell or "-") for cell in row) for row in found]


async def test_a_form_that_was_open_meanwhile_does_not_undo_another_tab(chain: Chain) -> None:
    seen = await preview(chain, CSV)
    browser = await chain.client.login("camille")
    page = f"/imports/{seen['import_id']}"
    old = re.search(r'name="shown" value="(\w+)"', (await browser.get(page)).text)
    assert old
    await correct(chain, seen["import_id"], *RIGHT)
    before = await kept(chain)
    late = {"column-1": "model", "column-2": "manufacturer", "shown": old[1]}
    answered = await press(browser, page, f"{page}/colonnes", late)
    assert answered.status_code == 422
    assert "corrigées entre-temps" in answered.text
    assert await kept(chain) == before
    now = re.search(r'name="shown" value="(\w+)"', answered.text)
    assert now
    assert (await press(browser, page, f"{page}/colonnes", late | {"shown": now[1]})).status_code == 200
    assert await kept(chain) != before, "sent again, knowing, it counts"


@pytest.mark.parametrize("content", ["", "\n\n", " ; ;\n;;\n", "\ufeff"])
async def test_an_empty_file_is_called_empty(chain: Chain, content: str) -> None:
    refused = await preview(chain, content, status=422)
    assert refused["detail"] == "Le fichier est vide."


@pytest.mark.parametrize("content", ["x" * 400_000, "x " * 300_000, f"\n{'y' * 400_000}\n"])
def test_one_huge_cell_is_called_too_long_not_empty(content: str) -> None:
    with pytest.raises(Unreadable, match="contient une cellule trop longue"):
        inspect(io.BytesIO(content.encode()), "utf-8")
    [line] = PastedTable.opened(content).lines(date(2026, 11, 30))
    assert line.reason == "Cette ligne contient une cellule trop longue."


@pytest.mark.parametrize("model", [f"Latitude {'é' * 120}", f"Latitude {'x' * 1500}"])
async def test_a_model_longer_than_is_kept_is_said_of_a_file_of_a_table_and_of_a_line(chain: Chain, model: str) -> None:
    said = "Modèle trop long : ses 120 premiers caractères sont gardés."
    seen = await preview(chain, f"Type;Marque;Modèle\nPC portable;Dell;{model}\nPC portable;Dell;Latitude 5490\n")
    browser = await chain.client.login("camille")
    for page in (
        await browser.get(f"/imports/{seen['import_id']}?voir=toutes"),
        await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": f"Type\tModèle\nPC portable\t{model}"}),
        await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "category-1": "laptop", "model-1": model[:200]}),
    ):
        assert page.status_code == 200
        assert page.text.replace("\u00a0", " ").count(said) == 1
    kept = [one.split("/")[1] for one in await declared(chain)]
    assert [len(one) <= 120 for one in kept] == [True, True]


async def test_a_catalogue_of_models_is_no_list_of_devices(chain: Chain) -> None:
    titles = "Name,Category,Manufacturer,Model Number,Fieldset,Requestable,EOL,Min Qty\n"
    refused = await preview(chain, titles + "Modèle 2,Laptops,Dell,5490,Laptops,Y,36,50\n", status=422)
    assert "catalogue des modèles de Snipe-IT" in refused["detail"]
    own = titles.replace("Name", "Serial") + "5CG1,Laptops,Dell,5490,Laptops,Y,36,50\n"
    assert (await preview(chain, own))["rows"] == 1


@pytest.mark.parametrize("content", [CSV, xlsx(Parc=[["Parc de l'année"], [], TITLES, *ROWS])], ids=["csv", "xlsx"])
async def test_a_column_taken_for_another_is_corrected_and_the_list_read_again(
    chain: Chain, content: str | bytes
) -> None:
    seen = await preview(chain, content)
    table = {column["header"]: column for column in seen["layout"]["table"]}
    assert table["Type"]["field"] == "category"
    assert table["Repère"] == {
        "column": 3, "header": "Repère", "field": None, "closed": False, "examples": ["ABC3001", "ABC3002", "ABC3003"]
    }  # fmt: skip
    again = await correct(chain, seen["import_id"], *RIGHT)
    assert (again["import_id"], again["rows"], again["accepted"]) == (seen["import_id"], 3, 3)
    assert again["layout"]["corrected"]
    assert await kept(chain) == ["Dell/Latitude 5490/ABC3001", "HP/ProBook 450 G5/ABC3002", "Dell/P2214H/ABC3003"]
    done = await confirm(chain, seen["import_id"])
    assert done["accepted"] == 3
    assert not await value(chain.database, "SELECT count(*) FROM import_copy")
    assert not await value(chain.database, "SELECT count(*) FROM fleet_import WHERE layout ? 'table'")
    await correct(chain, seen["import_id"], (1, None), status=409)


UNKNOWN = [
    ["Truc", "Machin", "Chose"],
    ["Latitude 5490", "SN00012345", "2019"],
    ["ProBook 450 G5", "SN00012346", "2019"],
    ["Latitude 7490", "SN00012399", "2020"],
]


@pytest.mark.parametrize(
    "content",
    ["\n".join(";".join(row) for row in UNKNOWN), xlsx(Notes=[["à voir"]], Parc=UNKNOWN)],
    ids=["csv", "xlsx"],
)
async def test_a_table_of_which_no_title_is_known_is_mapped_by_hand_and_remembered(
    chain: Chain, content: str | bytes
) -> None:
    seen = await preview(chain, content)
    assert (seen["accepted"], seen["layout"]["columns"]) == (0, {})
    browser = await chain.client.login("camille")
    shown = (await browser.get(f"/imports/{seen['import_id']}")).text.replace("&#39;", "'")
    assert "Aucun titre de colonne n'est reconnu" in shown
    again = await correct(chain, seen["import_id"], (0, "model"), (1, "serial"), (2, "year"))
    assert (again["rows"], again["accepted"]) == (3, 3)
    assert [row.split("/")[2] for row in await kept(chain)] == ["SN00012345", "SN00012346", "SN00012399"]
    assert (await preview(chain, content, name="suivant.csv"))["accepted"] == 3


@pytest.mark.parametrize(
    "content",
    [
        "Bonjour Madame,\nvoici la liste, comme promis, de nos postes.\nCordialement,\nJean",
        "Truc;Machin\n1;2\n3;4\n",
        "Truc;Truc;Chose\nrouge;vert;bleu\nhaut;bas;côté\n",
        "un;deux;trois\n",
    ],
)
async def test_what_is_no_table_is_still_refused_with_what_would_help(chain: Chain, content: str) -> None:
    refused = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": ("parc.csv", content.encode())}
    )
    assert refused.status_code == 422
    assert "Aucune colonne n'est reconnue" in refused.text


async def test_the_next_file_with_these_titles_is_read_so_until_it_is_forgotten(chain: Chain) -> None:
    first = await preview(chain, CSV)
    await correct(chain, first["import_id"], *RIGHT)
    turned = "\n".join(
        ";".join(reversed(row)) for row in [TITLES, *[[*row[:3], f"X{row[3]}", *row[4:]] for row in ROWS]]
    )
    second = await preview(chain, turned)
    assert second["layout"]["corrected"]
    assert second["layout"]["columns"]["serial"] == "Repère"
    assert second["accepted"] == 3
    answer = await chain.donor.delete(f"/api/v1/donations/imports/{second['import_id']}/columns")
    assert not answer.json()["layout"]["corrected"]
    assert "serial" not in answer.json()["layout"]["columns"]
    third = await preview(chain, f"{CSV}\n")
    assert not third["layout"]["corrected"]


async def test_another_donor_is_not_told_and_changes_nothing(chain: Chain) -> None:
    seen = await preview(chain, CSV)
    await chain.client.grant("dominique", "donor", "0198c0de-0000-7000-8000-000000000009")
    stranger = await chain.client.as_("dominique")
    for answer in (
        await stranger.put(f"/api/v1/donations/imports/{seen['import_id']}/columns", json=choices(*RIGHT)),
        await stranger.delete(f"/api/v1/donations/imports/{seen['import_id']}/columns"),
    ):
        assert answer.status_code == 404


async def test_a_column_about_people_stays_out_whatever_is_chosen(chain: Chain) -> None:
    """By its title, or by what stands in it: « Qui » holds logins."""
    seen = await preview(chain, CSV)
    closed = {column["header"]: column for column in seen["layout"]["table"] if column["closed"]}
    assert set(closed) == {"Qui", "Utilisateur"}
    assert not any(column["examples"] for column in closed.values())
    for column in (4, 5):
        refused = await correct(chain, seen["import_id"], (column, "serial"), status=422)
        assert refused["errors"][0]["field"] == f"column-{column}"
    twice = await correct(chain, seen["import_id"], (1, "model"), (2, "model"), status=422)
    assert "déjà prise" in twice["detail"]
    await correct(chain, seen["import_id"], *RIGHT, (6, "asset_tag"))
    for table in ("import_row", "import_copy", "fleet_import", "column_correction", "job"):
        found = f"SELECT count(*) FROM {table} t WHERE t::text ~* 'vautrin|zoé|martin|paul'"
        assert not await value(chain.database, found), table
    packed = await value(chain.database, "SELECT content FROM import_copy")
    copied = "\n".join(" ".join(cells) for _, cells in opened(packed, {}).rows)
    assert not re.search("vautrin|zoé|martin|paul|absent", copied, re.IGNORECASE)
    assert "24" in copied


def test_one_telephone_among_inventory_numbers_closes_no_column() -> None:
    content = "Type;Modèle;N° inventaire;Usager\nPC;ProBook 450;0612345678;Zoé\nPC;ProBook 450;INV-450;Paul\n"
    file = io.BytesIO(content.encode())
    reading = read(file, fingerprint(file)[1], date(2026, 11, 30), 100)
    assert json.loads(reading.layout)["personal"] == ["Usager"]
    assert reading.pieces[0].count(b"ProBook 450") == 2
    assert b"INV-450" in reading.pieces[0]
    assert b"0612345678" not in reading.pieces[0]


@pytest.mark.slow
async def test_a_long_list_is_read_again_by_the_worker(chain: Chain) -> None:
    lines = "".join(f"Portable;HP;EliteBook 840;SN{n:08d}X;Jean Dupont\n" for n in range(9000))
    asked = await send(chain, ("Type;Maison;Sorte;Repère;Utilisateur\n" + lines).encode())
    await work(chain)
    answer = await chain.donor.put(
        f"/api/v1/donations/imports/{asked['import_id']}/columns", json=choices((2, "model"), (3, "serial"))
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting")
    assert answer.json()["import_id"] == asked["import_id"]
    await confirm(chain, asked["import_id"], status=409)
    assert await work(chain)
    seen = await look(chain, asked["import_id"])
    assert (seen["rows"], seen["layout"]["corrected"]) == (9000, True)
    assert await value(chain.database, "SELECT count(DISTINCT serial) FROM import_row") == 9000
    assert (await confirm(chain, asked["import_id"]))["accepted"] == 9000


async def test_a_list_that_cannot_be_read_so_stays_as_it_was(chain: Chain) -> None:
    lines = "".join(f"Portable;{n};1000\n" for n in range(101))
    seen = await preview(chain, f"Type;Repère;Combien\n{lines}")
    refused = await correct(chain, seen["import_id"], (2, "quantity"), status=422)
    assert "plus grand don possible" in refused["detail"]
    assert (await chain.get(f"/donations/imports/{seen['import_id']}")) == seen


async def test_a_person_corrects_a_column_without_any_script(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    seen = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", CSV.encode())})
    assert "Par exemple : ABC3001 · ABC3002" in seen.text.replace("\u00a0", " ")
    page = seen.url.path
    form = {"column-0": "category", "column-1": "manufacturer", "column-2": "model", "column-3": "model"}
    refused = await press(browser, page, f"{page}/colonnes", form)
    assert refused.status_code == 422
    assert "est déjà prise pour cela" in refused.text
    again = await press(browser, page, f"{page}/colonnes", form | {"column-3": "serial"})
    assert again.url.path == page
    assert "Oublier cette correction" in again.text
    assert await kept(chain) == ["Dell/Latitude 5490/ABC3001", "HP/ProBook 450 G5/ABC3002", "Dell/P2214H/ABC3003"]
    forgotten = await press(browser, page, f"{page}/colonnes/oublier")
    assert "Oublier cette correction" not in forgotten.text


TABLE = "\n".join("\t".join(row) for row in [TITLES, *ROWS])
LINES_FORM = "/dons/nouveau/lignes"


def shown_columns(text: str) -> dict[str, str]:
    """Hidden field and selects of the columns, as a browser sends them."""
    of = re.search(r'name="columns-of" value="(\w+)"', text)
    assert of
    selects = re.findall(r'<select id="f-(column-\d+)".*?</select>', text, re.DOTALL)
    chosen = re.findall(r'<select id="f-(column-\d+)"(?:(?!</select>).)*?value="(\w*)" selected', text, re.DOTALL)
    return {"columns-of": of[1]} | dict.fromkeys(selects, "") | dict(chosen)


async def declared(chain: Chain) -> list[str]:
    """Maker, model and serial of each line of the drafts."""
    found = await rows(chain.database, "SELECT manufacturer, model, serial FROM donation_line ORDER BY position")
    return ["/".join(str(cell or "-") for cell in row) for row in found]


async def test_the_columns_of_a_pasted_table_are_corrected_in_the_form_and_remembered_as_a_files_are(
    chain: Chain,
) -> None:
    browser = await chain.client.login("camille")
    looked = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": TABLE, "action": "columns"})
    assert looked.status_code == 200
    assert "Par exemple : ABC3001 · ABC3002" in looked.text.replace("\u00a0", " ")
    columns = shown_columns(looked.text)
    assert columns["column-0"] == "category"
    assert {"column-4", "column-5"}.isdisjoint(columns), "they are about people"
    assert not await value(chain.database, "SELECT count(*) FROM donation"), "looking declares nothing"
    form = {"count": "1", "table": TABLE, "action": "save", **columns}
    chosen = {"column-1": "manufacturer", "column-2": "model", "column-3": "serial"}
    twice = await press(browser, LINES_FORM, LINES_FORM, {**form, **chosen, "column-2": "serial"})
    assert twice.status_code == 422
    assert "est déjà prise pour cela" in twice.text
    assert shown_columns(twice.text)["column-2"] == "serial", "what was chosen stays"
    draft = await press(browser, LINES_FORM, LINES_FORM, {**form, **chosen})
    assert "retenues pour vos prochains tableaux" in draft.text
    assert await declared(chain) == ["Dell/Latitude 5490/ABC3001", "HP/ProBook 450 G5/ABC3002", "Dell/P2214H/ABC3003"]
    # The next table with these titles, in any order, and the next file.
    turned = "\n".join(
        "\t".join(reversed(row)) for row in [TITLES, *[[*row[:3], f"X{row[3]}", *row[4:]] for row in ROWS]]
    )
    again = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": turned, "action": "save"})
    assert again.url.path != draft.url.path
    assert (await declared(chain)).count("Dell/Latitude 5490/XABC3001") == 1
    assert (await preview(chain, CSV))["layout"]["corrected"]
    # Until it is forgotten.
    looked = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": TABLE, "action": "columns"})
    assert "Oublier cette correction" in looked.text
    columns = shown_columns(looked.text)
    assert columns["column-3"] == "serial"
    asked = {"count": "1", "table": TABLE, **columns, "action": "forget-columns"}
    forgotten = await press(browser, LINES_FORM, LINES_FORM, asked)
    assert "Oublier cette correction" not in forgotten.text
    assert shown_columns(forgotten.text)["column-3"] == ""
    assert not await value(chain.database, "SELECT count(*) FROM column_correction")


async def test_a_table_pasted_again_into_its_draft_with_other_columns_replaces_its_lines(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    draft = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": TABLE, "action": "save"})
    assert "collez ce tableau de nouveau" in draft.text
    page = f"{draft.url.path}/modifier?ajout=0198c0de-0000-7000-8000-000000000777"
    looked = await press(
        browser, page, f"{draft.url.path}/modifier", {"count": "1", "table": TABLE, "action": "columns"}
    )
    chosen = {**shown_columns(looked.text), "column-1": "manufacturer", "column-2": "model", "column-3": "serial"}
    form = {"count": "1", "table": TABLE, "action": "save", **chosen}
    saved = await press(browser, page, f"{draft.url.path}/modifier", form)
    assert saved.url.path == draft.url.path
    assert await declared(chain) == ["Dell/Latitude 5490/ABC3001", "HP/ProBook 450 G5/ABC3002", "Dell/P2214H/ABC3003"]


async def test_a_pasted_table_of_which_no_title_is_known_asks_for_its_columns_at_once(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    table = "\n".join("\t".join(row) for row in UNKNOWN)
    asked = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": table, "action": "save"})
    assert asked.status_code == 422
    assert "dites ce que contient chaque colonne" in asked.text.replace("&#39;", "'")
    chosen = {**shown_columns(asked.text), "column-0": "model", "column-1": "serial", "column-2": "year"}
    form = {"count": "1", "table": table, "action": "save", **chosen}
    # Another table under the choices of this one is asked for its own.
    other = table.replace("Machin", "Bidule")
    changed = await press(browser, LINES_FORM, LINES_FORM, {**form, "table": other})
    assert changed.status_code == 422
    assert "plus les mêmes titres" in changed.text.replace("&#39;", "'") or "dites ce que contient" in changed.text
    await press(browser, LINES_FORM, LINES_FORM, form)
    assert [one.rpartition("/")[2] for one in await declared(chain)] == ["SN00012345", "SN00012346", "SN00012399"]
    forgotten = await press(browser, LINES_FORM, LINES_FORM, {**form, "action": "forget-columns"})
    assert "dites ce que contient chaque colonne" in forgotten.text.replace("&#39;", "'")
    assert not await value(chain.database, "SELECT count(*) FROM column_correction")


async def test_a_table_without_titles_has_its_columns_changed_for_this_once(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    table = "HP\tEliteBook 840\t5CG8472QX1\nDell\tLatitude 5490\t5CG8472QX2"
    looked = await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": table, "action": "columns"})
    columns = shown_columns(looked.text)
    assert set(columns) == {"columns-of", "column-0", "column-1", "column-2"}, "those that hold something"
    chosen = {**columns, "column-0": "manufacturer", "column-1": "model", "column-2": "serial"}
    await press(browser, LINES_FORM, LINES_FORM, {"count": "1", "table": table, "action": "save", **chosen})
    assert await declared(chain) == ["HP/EliteBook 840/5CG8472QX1", "Dell/Latitude 5490/5CG8472QX2"]
    assert not await value(chain.database, "SELECT count(*) FROM column_correction")


cell = st.text(max_size=30)


@given(st.lists(st.lists(cell, min_size=1, max_size=6), max_size=8), st.lists(cell, min_size=1, max_size=5))
def test_a_copy_has_the_rows_of_the_file_under_their_numbers(table: list[list[str]], titles: list[str]) -> None:
    source = Source("utf-8", ";", 3, layout_of(titles))
    copy = Copy(source)
    numbered = [(4 + 2 * number, row) for number, row in enumerate(table) if any(one.strip() for one in row)]
    for start in range(0, len(numbered), 3):
        copy.add(Block(source.layout, numbered[start : start + 3]))
    found = list(opened(copy.finish(), {}).rows)
    assert {number for number, _ in found} <= {number for number, _ in numbered}
    assert all(len(cells) == len(dict(numbered)[number]) for number, cells in found)


def test_a_list_read_again_without_any_correction_is_judged_as_before() -> None:
    file, day = io.BytesIO(FLEET.encode()), date(2026, 11, 24)
    reading = read(file, fingerprint(file)[1], day, 100)
    assert reading.copy is not None
    source, cells = opened(reading.copy, {})
    assert list(contents(written(cells, source.layout, day))) == reading.pieces
