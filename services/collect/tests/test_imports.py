"""A fleet file: understood, judged row by row, declared once."""

import asyncio
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from collect.eligibility.judge import LineVerdict
from collect.imports.reading import fingerprint, inspect
from collect.imports.rows import judged_rows
from filiere.testing.events import published
from filiere.testing.properties import examples
from filiere.testing.sql import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .chain import Chain, laptop, register

FLEET = """Type;Marque;Modèle;N° de série;N° inventaire;Année;RAM (Go);Disque;Utilisateur;E-mail;Étage
PC portable;Hewlett-Packard;EliteBook 840 G5;5CG8472QX1;INV-001;2021;7,8;256 Go;jdupont;jean.dupont@exemple.fr;2
PC portable;HP;EliteBook 840 G5;5CG8472QX1;INV-002;2021;8;256 Go;jdupont;;2
Portable;Zorglub;Book 14;To be filled by O.E.M.;;2022;16;512 Go;;;2
Ordinateur de bureau;Dell;OptiPlex 3010;AB12CD34;;2011;4;500 Go;;;1
;Lenovo;20FM;PF0A3K77;;2019;8;256 Go;;;1
Écran;Dell;P2214H;;;2018;;;;;1
Serveur;Dell;PowerEdge;SRV12345;;2020;64;4 To;;;0
Smartphone;Samsung;Galaxy A52;356938035643809;;12/03/2021;6;128 Go;;;1
"""


