"""Lines of a draft are corrected, copied and pasted in the page, in two tabs too."""

import html
import re
from uuid import uuid4

from filiere.testing.sql import rows

from .chain import Chain
from .drafting import FAULTY, drafted, fields_of, lines_of
from .test_imports import confirm, preview
from .test_pages import press, token


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
