"""What leaves the till as a file: archives that prove themselves, and accounts that add up and name nobody."""

import asyncio
import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from distribute.handovers.before_the_journal import enter_what_is_from_before
from distribute.settings import DistributeSettings
from distribute.till_books import proving
from distribute.till_books.commands import till_commands
from distribute.till_journal.breaks import Examination
from filiere.database import Database
from filiere.service import Service
from filiere.settings import Settings
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from .conftest import World
from .test_pages import words
from .test_till_journal import proof, sold, tamper


async def a_till(world: World) -> Any:
    """Four sales and a gift, one sale taken back, a day closed with a cent too much in the drawer."""
    relais = await world.relais()
    _, labels = await world.delivered(relais, 5)
    said = {"person_alias": "Zébulon", "public": "femmes", "seen_by": "AL", "bracket": "500-700"}
    made = [await sold(world, relais, one, means="cash", **said) for one in labels[:2]]
    await sold(world, relais, labels[2], means="card", structure_cents=500, structure_means="transfer")
    await sold(world, relais, labels[3])
    await world.call(relais["client"], "/handovers", {"label": labels[4], "kind": "given"}, status=201)
    await world.call(relais["client"], f"/handovers/{made[0]['id']}/undo", {"reason": "wrong_price"})
    counted = {"counted_cents": made[1]["amount_cents"] + 1, "reason": "unknown"}
    await world.call(relais["client"], "/till/closings/days", counted, status=201)
    return relais


async def archive_of(relais: Any, folder: Path, **asked: str) -> Path:
    answer = await relais["client"].get("/api/v1/till/archive.zip", params=asked)
    assert answer.status_code == 200, answer.text
    file = folder / "caisse.zip"
    file.write_bytes(answer.content)
    return file


async def verified(service: Service, file: Path, *options: str) -> Any:
    return await asyncio.to_thread(CliRunner().invoke, till_commands(service), ["verify-archive", str(file), *options])


async def test_an_archive_is_verified_by_its_command_and_by_hand(
    world: World, service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relais = await a_till(world)
    file = await archive_of(relais, tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    for options in ([], ["--here"]):
        told = await verified(service, file, *options)
        assert (told.exit_code, "7 entries" in told.output) == (0, True), told.output
    # As its LISEZ-MOI says, with nothing of ours.
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == ["LISEZ-MOI.txt", "journal.jsonl", "manifest.json"]
        journal, manifest = archive.read("journal.jsonl"), json.loads(archive.read("manifest.json"))
    assert hashlib.sha256(journal).hexdigest() == manifest["sha256"]["journal.jsonl"]
    before, total = "0" * 64, 0
    for n, line in enumerate(journal.decode().splitlines(), 1):
        entry = json.loads(line)
        content = entry["content"]
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hashlib.sha256(canonical).hexdigest() == entry["hash"]
        total += content["person_cents"] + content["structure_cents"]
        assert (content["sequence"], content["previous"], content["total_cents"]) == (n, before, total)
        before = entry["hash"]
    assert manifest["last_hash"] == before == (await proof(world, relais))["last_hash"]
    for word in (b"Z\xc3\xa9bulon", b"femmes", b"500-700"):
        assert word not in journal


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [lines[0].replace("5000", "5001"), *lines[1:]], "L'écriture 1 a été modifiée"),
        (lambda lines: [lines[0], *lines[2:]], "L'écriture 2 manque"),
        (lambda lines: lines[:-1], "Les dernières écritures"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "la chaîne est rompue"),
    ],
)
async def test_an_archive_that_was_changed_says_where(
    world: World, service: Service, tmp_path: Path, change: Any, words: str
) -> None:
    file = await archive_of(await a_till(world), tmp_path)
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    lines = change(files["journal.jsonl"].splitlines(keepends=True))
    assert "".join(lines) != files["journal.jsonl"]
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**files, "journal.jsonl": "".join(lines)}.items():
            archive.writestr(name, text)
    told = await verified(service, file)
    assert told.exit_code == 1
    assert words in told.output


async def test_what_is_no_archive_is_told_in_a_sentence(service: Service, tmp_path: Path) -> None:
    (tmp_path / "autre.zip").write_bytes(b"PK nothing")
    told = await verified(service, tmp_path / "autre.zip")
    assert (told.exit_code, "no archive of a till" in told.output) == (1, True)