async def preview(chain: Chain, content: str | bytes, name: str = "parc.csv", *, status: int = 201) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    answer = await chain.donor.post(
        "/api/v1/donations/imports", files={"file": (name, io.BytesIO(data))}, data={"donor_id": chain.donor_id}
    )
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def confirm(chain: Chain, import_id: str, *, status: int = 201) -> dict[str, Any]:
    answer = await chain.donor.post(f"/api/v1/donations/imports/{import_id}/confirm")
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def test_a_preview_says_how_many_are_accepted_and_why_not_the_rest(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    assert (seen["rows"], seen["accepted"], seen["refused"], seen["errors"]) == (8, 4, 3, 1)
    assert seen["headline"].replace("\u00a0", " ") == "4 lignes acceptées sur 8, et voici pourquoi 4 ne le sont pas"
    problems = {problem["row"]: (problem["rule"], problem["reason"]) for problem in seen["problems"]}
    assert problems[3] == ("duplicate", "En double : même numéro de série que la ligne 2.")
    assert problems[5][0] == "age"
    assert problems[6][0] == "missing-category"
    assert problems[8][0] == "category"
    assert "Serveur" in problems[8][1]
    assert sum(rule["count"] for rule in seen["by_rule"]) == 4
    assert await published(chain.database) == []  # nothing is declared yet


async def test_confirming_makes_one_donation_however_often(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    first = await confirm(chain, seen["import_id"])
    assert (first["declared"], first["accepted"], first["refused"]) == (7, 4, 3)
    assert await confirm(chain, seen["import_id"]) == first
    lines = (await chain.get(f"/donations/{first['donation_id']}/lines"))["items"]
    assert [line["line"] for line in lines] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert lines[4]["verdict"] == "error"  # stays to be seen, and counts for nothing
    assert lines[0]["manufacturer"] == "HP"
    assert (lines[0]["ram_gb"], lines[0]["storage_gb"], lines[0]["year"]) == (8.0, 256.0, 2021)
    assert lines[2]["remarks"] == [
        "Marque inconnue : gardée telle qu'écrite.",
        "Numéro de série inutilisable : l'équipement sera suivi par son étiquette.",
    ]
    assert lines[-1]["serial"] == "356938035643809"
    assert len(await published(chain.database, "donation-declared")) == 1


async def test_the_same_file_sent_twice_is_one_import(chain: Chain) -> None:
    first = await preview(chain, FLEET)
    assert (await preview(chain, FLEET, "copie.csv"))["import_id"] == first["import_id"]
    confirmed = await confirm(chain, first["import_id"])
    again = await preview(chain, FLEET)
    assert (again["status"], again["donation_id"]) == ("confirmed", confirmed["donation_id"])
    assert (await chain.get("/donations"))["total"] == 1


async def test_the_same_file_sent_and_confirmed_twice_at_once_is_one_donation(chain: Chain) -> None:
    first, second = await asyncio.gather(preview(chain, FLEET), preview(chain, FLEET))
    assert first["import_id"] == second["import_id"]
    done, again = await asyncio.gather(*(confirm(chain, first["import_id"]) for _ in range(2)))
    assert done == again
    assert len(await published(chain.database, "donation-declared")) == 1


async def test_the_corrected_file_declares_only_what_is_new(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    await confirm(chain, seen["import_id"])
    corrected = FLEET.replace(";Lenovo", "Portable;Lenovo").replace("2011;4", "2021;8")
    again = await preview(chain, corrected)
    assert again["accepted"] == 2
    rules = {problem["row"]: problem["rule"] for problem in again["problems"]}
    # The screen and the laptop without a usable serial were declared from the first file too.
    assert {row for row, rule in rules.items() if rule == "already-declared"} == {2, 4, 7, 9}


async def test_a_second_gift_of_screens_without_numbers_is_no_correction(chain: Chain) -> None:
    screens = "Type;Marque;Modèle;N° de série\n" + "Écran;Dell;P2214H;\n" * 10
    await confirm(chain, (await preview(chain, screens))["import_id"])
    more = screens + "PC portable;HP;EliteBook 840;5CG8472QX9\n"
    assert (await preview(chain, more))["accepted"] == 11


async def test_a_serial_declared_between_preview_and_confirmation_is_refused_then(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    await chain.declare(laptop(serial="5CG8472QX1"))
    confirmed = await confirm(chain, seen["import_id"])
    assert (confirmed["accepted"], confirmed["refused"]) == (3, 4)


async def test_nothing_personal_is_kept(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    assert seen["layout"]["personal"] == ["Utilisateur", "E-mail"]
    assert seen["layout"]["ignored"] == ["Étage"]
    await confirm(chain, seen["import_id"])
    for table in ("fleet_import", "import_row", "donation_line", "outbox"):
        kept = " ".join(text for (text,) in await rows(chain.database, f"SELECT t::text FROM {table} t"))
        assert "dupont" not in kept


async def test_the_errors_come_back_as_a_file_that_can_be_corrected_and_sent(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    await confirm(chain, seen["import_id"])
    answer = await chain.donor.get(f"/api/v1/donations/imports/{seen['import_id']}/errors.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = answer.text.lstrip("\ufeff").splitlines()
    assert len(rows) == 5
    corrected = answer.text.replace(";;1;Lenovo", ";Portable;1;Lenovo")
    again = await preview(chain, corrected)
    assert again["accepted"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_encoding_and_delimiter_is_read(encoding: str, delimiter: str) -> None:
    file = io.BytesIO(FLEET.replace("7,8", "8").replace(";", delimiter).encode(encoding))
    source = inspect(file, fingerprint(file)[1])
    assert source.layout.named()["category"] == "Type"
    verdicts = [line.verdict for line in judged_rows(file, source, date(2026, 11, 24), 100)]
    assert (len(verdicts), verdicts.count(LineVerdict.ACCEPTED)) == (8, 4)


async def test_a_title_above_the_header_is_skipped(chain: Chain) -> None:
    seen = await preview(chain, "Inventaire du parc;;;\nÉdité le 3 novembre;;;\n\n" + FLEET)
    assert seen["layout"]["header_row"] == 4
    assert seen["problems"][0]["row"] == 6


async def test_a_file_without_a_known_column_is_refused_with_an_example(chain: Chain) -> None:
    refused = await preview(chain, "a;b\n1;2\n", status=422)
    assert "N° de série" in refused["detail"]


async def test_quantities_become_as_many_devices(chain: Chain) -> None:
    seen = await preview(chain, "Type;Quantité;Modèle\nÉcran;10;P2214H\nPortable;0;X\n")
    assert (seen["accepted"], seen["accepted_devices"], seen["errors"]) == (1, 10, 1)
    confirmed = await confirm(chain, seen["import_id"])
    accepted = await chain.do(f"/donations/{confirmed['donation_id']}/accept")
    assert accepted["accepted"] == 10
    assert (await chain.get(f"/donations/{confirmed['donation_id']}/devices"))["total"] == 10


async def test_a_declined_file_may_be_sent_again(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    confirmed = await confirm(chain, seen["import_id"])
    await chain.do(f"/donations/{confirmed['donation_id']}/decline", {"reason": "Pas cette année."})
    again = await preview(chain, FLEET)
    assert again["import_id"] != seen["import_id"]
    assert again["accepted"] == 4


async def test_another_donor_sees_nothing_of_it(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    other = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("dominique", "donor", other["id"])
    stranger = await chain.client.as_("dominique")
    path = f"/api/v1/donations/imports/{seen['import_id']}"
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get(f"{path}/errors.csv")).status_code == 404
    assert (await stranger.post(f"{path}/confirm")).status_code == 404


async def test_a_fleet_of_5000_rows_is_previewed_confirmed_and_accepted(chain: Chain) -> None:
    rows = "".join(f"Portable;HP;EliteBook 840;SN{n:08d}X;2021;8\n" for n in range(5000))
    seen = await preview(chain, "Type;Marque;Modèle;N° de série;Année;RAM\n" + rows)
    confirmed = await confirm(chain, seen["import_id"])
    accepted = await chain.do(f"/donations/{confirmed['donation_id']}/accept")
    assert accepted["accepted"] == 5000
    parts = await published(chain.database, "donation-accepted")
    assert [len(part.data["verdicts"]) for part in parts] == [1000] * 5


SNIPEIT = Path(__file__).parents[4] / "shared" / "samples" / "snipeit" / "assets-sample.csv"


@pytest.mark.skipif(not SNIPEIT.exists(), reason="the Snipe-IT sample is not here")
async def test_a_snipeit_export_is_understood(chain: Chain) -> None:
    seen = await preview(chain, SNIPEIT.read_bytes(), SNIPEIT.name)
    columns = seen["layout"]["columns"]
    assert columns["category"] == "Category"
    assert columns["asset_tag"] == "Asset Tag"
    assert columns["year"] == "Purchase Date"
    assert columns["model"] == "Model"
    assert "Checked Out To: Email" in seen["layout"]["personal"]
    # The sample's categories are building trades: each row is to correct, quoting its own word.
    assert seen["rows"] == seen["errors"] == 22
    assert all("n'est pas un équipement connu" in problem["reason"] for problem in seen["problems"])
    assert any("Vouliez-vous dire : ordinateur portable ?" in problem["reason"] for problem in seen["problems"])


CELL = st.sampled_from(
    ["", "Portable", "Écran", "laptop", "Serveur", "2021", "2009", "8", "To be filled by O.E.M.", "x"]
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Portable", "Écran", "Serveur", "", "Smartphone"]),
        st.sampled_from(["SN0001AA", "SN0002AA", "SN0003AA", "", "N/A", "TBD"]),
        st.sampled_from(["2021", "2009", "", "hier", "2087"]),
        st.sampled_from(["", "1", "3", "zéro"]),
        CELL,
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ROWS)
async def test_every_row_is_accepted_refused_or_an_error_and_a_second_import_changes_nothing(
    chain: Chain, drawn: list[tuple[str, ...]]
) -> None:
    content = "Type;N° de série;Année;Quantité;Modèle\n" + "".join(";".join(row) + "\n" for row in drawn)
    seen = await preview(chain, content)
    told = sum(1 for row in drawn if any(row))
    if not told:
        return
    assert seen["rows"] == told == seen["accepted"] + seen["refused"] + seen["errors"]
    assert len(seen["problems"]) == seen["refused"] + seen["errors"]
    before = (await chain.get("/donations"))["total"]
    if seen["accepted"]:
        await confirm(chain, seen["import_id"])
    again = await preview(chain, content)
    assert again["import_id"] == seen["import_id"]
    if seen["status"] == "previewed" and seen["accepted"]:
        assert (await chain.get("/donations"))["total"] == before + 1
        # The same rows in a file that differs by a blank line declare no numbered device twice.
        varied = await preview(chain, content + "\n")
        if varied["accepted"]:
            await confirm(chain, varied["import_id"])
    twice = await rows(
        chain.database,
        "SELECT serial FROM donation_line WHERE verdict = 'accepted' AND serial IS NOT NULL"
        " GROUP BY serial HAVING count(*) > 1",
    )
    assert twice == []


RESENT = "Type;Marque;Modèle;Quantité\nPC portable;Dell;Latitude 5400;12\nÉcran;Dell;P2419H;9\n"


async def test_the_same_list_in_another_file_is_recognised_before_it_is_declared_twice(chain: Chain) -> None:
    first = await preview(chain, RESENT)
    assert first["same_as"] is None
    donation = await confirm(chain, first["import_id"])
    lines = RESENT.splitlines()
    for again in (f"{RESENT};;;\n", "\n".join([lines[0], *reversed(lines[1:])])):
        seen = await preview(chain, again)
        assert seen["same_as"]["reference"] == donation["reference"]
        browser = await chain.client.login("camille")
        page = (await browser.get(f"/imports/{seen['import_id']}")).text.replace("\u00a0", " ").replace("&#39;", "'")
        assert "c'est donner 21 équipements de plus." in page
        assert "Déclarer quand même" in page
        todo = page[page.index("À faire") :]
        main = re.search(r'<(?:a|button) class="btn"[^>]*>([^<]+)', todo)
        assert main
        assert main[1] == f"Voir le don {donation['reference']}", "the donation that exists, before declaring again"
        assert "Déclarer cette liste une seconde fois ?" in todo
    for other in (RESENT.replace(";12", ";11"), f"{RESENT}Écran;Dell;P2419H;1\n"):
        assert (await preview(chain, other))["same_as"] is None


async def test_a_list_with_numbers_leads_to_its_donation_too(chain: Chain) -> None:
    fleet = "Type;Marque;Modèle;N° de série\n" + "".join(f"PC portable;Dell;Latitude 5400;ABC{n}21X\n" for n in (1, 2))
    donation = await confirm(chain, (await preview(chain, fleet))["import_id"])
    seen = await preview(chain, f"{fleet};;;\n")
    page = (await (await chain.client.login("camille")).get(f"/imports/{seen['import_id']}")).text
    assert (seen["accepted"], seen["refused"]) == (0, 2)
    todo = page[page.index("À faire") :]
    main = re.search(r'<(?:a|button) class="btn"[^>]*>([^<]+)', todo)
    assert main
    assert donation["reference"] in main[1]
    assert "Déclarer quand même" not in todo, "nothing of it is new"


async def test_a_declined_list_is_no_earlier_one(chain: Chain) -> None:
    donation = await confirm(chain, (await preview(chain, RESENT))["import_id"])
    declined = await chain.coordinator.post(
        f"/api/v1/donations/{donation['donation_id']}/decline", json={"reason": "Trop loin."}
    )
    assert declined.status_code == 200
    assert (await preview(chain, f"{RESENT}\n;;;\n"))["same_as"] is None


async def test_preview_import_and_donation_say_the_same_counts_and_why_they_differ(chain: Chain) -> None:
    """« 57 lignes lues, 51 acceptées » beside « 56 équipements déclarés » looked like two files."""
    fleet = (
        "Type;Marque;Modèle;N° de série;Quantité\n"
        "PC portable;Dell;Latitude 5400;ABC4521X;1\n"
        "Écran;Dell;P2419H;;3\n"
        "Fauteuil;Ikea;;;2\n"
        "PC portable;Dell;Latitude 5400;ABC4521X;1\n"
        "Écran;Dell;P2419H;;plusieurs\n"
    )
    seen = await preview(chain, fleet)
    browser = await chain.client.login("camille")

    async def said(path: str) -> str:
        page = (await browser.get(path)).text
        return " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'").split())

    refused = sum(rule["devices"] for rule in seen["by_rule"] if rule["verdict"] == "refused")
    before = await said(f"/imports/{seen['import_id']}")
    counts = f"{seen['rows']} lignes lues, {seen['accepted']} acceptées"
    declares = f"{seen['accepted_devices'] + refused} équipements"
    assert counts in before
    assert f"Le don déclare {declares}" in before
    donation = await confirm(chain, seen["import_id"])
    after = await said(f"/imports/{seen['import_id']}")
    assert counts in after
    assert f"Il déclare {declares}" in after
    own = await said(f"/dons/{donation['donation_id']}")
    assert f"{declares} déclarés" in own
    assert f"dont {refused} refusé" in own
    assert ("à corriger" in own) is bool(seen["errors"])
    kept = await chain.get(f"/donations/{donation['donation_id']}")
    assert (kept["accepted"], kept["declared"]) == (seen["accepted_devices"], seen["accepted_devices"] + refused)


async def test_a_list_dropped_again_once_it_is_given_says_so_first(chain: Chain) -> None:
    seen = await preview(chain, FLEET)
    donation = (await confirm(chain, seen["import_id"]))["donation_id"]
    assert (await preview(chain, FLEET))["import_id"] == seen["import_id"]
    camille = await chain.client.login("camille")
    page = (await camille.get(f"/imports/{seen['import_id']}")).text
    assert "<h1>Cette liste est déjà dans un don</h1>" in page
    assert "et voici pourquoi" not in page
    assert "Télécharger ces lignes" not in page
    first = page.index(f'href="/dons/{donation}"')
    assert page.index("<h1>") < first < page.index("lignes lues")


async def test_a_list_without_a_fault_is_declared_at_once(chain: Chain) -> None:
    seen = await preview(
        chain, "Type;Marque;Modèle;N° de série;Année;RAM (Go)\nPortable;HP;840 G5;5CG8472001;2021;16\n"
    )
    browser = await chain.client.login("camille")
    page = (await browser.get(f"/imports/{seen['import_id']}")).text.replace("\u00a0", " ")
    assert "Le fichier est bon : déclarez 1 équipement." in page
    assert "déjà déclaré" not in page


async def test_what_was_forgotten_is_declared_by_the_same_list_with_it(chain: Chain) -> None:
    """Once it is sent: the page leads to what is new, for there is nothing to correct in what is declared already."""
    titles = "Type;Marque;Modèle;N° de série;Année;RAM (Go)\n"
    rows = [f"Portable;HP;EliteBook 840 G5;5CG84720{n:02d};2021;16\n" for n in range(5)]
    await confirm(chain, (await preview(chain, titles + "".join(rows[:3])))["import_id"])
    browser = await chain.client.login("camille")
    home = (await browser.get(f"/dons/{(await chain.get('/donations'))['items'][0]['id']}")).text
    assert "Un oubli" in home
    more = await preview(chain, titles + "".join(rows))
    page = (await browser.get(f"/imports/{more['import_id']}")).text.replace("\u00a0", " ")
    assert "Déclarez 2 équipements : le reste est déjà déclaré" in page
    assert "Corriger 3 lignes ici" not in page
    await confirm(chain, more["import_id"])
    assert [one["declared"] for one in (await chain.get("/donations"))["items"]] == [5, 3]
