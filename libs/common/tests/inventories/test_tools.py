"""Each tool's file is read with its right values, and the copy that is kept reads the same without its people."""

import contextlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from filiere.catalogue.grades import StorageKind
from filiere.inventories.copies import copy_of
from filiere.inventories.facts import HardwareFacts, MediumFact
from filiere.inventories.reading import read, read_machine
from filiere.inventories.values import Unreadable
from filiere.testing import inventories as tools
from filiere.testing.inventories import DISK, FILES, PERSONS, SERIAL
from hypothesis import given
from hypothesis import strategies as st

NVME = MediumFact(serial=DISK, kind=StorageKind.NVME, size_gb=256)
MACHINE = {
    "manufacturer": "Lenovo",
    "model": "ThinkPad T480",
    "serial": SERIAL,
    "ram_gb": 8,
    "cpu": "Intel Core i5-8350U",
}
MODULES = [("36D1A2B3", 4), ("2B9F0C11", 4)]
EXPECTED: dict[str, dict[str, Any]] = {
    "lshw": {**MACHINE, "chassis": "notebook", "battery_percent": None, "media": [NVME], "modules": MODULES},
    "lshw in a list": {**MACHINE, "media": [NVME]},
    "lsblk": {"serial": None, "ram_gb": None, "media": [NVME], "lists_media": True},
    "lsblk, older": {"media": [MediumFact(serial="76DXT1234", kind=StorageKind.HDD, size_gb=500)]},
    "smartctl": {"serial": None, "lists_media": False,
                 "media": [NVME.model_copy(update={"hours": 6032, "healthy": True})]},
    "smartctl of several": {"media": [
        NVME.model_copy(update={"hours": 6032, "healthy": True}),
        MediumFact(serial="ZB0001234", kind=StorageKind.HDD, size_gb=500, hours=17702, healthy=False)]},
    "inxi": {**MACHINE, "battery_percent": 72.1, "media": [NVME], "modules": MODULES, "lists_media": True},
    "inxi, older": {**MACHINE, "serial": None, "battery_percent": 80.8, "lists_media": False,
                    "media": [NVME.model_copy(update={"serial": None})]},
    "inxi as JSON": {**MACHINE, "battery_percent": 76.7, "media": [NVME], "modules": MODULES},
    "dmidecode": {**MACHINE, "chassis": "Notebook", "media": [], "lists_media": False, "modules": MODULES,
                  "battery_percent": None},
    "dmidecode, quiet": {**MACHINE, "modules": MODULES},
    "glpi": {**MACHINE, "model": "20L50000FR", "battery_percent": 72.1, "media": [NVME], "modules": MODULES},
    "glpi as XML": {**MACHINE, "model": "20L50000FR", "media": [NVME], "modules": MODULES},
    "workbench 11": {**MACHINE, "model": "20L50000FR", "battery_percent": 76.7, "media": [NVME], "modules": MODULES},
    "workbench-script": {**MACHINE, "battery_percent": 76.7, "modules": MODULES,
                         "media": [NVME.model_copy(update={"hours": 6032, "healthy": True})]},
    "bolc": {**MACHINE, "chassis": "Laptop", "battery_percent": 76.7, "lists_media": False,
             "media": [MediumFact(kind=StorageKind.SSD, size_gb=256)]},
    "tec.tech": {**MACHINE, "chassis": "Laptop", "battery_percent": None,
                 "media": [MediumFact(kind=StorageKind.SSD, size_gb=256)]},
    "ours": {**MACHINE, "battery_percent": 72.1, "modules": MODULES, "lists_media": True,
             "media": [NVME.model_copy(update={"hours": 6032, "healthy": True})]},
}  # fmt: skip


def found(facts: HardwareFacts, name: str) -> Any:
    if name == "media":  # the spelling of a model is the tool's
        return [one.model_copy(update={"model": None}) for one in facts.media]
    if name == "modules":
        return [(one.serial, one.size_gb) for one in facts.modules]
    return getattr(facts, name)