async def test_a_journal_written_anew_is_found_by_an_older_archive(
    world: World, service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole chain can be computed again by whoever owns the database; what was taken out before tells."""
    relais = await a_till(world)
    file = await archive_of(relais, tmp_path)
    await tamper(world, "UPDATE till_entry SET hash = repeat('a', 64)")
    monkeypatch.setenv("DATABASE_URL", database.url)
    told = await verified(service, file, "--here")
    assert (told.exit_code, "n'est pas celle de cette base" in told.output) == (1, True)


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def cents(text: str) -> int:
    return round(float(text.replace(",", ".")) * 100)


async def test_the_simple_file_has_a_line_per_entry_and_adds_up_to_the_journal(world: World) -> None:
    relais = await a_till(world)
    lines = cells((await relais["client"].get("/api/v1/till/accounts/simple.csv")).text)
    assert [one["Nature"] for one in lines] == ["vente"] * 4 + ["don", "annulation"]
    assert sum(cents(one["Montant TTC (€)"]) for one in lines) == (await proof(world, relais))["total_cents"]
    assert lines[-1]["Annule l'écriture"] == "1"
    assert all(re.fullmatch(r"-?\d+,\d\d", one["Montant TTC (€)"]) for one in lines)
    assert lines[-1]["Montant TTC (€)"].startswith("-")
    assert lines[2]["Moyen de la structure"] == "virement"


async def test_debits_equal_credits_entry_by_entry(world: World) -> None:
    relais = await a_till(world)
    lines = cells((await relais["client"].get("/api/v1/till/accounts/two-sided.csv")).text)
    for number in {one["EcritureNum"] for one in lines}:
        mine = [one for one in lines if one["EcritureNum"] == number]
        assert sum(cents(one["Debit"]) for one in mine) == sum(cents(one["Credit"]) for one in mine) > 0
    sales = sum(cents(one["Credit"]) - cents(one["Debit"]) for one in lines if one["CompteLib"].startswith("Ventes"))
    assert sales == (await proof(world, relais))["total_cents"]
    closing = next(one for one in lines if "clôture" in one["EcritureLib"])
    assert (closing["CompteLib"], closing["Debit"]) == ("Espèces", "0,01")
    assert {one["CompteNum"] for one in lines} == {""}


async def test_a_file_is_of_its_period_and_of_its_till(world: World) -> None:
    relais, other = await a_till(world), await world.relais("L'autre", postcode="69001")
    before = {"first": "2020-01-01", "last": "2020-12-31"}
    answer = await relais["client"].get("/api/v1/till/accounts/simple.csv", params=before)
    assert cells(answer.text) == []
    for path in ("accounts/simple.csv", "archive.zip"):
        mine = {"relais_id": relais["id"]}
        await world.read(other["client"], f"/till/{path}", status=404, **mine)
        await world.read(world.coordinator, f"/till/{path}", status=403)


async def test_the_page_offers_the_files_and_their_numbers_are_numbers(world: World) -> None:
    relais = await a_till(world)
    browser = await world.client.login(relais["subject"])
    page = await browser.get("/caisse/comptabilite")
    assert "n'est pas un FEC" in page.text
    sheet = await browser.get("/caisse/comptabilite/simple.csv", params={"format": "xlsx"})
    (first,) = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_name(first).to_python()
    amounts = [row[rows[0].index("Montant TTC (€)")] for row in rows[1:]]
    assert sum(float(str(one)) for one in amounts) * 100 == (await proof(world, relais))["total_cents"]
    assert (await browser.get("/caisse/archive.zip")).headers["content-type"] == "application/zip"


async def test_the_worker_enters_what_is_from_before_without_waiting_for_a_sale(
    world: World, database: Database, settings: Settings
) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    await tamper(world, "UPDATE handover SET sequence = NULL, checkout_id = NULL")
    await tamper(world, "DELETE FROM till_entry")
    assert (await proof(world, relais))["waiting"] == 1
    stopping = asyncio.Event()
    assert isinstance(settings, DistributeSettings)
    work = asyncio.create_task(enter_what_is_from_before(database, settings, stopping))
    async with asyncio.timeout(20):
        while (await proof(world, relais))["waiting"]:
            await asyncio.sleep(0.05)
    stopping.set()
    await work
    assert ((await proof(world, relais))["holds"], (await proof(world, relais))["entries"]) == (True, 1)


async def test_the_journal_s_page_reads_what_is_new_and_everything_once_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    relais = await a_till(world)
    browser = await world.client.login(relais["subject"])
    read: list[int] = []
    examine = Examination.read

    def counted(self: Examination, content: Any, said: str) -> None:
        read.append(content["sequence"])
        examine(self, content, said)

    monkeypatch.setattr(Examination, "read", counted)

    async def opened(**asked: str) -> tuple[str, list[int]]:
        read.clear()
        page = words(await browser.get("/caisse/journal", params=asked))
        return page, [*read]

    assert (await opened())[1] == [1, 2, 3, 4, 5, 6, 7]
    said, again = await opened()
    assert ("7 écritures relues, la chaîne tient" in said, again) == (True, [])
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label, means="cash")
    assert (await opened())[1] == [8]
    assert (await opened(entier="true"))[1] == [1, 2, 3, 4, 5, 6, 7, 8]
    monkeypatch.setattr(proving, "AT_MOST", timedelta(0))
    assert (await opened())[1] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_page_opened_before_does_not_hide_what_was_changed(world: World) -> None:
    relais = await a_till(world)
    browser = await world.client.login(relais["subject"])
    assert "Le journal est entier" in words(await browser.get("/caisse/journal"))
    # The entry that the last look ended with is another one now: everything is read.
    await tamper(world, "UPDATE till_entry SET hash = repeat('0', 64) WHERE sequence = 7")
    assert "Le journal ne tient pas" in words(await browser.get("/caisse/journal"))
    await tamper(world, "UPDATE till_entry SET person_cents = person_cents + 1 WHERE sequence = 2")
    # What proves the journal never goes on from a look before.
    assert {one["sequence"] for one in (await proof(world, relais))["breaks"]} >= {2, 7}
    assert "écriture 2" in words(await browser.get("/caisse/journal", params={"entier": "true"})).replace("L'é", "é")
