"""Faulty rows of a draft come back as they were written, and the corrected file merges."""

import csv
import io

import pytest
from filiere.testing.properties import examples
from hypothesis import HealthCheck, given, settings

from .chain import Chain
from .drafting import FAULTY, drafted, fields_of, lines_of
from .test_imports import ROWS, preview
from .test_pages import press, token


async def test_faulty_rows_come_back_as_they_were_written_and_unchanged_change_nothing(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    download = (await browser.get(f"/dons/{draft['donation_id']}/a-revoir.csv")).text
    told = list(csv.DictReader(io.StringIO(download.lstrip("\ufeff")), delimiter=";"))
    assert [row["Quantité"] for row in told] == ["1", "quatre", "1"]
    before = await lines_of(chain, draft["donation_id"])
    again = await drafted(chain, download, donation_id=draft["donation_id"])
    assert (again["changed"], again["added"]) == (0, 0)
    assert await lines_of(chain, draft["donation_id"]) == before


async def test_the_corrected_faulty_rows_merge_into_the_same_draft(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}"
    download = (await browser.get(f"{path}/a-revoir.csv")).text
    corrected = download.replace(";;1;Lenovo", ";Portable;1;Lenovo").replace("quatre", "4").replace("2005", "2020")
    done = await press(browser, path, f"{path}/fichier", files={"file": ("corrigé.csv", corrected.encode())})
    assert "3 lignes corrigées, 0 ajoutée" in done.text.replace("\u00a0", " ")
    lines = await lines_of(chain, draft["donation_id"])
    assert {n: (line["verdict"], line["quantity"]) for n, line in lines.items()} == {
        2: ("accepted", 1), 3: ("accepted", 1), 4: ("accepted", 4), 5: ("accepted", 1),
    }  # fmt: skip
    assert (await chain.get("/donations"))["total"] == 1


async def test_an_older_file_of_faulty_rows_undoes_no_correction_made_since(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}"
    download = (await browser.get(f"{path}/a-revoir.csv")).text
    page = await browser.get(f"{path}/modifier?voir=a-revoir")
    form = fields_of(page.text) | {"csrf_token": token(page), "action": "save", "category-1": "laptop"}
    await browser.post(f"{path}/modifier", data=form)
    rival = download.replace(";;1;Lenovo", ";Écran;1;Lenovo")
    assert (await drafted(chain, rival, donation_id=draft["donation_id"]))["passed_over"] == 1
    assert (await lines_of(chain, draft["donation_id"]))[3]["category"] == "laptop"
    corrected = download.replace("quatre", "4").encode()
    done = await press(browser, path, f"{path}/fichier", files={"file": ("corrigé.csv", corrected)})
    told = done.text.replace("\u00a0", " ").replace("&#39;", "'")
    assert "1 ligne corrigée, 0 ajoutée" in told
    assert "1 ligne du fichier n'est pas reprise" in told
    assert "(ligne 3)" in told
    lines = await lines_of(chain, draft["donation_id"])
    assert {n: line["verdict"] for n, line in lines.items()} == {
        2: "accepted", 3: "accepted", 4: "accepted", 5: "refused",
    }  # fmt: skip
    # The same file, corrected further: it may change what it has written itself, and still nothing else.
    further = await drafted(
        chain, download.replace("quatre", "5").replace("2005", "2020"), donation_id=draft["donation_id"]
    )
    assert (further["changed"], further["passed_over"], further["passed_over_lines"]) == (2, 1, [3])
    lines = await lines_of(chain, draft["donation_id"])
    assert (lines[3]["verdict"], lines[4]["quantity"], lines[5]["verdict"]) == ("accepted", 5, "accepted")
    # A colleague's copy of it, where those rows are as they were, does not take that back either.
    stale = await drafted(chain, download + "\n", donation_id=draft["donation_id"])
    assert (stale["changed"], stale["passed_over"]) == (0, 3)


async def test_the_whole_corrected_file_merges_and_adds_what_is_new(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    whole = FAULTY.replace("\n;Lenovo", "\nPortable;Lenovo").replace("quatre", "4")
    whole += "PC portable;HP;EliteBook 850;5CG8472QX9;2021;1\n"
    seen = await preview(chain, whole)
    assert seen["earlier"][0] | {"lines": 0} == {
        "donation_id": draft["donation_id"], "import_id": None, "reference": draft["reference"], "lines": 0,
    }  # fmt: skip
    again = await drafted(chain, whole, donation_id=draft["donation_id"])
    assert (again["changed"], again["added"]) == (2, 1)
    assert len(await lines_of(chain, draft["donation_id"])) == 5


async def test_faulty_rows_of_a_preview_find_their_file_again(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    seen = await preview(chain, FAULTY)
    download = (await browser.get(f"/imports/{seen['import_id']}/erreurs.csv")).text
    again = await preview(chain, download.replace("quatre", "4"), "lignes-a-revoir.csv")
    page = await browser.get(f"/imports/{again['import_id']}")
    assert "parc.csv" in page.text
    assert again["earlier"][0]["import_id"] == seen["import_id"]
    form = {"fichier": seen["import_id"], "csrf_token": token(page)}
    done = await browser.post(f"/imports/{again['import_id']}/brouillon", data=form)
    assert "1 ligne corrigée" in done.text.replace("\u00a0", " ")
    assert (await chain.get("/donations"))["total"] == 1


async def test_a_shifted_row_comes_back_shifted_and_without_what_may_be_a_person_s(chain: Chain) -> None:
    shifted = "Type;Modèle;Utilisateur;N° de série\nPortable;HP 840; G5;Jean Dupont;5CG8472QX1\n"
    draft = await drafted(chain, shifted)
    browser = await chain.client.login("camille")
    download = (await browser.get(f"/dons/{draft['donation_id']}/a-revoir.csv")).text
    assert "Portable" in download
    assert "HP 840" in download
    assert "Dupont" not in download
    again = await drafted(chain, download, donation_id=draft["donation_id"])
    assert (again["changed"], again["added"], again["errors"]) == (0, 0, 1)


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ROWS)
async def test_faulty_rows_sent_back_unchanged_are_the_same_lines(chain: Chain, drawn: list[tuple[str, ...]]) -> None:
    """A law: whatever was written, its file of faulty rows changes nothing when it comes back as it is."""
    content = "Type;N° de série;Année;Quantité;Modèle\n" + "".join(";".join(row) + "\n" for row in drawn)
    if not any(any(row) for row in drawn):
        return
    draft = await drafted(chain, content)
    path = f"/api/v1/donations/{draft['donation_id']}"
    before = await lines_of(chain, draft["donation_id"])
    browser = await chain.client.login("camille")
    download = (await browser.get(f"/dons/{draft['donation_id']}/a-revoir.csv")).text
    if download.count("\r\n") > 1:
        again = await drafted(chain, download, donation_id=draft["donation_id"])
        assert again["added"] == 0
        kept = {n: line | {"reason": ""} for n, line in (await lines_of(chain, draft["donation_id"])).items()}
        assert kept == {n: line | {"reason": ""} for n, line in before.items()}
    assert (await chain.donor.delete(path)).status_code == 204


@pytest.mark.parametrize("size", [2000])
async def test_a_large_draft_is_corrected_by_its_whole_file(chain: Chain, size: int) -> None:
    fleet = "Type;Marque;Modèle;N° de série;Année\n"
    fleet += "".join(f"Portable;HP;EliteBook 840;SN{n:08d}X;{2005 if n % 10 == 0 else 2021}\n" for n in range(size))
    draft = await drafted(chain, fleet)
    again = await drafted(chain, fleet.replace("2005", "2020"), donation_id=draft["donation_id"])
    assert (again["changed"], again["added"], again["accepted"]) == (size // 10, 0, size)
