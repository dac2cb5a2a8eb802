"""Machine inventories are a declaration too: one file, or an archive of them, and nothing of a person in either."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from filiere.testing.sql import rows, value

from .chain import Chain
from .test_imports import confirm, preview
from .test_long_files import look, send, work

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
EVERYWHERE = ("import_row", "donation_line", "fleet_import", "job", "outbox", "idempotency_key")


def glpi(serial: str, model: str = "Latitude 5490", **more: Any) -> bytes:
    content = {
        "bios": {"smanufacturer": "Dell Inc.", "smodel": model, "ssn": serial, "assettag": f"INV-{serial}"},
        "hardware": {"chassis_type": "Notebook", "memory": 7800, "name": "PC-ZVAUTRIN", "lastloggeduser": "zvautrin"},
        "storages": [
            {"name": "sda", "model": "SAMSUNG SSD 860", "disksize": 256060, "serial": f"S{serial}", "type": "disk"}
        ],
        "users": [{"login": "zvautrin"}],
        "softwares": [{"name": "Paie des salariés"}],
    }
    return json.dumps({"deviceid": "PC-ZVAUTRIN-2026", "itemtype": "Computer", "content": content | more}).encode()


def xml(serial: str) -> bytes:
    return (
        "<?xml version='1.0'?><REQUEST><DEVICEID>PC-ZVAUTRIN</DEVICEID><CONTENT>"
        "<HARDWARE><CHASSIS_TYPE>Tower</CHASSIS_TYPE><MEMORY>15900</MEMORY>"
        "<OSNAME>Microsoft Windows 10</OSNAME><USERID>zvautrin</USERID></HARDWARE><BIOS>"
        f"<SMANUFACTURER>HP</SMANUFACTURER><SMODEL>HP EliteDesk 800 G3</SMODEL><SSN>{serial}</SSN></BIOS>"
        "</CONTENT></REQUEST>"
    ).encode()


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name.replace("__", "."), raw)
    return content.getvalue()


async def test_one_inventory_is_one_device_with_what_the_machine_says_of_itself(chain: Chain) -> None:
    seen = await preview(chain, glpi("ABC4001"), "PC-ZVAUTRIN.json")
    assert (seen["rows"], seen["accepted"], seen["layout"]["inventories"]) == (1, 1, "glpi-json")
    await confirm(chain, seen["import_id"])
    columns = "category, manufacturer, model, serial, asset_tag, ram_gb, storage_gb"
    [line] = await rows(chain.database, f"SELECT {columns} FROM donation_line")
    assert tuple(line) == ("laptop", "Dell", "Latitude 5490", "ABC4001", "INV-ABC4001", 8.0, 256.0)


DMIDECODE = (
    "# dmidecode 3.4\n\nSystem Information\n\tManufacturer: Dell Inc.\n\tProduct Name: Latitude 5490\n"
    "\tSerial Number: ABC4001\n\nChassis Information\n\tType: Laptop\n\nMemory Device\n\tSize: 8 GB\n\tLocator: A\n"
)


@pytest.mark.parametrize(
    ("content", "tool"),
    [
        (DMIDECODE.encode(), "dmidecode"),
        (json.dumps({"typeMateriel": "ORDINATEUR_PORTABLE", "numeroSerie": "ABC4001", "marque": "Dell",
                     "model": "Latitude 5490", "RAM": 8}).encode(), "tectech"),
    ],
)  # fmt: skip
async def test_what_other_tools_say_of_a_machine_is_a_declaration_too(chain: Chain, content: bytes, tool: str) -> None:
    seen = await preview(chain, content, "audit.txt")
    assert (seen["accepted"], seen["layout"]["inventories"]) == (1, tool)
    await confirm(chain, seen["import_id"])
    [line] = await rows(chain.database, "SELECT category, model, serial, ram_gb FROM donation_line")
    assert tuple(line) == ("laptop", "Latitude 5490", "ABC4001", 8.0)


async def test_disks_alone_are_no_machine_to_declare(chain: Chain) -> None:
    disk = {"name": "sda", "type": "disk", "size": 500107862016, "serial": "W3P0ABCD", "tran": "sata"}
    seen = await preview(chain, json.dumps({"blockdevices": [disk]}).encode(), "lsblk.json")
    assert seen["problems"][0]["reason"].startswith("L'inventaire ne dit ni le châssis ni un modèle connu")


async def test_an_archive_is_a_line_for_each_file_and_says_which_cannot_be_read(chain: Chain) -> None:
    content = archive(
        a__json=glpi("ABC4001"), b__xml=xml("CZC4002"), c__json=b"{", d__xml=b"<!DOCTYPE x><REQUEST/>",
        e__json=glpi("ABC4001"),
        f__json=glpi("VMW1", model="VMware Virtual Platform", hardware={"chassis_type": "Other"}),
    )  # fmt: skip
    seen = await preview(chain, content, "parc.zip")
    assert (seen["rows"], seen["accepted"], seen["refused"], seen["errors"]) == (6, 2, 2, 2)
    assert seen["layout"]["inventories"] == "archive"
    said = {problem["row"]: problem for problem in seen["problems"]}
    place = "Fichier n° 3 sur 6 de l'archive, par ordre alphabétique (.json, 1 Ko)"
    assert said[3]["reason"] == f"{place} : Le JSON n'est pas lisible."
    assert "DOCTYPE" in said[4]["reason"]
    assert (said[5]["rule"], said[6]["rule"]) == ("duplicate", "category")
    await confirm(chain, seen["import_id"])
    for table in EVERYWHERE:
        assert not await value(chain.database, f"SELECT count(*) FROM {table} t WHERE t::text ~* 'vautrin|salari'"), (
            table
        )


async def test_what_systems_put_into_archives_is_no_inventory(chain: Chain) -> None:
    seen = await preview(
        chain,
        archive(
            **{"parc/": b"", "__MACOSX/parc/._a.json": b"\0", "parc/.DS_Store": b"x", "parc/a.json": glpi("ABC4001")}
        ),
    )
    assert (seen["rows"], seen["accepted"]) == (1, 1)


async def test_an_archive_that_begins_its_names_where_it_stands_is_read_whole(chain: Chain) -> None:
    content = archive(**{"./": b"", "./pc1.json": glpi("ABC4001"), "pc2.json": glpi("ABC4002"), "./.DS_Store": b"x"})
    seen = await preview(chain, content, "parc.zip")
    assert (seen["rows"], seen["accepted"]) == (2, 2)


@pytest.mark.slow
async def test_an_archive_of_a_thousand_is_read_by_the_worker(chain: Chain) -> None:
    many = archive(**{f"{n:04}.json": glpi(f"SN{n:06}Q", padding=f"{n * 7919:x}" * 40) for n in range(1000)})
    asked = await send(chain, many)
    assert await work(chain)
    seen = await look(chain, asked["import_id"])
    assert (seen["status"], seen["rows"], seen["accepted"]) == ("previewed", 1000, 1000)


async def test_a_machine_that_does_not_say_what_it_is_is_asked_about_in_words_that_fit(chain: Chain) -> None:
    seen = await preview(chain, glpi("ABC4001", model="", hardware={"memory": 7800}), "x.json")
    assert seen["problems"][0]["reason"].startswith("L'inventaire ne dit ni le châssis ni un modèle connu")


async def test_what_begins_with_a_bracket_is_not_taken_for_json(chain: Chain) -> None:
    seen = await preview(chain, "[SCCM] Type;Marque;Modèle\nPortable;HP;EliteBook 840\n", "sccm.csv")
    assert (seen["accepted"], seen["layout"]["inventories"]) == (1, None)
    log = "[2026/11/03 09:30:00]  info: nwipe was compiled\n"
    assert "Donnez un titre aux colonnes" in (await preview(chain, log, "nwipe.log", status=422))["detail"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (archive(), "L'archive est vide"),
        (archive(**{"../pc1.json": b"{}"}), "L'archive nomme des fichiers hors d'elle-même"),
        (b"{}", "Ce JSON ne vient ni d'un agent GLPI"),
        (json.dumps({"content": {"networks": []}}).encode(), "Rien dans ce fichier ne décrit"),
        (b"<html>", "Le XML n'est pas lisible"),
    ],
)
async def test_what_is_no_inventory_is_refused_in_words(chain: Chain, content: bytes, why: str) -> None:
    assert why in (await preview(chain, content, "x.json", status=422))["detail"]


async def test_a_member_that_unpacks_to_gigabytes_costs_its_own_line(chain: Chain) -> None:
    seen = await preview(chain, archive(a__json=glpi("ABC4001"), b__json=b" " * 40_000_000 + b"{}"))
    assert (seen["accepted"], seen["errors"]) == (1, 1)
    assert "trop grand pour un inventaire" in seen["problems"][0]["reason"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the tools' own files are not beside this checkout")
async def test_the_files_of_real_tools_are_declared_and_nothing_of_a_person_with_them(chain: Chain) -> None:
    names = [
        "glpi/computer_1.json",
        "glpi/phone_1.json",
        "glpi/agent_elitebook_2540p.xml",
        "ereuse/snapshot-workbench11.json",
    ]
    seen = await preview(chain, archive(**{Path(name).name: (SAMPLES / name).read_bytes() for name in names}))
    await confirm(chain, seen["import_id"])
    told = await rows(
        chain.database, "SELECT category, manufacturer, model, serial FROM donation_line ORDER BY position"
    )
    assert [tuple(line) for line in told] == [
        ("laptop", "HP", "EliteBook 2540p", "CZC0479792"),
        ("laptop", "Dell", "XPS 13 9350", "640HP72"),
        ("smartphone", "Xiaomi", "Mi 9T Pro", None),
        ("laptop", "HP", "Probook 650 G1", "CNU406CLGR"),
    ]
    for table in EVERYWHERE:
        assert not await value(
            chain.database,
            f"SELECT count(*) FROM {table} t WHERE t::text ~* 'glpixps|33600000|89331|192\\.168|TéléphoneM'",
        ), table


FIRST, SECOND = "490154203237518", "356938035643809"
CARD = {"iccid": "8933150000000000001", "serial": "8933150000000000001", "phone_number": "+33612345678"}


def phone_as_json() -> bytes:
    bios = {"smanufacturer": "samsung", "smodel": "Galaxy A40", "ssn": "0a1b2c3d4e5f6071"}
    content = {
        "versionclient": "GLPI-Agent-Android_v1.5.0",
        "bios": bios,
        "memories": [{"capacity": 3650}],
        "drives": [{"total": 54304}],
        "simcards": [{**CARD, "imei": imei} for imei in (FIRST, SECOND)],
    }
    return json.dumps({"itemtype": "Phone", "content": content}).encode()


def phone_as_xml() -> bytes:
    card = (
        "<SIMCARDS><IMEI>{}</IMEI><ICCID>8933150000000000001</ICCID><LINE_NUMBER>+33612345678</LINE_NUMBER></SIMCARDS>"
    )
    return (
        "<?xml version='1.0'?><REQUEST><CONTENT><VERSIONCLIENT>GLPI-Agent-Android_v1.5.0</VERSIONCLIENT>"
        "<BIOS><SMANUFACTURER>samsung</SMANUFACTURER><SMODEL>Galaxy A40</SMODEL><SSN>0a1b2c3d4e5f6071</SSN></BIOS>"
        "<MEMORIES><CAPACITY>3650</CAPACITY></MEMORIES><DRIVES><TOTAL>54304</TOTAL></DRIVES>"
        f"{card.format(FIRST)}{card.format(SECOND)}</CONTENT></REQUEST>"
    ).encode()


@pytest.mark.parametrize("inventory", [phone_as_json(), phone_as_xml(), archive(a__xml=phone_as_xml())])
async def test_a_telephone_of_two_cards_keeps_both_imeis_and_nothing_of_the_cards(
    chain: Chain, inventory: bytes
) -> None:
    seen = await preview(chain, inventory)
    assert (seen["rows"], seen["accepted"]) == (1, 1)
    await confirm(chain, seen["import_id"])
    [line] = await rows(chain.database, "SELECT category, model, serial, imeis FROM donation_line")
    assert tuple(line) == ("smartphone", "Galaxy A40", FIRST, [SECOND])
    for table in EVERYWHERE:
        assert not await value(
            chain.database, f"SELECT count(*) FROM {table} t WHERE t::text ~ '89331500|612345678'"
        ), table
