"""One declaration until it is sent: private, corrected in the page or by file, merged, deleted, sent once."""

import csv
import html
import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from filiere.testing.events import published
from filiere.testing.properties import examples
from filiere.testing.sql import rows
from hypothesis import HealthCheck, given, settings

from .chain import Chain, laptop, register
from .test_imports import FLEET, ROWS, confirm, preview
from .test_pages import press, token

FAULTY = """Type;Marque;Modèle;N° de série;Année;Quantité
PC portable;HP;EliteBook 840 G5;5CG8472QX1;2021;1
;Lenovo;20FM;PF0A3K77;2019;1
Écran;Dell;P2214H;;2018;quatre
PC portable;Dell;Latitude 3410;9XK2LM3;2005;1
"""


async def drafted(chain: Chain, content: str, **into: Any) -> dict[str, Any]:
    seen = await preview(chain, content)
    answer = await chain.donor.post(f"/api/v1/donations/imports/{seen['import_id']}/draft", json=into or None)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def lines_of(chain: Chain, donation: str) -> dict[int, dict[str, Any]]:
    return {line["line"]: line for line in (await chain.get(f"/donations/{donation}/lines"))["items"]}


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of a form of lines that nobody has touched."""
    fields = dict(re.findall(r'name="((?:id|count|don|shown)(?:-\d+)?)" value="([^"]*)"', page))
    names = "quantity|manufacturer|model|serial|imei2|asset_tag|year|ram_gb|storage_gb"
    fields |= dict(re.findall(rf'name="((?:{names})-\d+)"[^>]*? value="([^"]*)"', page))
    for n in re.findall(r'<select id="f-(category-\d+)"', page):
        chosen = re.search(rf'id="f-{n}".*?</select>', page, re.S)
        picked = chosen and re.search(r'value="(\w+)" selected', chosen[0])
        fields[n] = picked[1] if picked else ""
    return fields


async def test_a_draft_is_its_donors_own_people_s_alone(chain: Chain) -> None:
    draft = await chain.declare(laptop(serial="5CG8472QX1"), draft=True)
    await chain.client.grant("paul", "donor", UUID(chain.donor_id))
    colleague = await chain.client.as_("paul")
    path = f"/api/v1/donations/{draft['id']}"
    assert (await colleague.get(path)).status_code == 200
    for way in ("", "/lines", "/devices", "/devices.csv", "/impact"):
        assert (await chain.coordinator.get(f"{path}{way}")).status_code == 404, way
    for step in ("submit", "accept"):
        assert (await chain.coordinator.post(f"{path}/{step}")).status_code == 404
    assert (await chain.coordinator.delete(path)).status_code == 404
    assert (await chain.coordinator.get("/api/v1/donations")).json()["total"] == 0
    coordination = await chain.client.login("nadia")
    for way in ("", "/lignes", "/modifier", "/a-revoir.csv", "/etiquettes"):
        assert (await coordination.get(f"/dons/{draft['id']}{way}")).status_code == 404, way
    for listing in ("/dons", f"/equipements?q={draft['reference']}"):
        assert draft["id"] not in (await coordination.get(listing)).text
    assert (await colleague.post(f"{path}/submit")).status_code == 200
    assert (await chain.coordinator.get(path)).status_code == 200


async def test_a_file_that_is_not_sent_is_as_private_as_a_draft(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    path = f"/api/v1/donations/imports/{seen['import_id']}"
    assert (await chain.coordinator.get(path)).status_code == 404
    assert (await chain.coordinator.get(f"{path}/errors.csv")).status_code == 404
    assert (await chain.coordinator.post(f"{path}/confirm")).status_code == 404
    await confirm(chain, seen["import_id"])
    assert (await chain.coordinator.get(path)).status_code == 200


async def test_what_the_coordination_drafts_for_a_donor_both_see(chain: Chain) -> None:
    answer = await chain.coordinator.post(
        "/api/v1/donations", json={"donor_id": chain.donor_id, "lines": [laptop()], "draft": True}
    )
    path = f"/api/v1/donations/{answer.json()['id']}"
    assert (await chain.coordinator.get(path)).status_code == 200
    assert (await chain.donor.get(path)).status_code == 200


async def test_a_file_becomes_one_draft_that_keeps_its_faulty_rows(chain: Chain) -> None:
    seen = await preview(chain, FAULTY)
    draft = await drafted(chain, FAULTY)
    assert await drafted(chain, FAULTY) == draft | {"added": 0}
    assert (draft["accepted"], draft["refused"], draft["errors"]) == (1, 1, 2)
    lines = await lines_of(chain, draft["donation_id"])
    assert {n: line["verdict"] for n, line in lines.items()} == {2: "accepted", 3: "error", 4: "error", 5: "refused"}
    assert await published(chain.database) == []
    sent = await confirm(chain, seen["import_id"])
    assert (sent["donation_id"], sent["declared"], sent["accepted"]) == (draft["donation_id"], 2, 1)
    assert await confirm(chain, seen["import_id"]) == sent
    assert len(await published(chain.database, "donation-declared")) == 1


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


async def test_an_abandoned_draft_locks_nothing_and_the_first_that_is_sent_declares(chain: Chain) -> None:
    first = await chain.declare(laptop(serial="5CG8472QX1"), draft=True)
    second = await chain.declare(laptop(serial="5CG8472QX1"), laptop(), draft=True)
    assert second["accepted"] == 2
    browser = await chain.client.login("camille")
    assert first["reference"] in (await browser.get(f"/dons/{second['id']}")).text
    assert (await chain.donor.post(f"/api/v1/donations/{second['id']}/submit")).json()["accepted"] == 2
    refused = await chain.donor.post(f"/api/v1/donations/{first['id']}/submit")
    assert refused.status_code == 409
    assert "rien à envoyer" in refused.json()["title"]
    assert (await chain.get(f"/donations/{first['id']}"))["status"] == "draft"
    assert "est déjà déclaré dans le don" in (await browser.get(f"/dons/{first['id']}")).text.replace("\u00a0", " ")


async def test_deleting_a_draft_frees_its_file(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}"
    gone = await press(browser, path, f"{path}/supprimer")
    assert "est supprimé" in gone.text
    assert (await browser.get(path)).status_code == 404
    assert (await preview(chain, FAULTY))["status"] == "previewed"
    sent = await chain.declare(laptop())
    assert (await chain.donor.delete(f"/api/v1/donations/{sent['id']}")).status_code == 409


async def test_faulty_lines_are_corrected_in_the_page_and_judged_at_once(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}/modifier"
    page = await browser.get(f"{path}?voir=a-revoir")
    fields = fields_of(page.text)
    assert [fields[f"quantity-{n}"] for n in (1, 2, 3)] == ["1", "quatre", "1"]
    wrong = fields | {"csrf_token": token(page), "action": "save", "quantity-2": "beaucoup"}
    assert (await browser.post(path, data=wrong)).status_code == 422
    right = fields | {
        "csrf_token": token(page),
        "action": "save",
        "category-1": "laptop",
        "quantity-2": "4",
        "remove-3": "true",
    }
    done = await browser.post(path, data=right)
    assert done.url.path == f"/dons/{draft['donation_id']}"
    assert "Toutes les lignes sont acceptées : envoyez 6 équipements." in done.text.replace("\u00a0", " ")
    again = await browser.post(path, data=right)
    assert again.status_code == 200
    assert len(await lines_of(chain, draft["donation_id"])) == 3


async def test_the_page_of_a_file_counts_its_draft_as_it_is_now(chain: Chain) -> None:
    seen = await preview(chain, FAULTY)
    draft = await drafted(chain, FAULTY)
    reads, path = f"/imports/{seen['import_id']}", f"/api/v1/donations/imports/{seen['import_id']}"
    browser = await chain.client.login("camille")

    async def said() -> str:
        page = html.unescape((await browser.get(reads)).text)
        return " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())

    before = await said()
    assert "compte aujourd'hui 1 ligne acceptée sur 4, 1 refusée, 2 à corriger. Il déclare 2 équipements" in before
    edit = f"/dons/{draft['donation_id']}/modifier"
    page = await browser.get(f"{edit}?voir=a-revoir")
    right = {"category-1": "laptop", "quantity-2": "4", "remove-3": "1", "action": "save", "csrf_token": token(page)}
    assert (await browser.post(edit, data=fields_of(page.text) | right)).url.path == f"/dons/{draft['donation_id']}"
    after = await said()
    assert "compte aujourd'hui 3 lignes acceptées sur 3. Il déclare 6 équipements." in after
    assert "tel qu'il a été lu : 4 lignes lues, 1 acceptée" in after, "the file itself says what it said"
    now = (await chain.get(path.removeprefix("/api/v1")))["now"]
    assert (now["accepted"], now["refused"], now["errors"], now["declared"]) == (3, 0, 0, 6)
    await confirm(chain, seen["import_id"])
    assert f"Le don {draft['reference']} compte aujourd'hui 3 lignes acceptées sur 3" in await said()
    withdrawn = await chain.donor.post(f"/api/v1/donations/{draft['donation_id']}/withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    assert "Ce don n'a pas eu lieu : le même fichier peut être envoyé de nouveau." in await said()
    assert (await preview(chain, FAULTY))["import_id"] != seen["import_id"]


async def test_two_tabs_on_the_same_lines_write_each_what_was_changed_in_it(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}/modifier"
    page = await browser.get(f"{path}?voir=a-revoir")
    form = fields_of(page.text) | {"csrf_token": token(page), "action": "save"}
    await browser.post(path, data=form | {"category-1": "laptop", "model-1": "ThinkPad T490", "quantity-2": "4"})
    other = form | {"model-2": "U2415", "year-3": "2020", "quantity-2": "2"}
    both = await browser.post(path, data=other)
    assert both.status_code == 422
    said = both.text.replace("\u00a0", " ").replace("&#39;", "'")
    assert "changée entre-temps" in said
    assert '<a href="#f-line-2">Ligne 4</a>' in said
    assert 'value="U2415"' in said
    lines = await lines_of(chain, draft["donation_id"])
    assert (lines[3]["model"], lines[4]["quantity"], lines[5]["year"]) == ("ThinkPad T490", 4, 2005)
    again = fields_of(both.text) | {"csrf_token": token(both), "action": "save"}
    assert again["model-2"] == "U2415"
    kept = await browser.post(path, data=again | {"theirs-2": "true"})
    assert kept.url.path == f"/dons/{draft['donation_id']}"
    lines = await lines_of(chain, draft["donation_id"])
    assert (lines[3]["model"], lines[4]["quantity"], lines[5]["year"]) == ("ThinkPad T490", 4, 2020)
    await browser.post(path, data=again)
    lines = await lines_of(chain, draft["donation_id"])
    assert (lines[3]["model"], lines[4]["model"], lines[4]["quantity"]) == ("ThinkPad T490", "U2415", 2)


async def test_a_line_taken_out_in_one_tab_stays_out_unless_the_other_changed_it(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['donation_id']}/modifier"
    page = await browser.get(f"{path}?voir=a-revoir")
    form = fields_of(page.text) | {"csrf_token": token(page), "action": "save"}
    await browser.post(path, data=form | {"remove-1": "true", "remove-2": "true", "year-3": "2020"})
    assert (await browser.post(path, data=form)).status_code == 200
    assert set(await lines_of(chain, draft["donation_id"])) == {2, 5}
    typed = await browser.post(path, data=form | {"category-1": "laptop", "remove-3": "true"})
    assert typed.status_code == 422
    said = typed.text.replace("\u00a0", " ")
    assert "retirée entre-temps" in said
    assert "changée entre-temps" in said
    assert set(await lines_of(chain, draft["donation_id"])) == {2, 5}


async def test_a_copy_of_a_line_is_another_device_until_its_twin_goes(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    page = await browser.get("/dons/nouveau/lignes")
    don = re.search(r'name="don" value="([^"]+)"', page.text)
    assert don is not None
    form = {
        "csrf_token": token(page),
        "don": don[1],
        "count": "2",
        "category-1": "laptop",
        "model-1": "840",
        "serial-1": "5CG8472QX1",
    }
    copied = await browser.post("/dons/nouveau/lignes", data=form | {"action": "copy-1"})
    assert copied.text.count('value="840"') == 2
    assert copied.text.count("5CG8472QX1") == 1
    kept = await browser.post("/dons/nouveau/lignes", data=form | {"action": "keep"})
    assert 'value="840"' in kept.text
    assert await rows(chain.database, "SELECT id FROM donation") == []
    twins = form | {"category-2": "laptop", "serial-2": "5CG8472QX1", "id-1": str(uuid4()), "id-2": str(uuid4())}
    draft = await browser.post("/dons/nouveau/lignes", data=twins)
    assert "même numéro de série que la ligne 1" in draft.text.replace("\u00a0", " ")
    path = draft.url.path
    gone = {
        "csrf_token": token(draft),
        "count": "1",
        "id-1": twins["id-1"],
        "remove-1": "true",
        "category-1": "laptop",
        "quantity-1": "1",
        "model-1": "840",
        "serial-1": "5CG8472QX1",
    }
    after = await browser.post(f"{path}/modifier", data=gone)
    assert "Toutes les lignes sont acceptées" in after.text


async def test_the_form_that_comes_twice_makes_one_draft_and_never_a_second_donation(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    page = await browser.get("/dons/nouveau/lignes")
    don = re.search(r'name="don" value="([^"]+)"', page.text)
    assert don is not None
    form = {
        "csrf_token": token(page), "don": don[1], "count": "1", "category-1": "laptop",
        "serial-1": "SN0001AA\r\nSN0002AA\r\nSN0003AA", "note": "Cour au fond",
        "table": "Type\tMarque\tModèle\nÉcran\tDell\tP2214H\nÉcran\tDell\tP2214H",
    }  # fmt: skip
    first = await browser.post("/dons/nouveau/lignes", data=form)
    second = await browser.post("/dons/nouveau/lignes", data=form)
    assert first.url == second.url
    assert "Cour au fond" in first.text
    assert len(await lines_of(chain, don[1])) == 5
    await press(browser, first.url.path, f"{first.url.path}/envoyer")
    after = await browser.post("/dons/nouveau/lignes", data=form)
    assert "déjà envoyée" in after.text
    assert len(await published(chain.database, "donation-declared")) == 1
    assert (await chain.get("/donations"))["total"] == 1


async def test_numbers_are_typed_by_hand_as_a_list_may_write_them(chain: Chain) -> None:
    donor, form = await chain.client.login("camille"), "/dons/nouveau/lignes"
    told = {"count": "1", "category-1": "laptop", "quantity-1": "3 pcs", "year-1": "31/12/2020", "storage_gb-1": "1 To"}
    wrong = await press(donor, form, form, {**told, "ram_gb-1": "beaucoup"})
    assert "Écrivez un nombre." in wrong.text
    draft = await press(donor, form, form, {**told, "ram_gb-1": "7,5"})
    shown = " ".join(re.sub(r"<[^>]*>", " ", draft.text.replace("\u00a0", " ").replace("\u202f", " ")).split())
    assert "2020, 7,5 Go, disque 1 000 Go" in shown
    assert "envoyez 3 équipements" in shown
    sent = await press(donor, draft.url.path, f"{draft.url.path}/envoyer")
    assert "2020, 7,5 Go, disque" in sent.text, "who decides reads what was declared"


async def test_a_table_without_titles_is_read_in_the_order_of_the_form(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    table = "PC portable\t1\tHP\tEliteBook 840\t5CG8472QX1\tINV-1\t2021\t16\t512\n" * 1
    form = {"count": "1", "table": table}
    draft = await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", form)
    (line,) = (await lines_of(chain, draft.url.path.rpartition("/")[2])).values()
    assert (line["serial"], line["asset_tag"], line["ram_gb"], line["storage_gb"]) == ("5CG8472QX1", "INV-1", 16, 512)


async def test_a_pasted_table_says_what_of_it_is_not_read_and_follows_what_was_said_of_such_a_list(
    chain: Chain,
) -> None:
    browser = await chain.client.login("camille")
    titles = ["Chose de la maison", "Marque", "Modèle", "N° de série", "Coin", "Utilisateur"]
    row = ["Portable", "HP", "EliteBook 840", "5CG8472QX1", "INV-1", "Jean Dupont"]
    table = "\t".join(titles) + "\n" + "\t".join(row)
    form = "/dons/nouveau/lignes"
    draft = await press(browser, form, form, {"count": "1", "table": table})
    said = html.unescape(draft.text).replace("\u00a0", " ")
    assert "Colonnes qui ne sont pas lues : Chose de la maison, Coin." in said
    assert "Ce qui concerne des personnes n'est jamais lu : Utilisateur." in said
    (line,) = (await lines_of(chain, draft.url.path.rpartition("/")[2])).values()
    assert (line["category"], line["asset_tag"]) == ("laptop", None)  # by its model
    assert "Dupont" not in said
    # The same titles in a file, and what they are said to be: remembered, whatever their order.
    made = await chain.donor.post(
        "/api/v1/donations/imports",
        data={"donor_id": chain.donor_id},
        files={"file": ("parc.csv", table.replace("\t", ";").encode(), "text/csv")},
    )
    fields = ["category", "manufacturer", "model", "serial", "asset_tag"]
    chosen = {"columns": [{"column": n, "field": field} for n, field in enumerate(fields)]}
    answer = await chain.donor.put(f"/api/v1/donations/imports/{made.json()['import_id']}/columns", json=chosen)
    assert answer.status_code == 200, answer.text
    turned = "\t".join(reversed(titles)) + "\n" + "\t".join(reversed(row)).replace("QX1", "QX2")
    draft = await press(browser, form, form, {"count": "1", "table": turned})
    (line,) = (await lines_of(chain, draft.url.path.rpartition("/")[2])).values()
    assert (line["verdict"], line["asset_tag"]) == ("accepted", "INV-1")
    assert "ne sont pas lues" not in html.unescape(draft.text)


async def test_nobody_elses_draft_can_be_written_to(chain: Chain) -> None:
    draft = await drafted(chain, FAULTY)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    stranger = await chain.client.login("dominique")
    form = {"count": "1", "category-1": "laptop", "don": draft["donation_id"]}
    assert (await press(stranger, "/dons/nouveau/lignes", "/dons/nouveau/lignes", form)).status_code == 404
    for way in ("modifier", "supprimer", "fichier", "envoyer"):
        answer = await press(stranger, "/dons/nouveau", f"/dons/{draft['donation_id']}/{way}", form)
        assert answer.status_code == 404, way
    assert len(await lines_of(chain, draft["donation_id"])) == 4


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


async def test_lines_added_twice_by_one_form_are_added_once(chain: Chain) -> None:
    draft = await chain.declare(laptop(), draft=True)
    browser = await chain.client.login("camille")
    form_page = await browser.get(f"/dons/{draft['id']}/modifier")
    fields = dict(re.findall(r'name="((?:id-\d|don))" value="([^"]*)"', form_page.text))
    form = fields | {"csrf_token": token(form_page), "count": "3", "category-1": "monitor", "model-1": "P2214H"}
    for _again in range(2):
        await browser.post(f"/dons/{draft['id']}/modifier", data=form)
    assert len(await lines_of(chain, draft["id"])) == 2
    back = await browser.get(str(form_page.url))
    assert 'value="P2214H"' in back.text
    assert (await browser.get(f"/dons/nouveau/lignes?don={draft['id']}")).url.path == f"/dons/{draft['id']}"


async def test_the_form_does_not_tell_which_ids_are_another_donors_drafts(chain: Chain) -> None:
    theirs = await chain.declare(laptop(), draft=True)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    browser = await chain.client.login("dominique")
    for don in (theirs["id"], "01890000-0000-7000-8000-000000000000"):
        answered = await browser.get(f"/dons/nouveau/lignes?don={don}")
        assert (answered.status_code, answered.url.path) == (200, "/dons/nouveau/lignes")