def test_every_tool_has_what_is_expected_of_it() -> None:
    assert set(EXPECTED) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_tool_s_file_is_read_with_its_values(name: str) -> None:
    facts = read(FILES[name])
    assert {field: found(facts, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", FILES)
def test_the_copy_that_is_kept_reads_the_same_and_names_nobody(name: str) -> None:
    kept = copy_of(FILES[name])
    assert read(kept) == read(FILES[name])
    assert copy_of(kept) == kept, "nothing is left to be left out"
    words = kept.decode().lower()
    assert [person for person in PERSONS if person in words] == []


def test_a_removable_disk_is_none_of_the_machine_s_in_the_copy_too_whatever_is_said_of_the_word() -> None:
    key = {"class": "disk", "serial": "CLE0001", "size": 16 * 10**9, "capabilities": {"removable": None}}
    machine = {"id": "pc-martin", "class": "system", "vendor": "LENOVO", "serial": "PF1A2B3C", "children": [key]}
    raw = json.dumps(machine).encode()
    assert read(raw).media == ()
    assert copy_of(raw) != raw
    assert read(copy_of(raw)) == read(raw)


@pytest.mark.parametrize(
    "said",
    [
        # A row of the network's among those of the memory, a section of which the name alone told whose file it is.
        json.dumps(
            [
                {"000#1#0#System": [{"000#1#1#Host": "pc-martin"}]},
                {"003#1#0#Memory": [{"000#1#1#IF": "eth0", "005#1#1#Device": "B0", "006#0#2#size": "4 GiB"}]},
                {"x#Machine": [{"000#0#1#Type": "Laptop", "001#1#1#System": "LENOVO", "002#1#2#product": "20L5"}]},
            ]
        ).encode(),
        b"System:    Host: pc-martin\nCPU:       Info: Quad Core Intel Core i5-8350U speed: 1870 MHz\n",
        b"System:    Host: pc-martin\nMachine:   Type: Laptop System: LENOVO product: 20L5 v: T480\r"
        b"Handle 0x0001, DMI type 17\rCPU:       Info: Quad Core Intel Core i5-8350U speed: 1870 MHz\n",
    ],
)
def test_what_is_left_out_changes_nothing_of_what_is_read(said: bytes) -> None:
    assert read(copy_of(said)) == read(said)
    assert b"martin" not in copy_of(said)
    assert copy_of(copy_of(said)) == copy_of(said)


def test_a_file_without_anything_of_a_person_is_kept_byte_for_byte() -> None:
    disk = {
        "name": "sda",
        "type": "disk",
        "size": 500107862016,
        "model": "ST500LM000",
        "serial": "W3P0ABCD",
        "tran": "sata",
    }
    raw = json.dumps({"blockdevices": [disk]}, indent=3).encode()
    assert copy_of(raw) == raw


def test_what_a_tool_will_add_one_day_is_not_kept_unseen() -> None:
    document = json.loads(FILES["glpi"])
    document["content"]["neighbours"] = [{"name": "Jeanne"}]
    document["content"]["bios"]["owner"] = "Jeanne"
    assert b"owner" not in copy_of(json.dumps(document).encode())
    assert b"neighbours" not in copy_of(json.dumps(document).encode())


def test_several_machines_in_one_file_are_no_audit_of_one() -> None:
    with pytest.raises(Unreadable, match="un fichier par machine"):
        read(json.dumps([tools.TECTECH, tools.TECTECH]).encode())


def test_memory_in_decimal_gigabytes_is_said_as_it_is_sold() -> None:
    """Tools of Emmaüs Connect once wrote 9 and 17 for 8 and 16."""
    for written, sold in {"9": 8, "17": 16, "13": 12, "4": 4, "8": 8, "34": 32}.items():
        assert read(tools.BOLC.replace(";9;", f";{written};").encode()).ram_gb == sold, written


def test_what_cannot_be_shown_to_everybody_is_no_value() -> None:
    hidden = tools.INXI.replace(SERIAL, "<filter>").replace(DISK, "<filter>")
    facts = read(hidden.encode())
    assert facts.serial is None
    assert [one.serial for one in facts.media] == [None]
    assert not facts.lists_media, "without their numbers nobody can say which disk is missing"


@pytest.mark.parametrize("turns", [True, False, "1", "0"])
def test_the_kernel_s_guess_is_not_believed_of_a_virtual_disk(turns: Any) -> None:
    disk = {
        "name": "vda",
        "type": "disk",
        "size": 274877906944,
        "rota": turns,
        "serial": "V1234",
        "tran": None,
        "model": None,
    }
    [medium] = read(json.dumps({"blockdevices": [disk]}).encode()).media
    assert medium.kind is StorageKind.UNKNOWN


def test_of_two_words_on_a_disk_the_one_that_asks_for_more_counts() -> None:
    """lsblk says that it turns, its model that it does not: it is wiped as flash."""
    disk = {
        "name": "sda",
        "type": "disk",
        "size": 480103981056,
        "rota": True,
        "tran": "sata",
        "serial": "S1",
        "model": "CT480BX500SSD1",
    }
    [medium] = read(json.dumps({"blockdevices": [disk]}).encode()).media
    assert medium.kind is StorageKind.SSD


# Places where a name may be written: the values of each format, by the shape of its file.
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_name_anywhere_outside_the_parts_that_are_read_is_not_kept(name: str, data: st.DataObject) -> None:
    try:
        document = json.loads(FILES[name])
    except ValueError:
        return
    objects = list(_objects(document))
    place = data.draw(st.sampled_from(objects))
    place["zorglub"] = "Ernestine Vautrin"
    raw = json.dumps(document).encode()
    with contextlib.suppress(Unreadable):
        read(raw)
        assert b"Vautrin" not in copy_of(raw)


def _objects(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
    # The words of lshw for what a part can do are its own.
    inner = {name: child for name, child in node.items() if name != "capabilities"} if isinstance(node, dict) else node
    for child in inner.values() if isinstance(inner, dict) else node if isinstance(node, list) else ():
        yield from _objects(child)


SHARED = Path(__file__).parents[5] / "shared"
REAL: dict[str, dict[str, Any]] = {
    "samples/ereuse/snapshot-workbench11.json": {
        "manufacturer": "HP", "model": "Probook 650 G1", "serial": "CNU406CLGR", "ram_gb": 4,
        "cpu": "Intel Core i5-4200M",
        "media": [MediumFact(serial="LDS645R002202", kind=StorageKind.SSD, size_gb=120)], "modules": [("96C0FA89", 4)]},
    "samples/glpi/agent_elitebook_2540p.xml": {
        "manufacturer": "HP", "model": "EliteBook 2540p", "serial": "CZC0479792", "ram_gb": 4,
        "cpu": "Intel Core i5-540M",
        "media": [MediumFact(serial="101024PCK204VJJVAMYJ", kind=StorageKind.HDD, size_gb=250)],
        "modules": [("8036448B", 2), ("9428388F", 2)]},
    "samples/glpi/computer_1.json": {
        "manufacturer": "Dell", "model": "XPS 13 9350", "serial": "640HP72", "ram_gb": 8, "cpu": "Intel Core i5-6200U",
        "battery_percent": 87.8, "media": [MediumFact(serial="S29NNXAH146409", kind=StorageKind.NVME, size_gb=256)]},
    "samples/glpi/phone_1.json": {
        "manufacturer": "Xiaomi", "model": "Mi 9T Pro", "serial": None, "ram_gb": 6, "battery_percent": None},
    "cases/inventories/glpi_android.json": {
        "serial": "490154203237518", "ram_gb": 4, "media": [MediumFact(kind=StorageKind.EMMC, size_gb=64)]},
    "cases/inventories/glpi_memory_14gb.json": {"ram_gb": 14, "serial": "PF1TEST02"},
    "cases/inventories/glpi_memory_modules_below_system.json": {"ram_gb": 8, "cpu": "Intel Core i5-8350U"},
    "cases/inventories/glpi_partial_batteries.json": {"battery_percent": 80, "cpu": None, "lists_media": False},
    "cases/inventories/glpi_ssd_models.json": {
        "media": [MediumFact(serial=f"SER000{n}", kind=StorageKind.SSD, size_gb=480) for n in range(10)]},
    "cases/inventories/lshw_boot_key.json": {
        "model": "ThinkPad T480", "media": [MediumFact(serial="S0000001", kind=StorageKind.SSD, size_gb=256)]},
}  # fmt: skip
NO_MACHINE = {
    "cases/inventories/glpi_switch.json": "ne décrit un ordinateur",
    "samples/glpi/inventory.schema.json": "Ce JSON ne vient ni",
    "cases/inventories/cpu_names.txt": "Ce texte ne vient ni",
}
FOLDERS = ("samples/glpi", "samples/ereuse", "cases/inventories")
beside = pytest.mark.skipif(not SHARED.is_dir(), reason="the samples and cases are not beside this checkout")


@pytest.mark.parametrize("mounted", ["/mnt/usb", "/media/jeanne/nvme", "usb"])
def test_where_a_disk_is_mounted_says_nothing_of_the_disk(mounted: str) -> None:
    disk = {
        "id": "disk",
        "class": "disk",
        "serial": "S0000001",
        "size": 256 * 10**9,
        "logicalname": ["/dev/sda", mounted],
    }
    raw = json.dumps({"class": "system", "vendor": "LENOVO", "product": "T480", "children": [disk]}).encode()
    facts = read(raw)
    assert [(one.serial, one.kind) for one in facts.media] == [("S0000001", StorageKind.UNKNOWN)]
    assert read(copy_of(raw)) == facts


@beside
def test_every_file_of_other_tools_has_what_is_expected_of_it() -> None:
    there = {str(path.relative_to(SHARED)) for folder in FOLDERS for path in (SHARED / folder).iterdir()}
    assert {*REAL, *NO_MACHINE} == there


@beside
@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_read_with_its_values_and_so_is_its_copy(name: str) -> None:
    raw = (SHARED / name).read_bytes()
    facts = read(raw)
    assert {field: found(facts, field) for field in REAL[name]} == REAL[name]
    assert read(copy_of(raw)) == facts


@beside
@pytest.mark.parametrize("name", NO_MACHINE)
def test_what_describes_no_machine_is_refused_in_words(name: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(NO_MACHINE[name])):
        read((SHARED / name).read_bytes())


MADE_HERE = {
    "lshw": ["lshw", "-json", "-quiet"],
    "lsblk": ["lsblk", "-J", "-b", "-o", "NAME,KNAME,TYPE,SIZE,MODEL,SERIAL,VENDOR,TRAN,ROTA,RM,HOTPLUG"],
    "inxi": ["inxi", "-Fxxx", "-c0", "-y", "1000"],
}


@pytest.mark.parametrize("name", MADE_HERE)
def test_what_the_tool_prints_about_this_machine_is_read(name: str) -> None:
    """Where the tool is; what it knows of this machine it may not know: then it is refused, in words."""
    if shutil.which(MADE_HERE[name][0]) is None:
        pytest.skip(f"{name} is not on this machine")
    made = subprocess.run(MADE_HERE[name], capture_output=True, check=False, timeout=60)
    if made.returncode != 0 or not made.stdout.strip():
        pytest.skip(f"{name} says nothing here")
    try:
        facts = read(made.stdout)
    except Unreadable as refused:
        assert "Rien dans ce fichier" in str(refused), "the format is known"  # noqa: PT017 - a machine may say nothing
        return
    assert facts.source == name
    assert read(copy_of(made.stdout)) == facts
    if name != "lsblk":
        assert facts.cpu
        assert facts.ram_gb


FIRST, SECOND, ICCID = "490154203237518", "356938035643809", "8933000000000000001"


def _cards(*imeis: str) -> list[dict[str, str]]:
    return [
        {
            "imei": one,
            "iccid": ICCID,
            "serial": ICCID,
            "phone_number": "+33612345678",
            "subscriber_id": "208150000000000",
        }
        for one in imeis
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([FIRST, SECOND], (FIRST, SECOND)),
        ([f"{FIRST} / {SECOND}"], (FIRST, SECOND)),
        ([FIRST, FIRST], (FIRST,)),
        (["", SECOND], (SECOND,)),
        ([ICCID, "+33612345678", SECOND], (SECOND,)),
        ([], ()),
    ],
)
def test_every_imei_of_a_telephone_is_read_and_nothing_else_of_its_cards(
    written: list[str], kept: tuple[str, ...]
) -> None:
    bios = {"smanufacturer": "samsung", "smodel": "SM-A405FN", "ssn": "0a1b2c3d4e5f6071"}
    content = {"versionclient": "GLPI-Agent-Android_v1.5.0", "bios": bios, "simcards": _cards(*written)}
    machine = read_machine(json.dumps({"content": content}).encode())
    assert machine.imeis == kept
    assert machine.facts.serial == (kept[0] if kept else None)
    assert not re.search("89330|612345678|20815", repr(machine))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (FIRST, FIRST),
        (f"{FIRST[:2]} {FIRST[2:8]} {FIRST[8:14]} {FIRST[14]}", FIRST),
        (f"{FIRST[:14]}07", FIRST),  # IMEISV: the software's version, not the telephone's check
        (f"{FIRST} / {SECOND}", f"{FIRST} / {SECOND}"),
        (f"{FIRST} / {ICCID}", FIRST),
        ("", ""),
        (ICCID, ""),
        ("06 12 34 56 78", ""),
        ([FIRST], None),
        (612345678, None),
    ],
)
def test_the_copy_of_an_inventory_keeps_of_a_card_the_telephones_numbers_alone(written: Any, kept: str | None) -> None:
    bios = {"smanufacturer": "samsung", "smodel": "SM-A405FN", "ssn": "0a1b2c3d4e5f6071"}
    content = {"versionclient": "GLPI-Agent-Android_v1.5.0", "bios": bios, "simcards": [{"imei": written}]}
    raw = json.dumps({"content": content}).encode()
    copy = copy_of(raw)
    assert json.loads(copy)["content"]["simcards"] == [{} if kept is None else {"imei": kept}]
    assert read_machine(copy) == read_machine(raw)
    assert copy_of(copy) == copy


def test_a_telephone_of_tec_tech_has_two_imeis_too() -> None:
    phone = tools.TECTECH | {"typeMateriel": "smartphone", "numeroSerie": None, "IMEI1": FIRST, "IMEI2": SECOND}
    assert read_machine(json.dumps(phone).encode()).imeis == (FIRST, SECOND)
