"""Machine inventories: real files where they are, our own where they are not; nothing of a person is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from filiere.catalogue.grades import StorageKind
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.kinds import kind_of
from filiere.inventories.reading import MAX_BYTES
from filiere.inventories.sizes import nominal_gb
from filiere.testing.events import incoming, published
from filiere.testing.sql import value
from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory
from refurbish.audits.reading import read_inventory

from ..conftest import World
from ..recalls.test_asked_back import said
from ..steering.test_steering import plain
from .shapes import LSHW, T480

SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "glpi"
real = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the agents' own files are not beside this checkout")


def test_lshw_gives_the_machine_and_its_own_disks_only() -> None:
    facts = read_inventory(json.dumps(LSHW).encode())
    assert (facts.manufacturer, facts.serial, facts.ram_gb) == ("Lenovo", "PF1A2B3C", 8)
    assert facts.cpu is not None
    assert "i5-8250U" in facts.cpu
    assert [(one.serial, one.kind, one.size_gb) for one in facts.media] == [
        ("S425NA0M123456", StorageKind.NVME, 256), ("76DXT1234", StorageKind.HDD, 1000),
    ]  # fmt: skip


def test_lshw_in_a_list_is_read_too() -> None:
    assert read_inventory(json.dumps([LSHW]).encode()).serial == "PF1A2B3C"


@real
def test_a_glpi_agent_s_json_is_read() -> None:
    facts = read_inventory((SAMPLES / "computer_1.json").read_bytes())
    assert (facts.manufacturer, facts.model, facts.serial) == ("Dell", "XPS 13 9350", "640HP72")
    assert (facts.ram_gb, facts.chassis, facts.battery_percent) == (8, "Laptop", 87.8)
    [disk] = facts.media
    assert (disk.serial, disk.kind, disk.size_gb) == ("S29NNXAH146409", StorageKind.NVME, 256)


@real
def test_a_fusioninventory_agent_s_xml_is_read() -> None:
    facts = read_inventory((SAMPLES / "agent_elitebook_2540p.xml").read_bytes())
    assert (facts.manufacturer, facts.model, facts.serial, facts.ram_gb) == ("HP", "EliteBook 2540p", "CZC0479792", 4)
    [disk] = facts.media
    assert (disk.serial, disk.kind, disk.size_gb) == ("101024PCK204VJJVAMYJ", StorageKind.HDD, 250)


@real
def test_a_phone_s_inventory_is_read_without_its_charge_being_taken_for_wear() -> None:
    facts = read_inventory((SAMPLES / "phone_1.json").read_bytes())
    assert (facts.manufacturer, facts.model, facts.ram_gb, facts.battery_percent) == ("Xiaomi", "Mi 9T Pro", 6, None)


@real
@pytest.mark.parametrize("name", ["computer_1.json", "phone_1.json", "agent_elitebook_2540p.xml"])
async def test_nothing_of_a_person_reaches_the_database(world: World, database: Database, name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    device = await world.arrived()
    answer = await world.api.post(f"/api/v1/devices/{device}/audits", content=raw)
    assert answer.status_code == 201, answer.text
    kept = await value(database, "SELECT row_to_json(audit)::text FROM audit")
    kept += str(await value(database, "SELECT string_agg(payload, ' ') FROM outbox"))
    for personal in (
        "glpixps", "pc-arg-23", "user1", "192.168", "10.253", "33600000000", "8933150000000000000", "Kaspersky",
        "teamviewer", "123456789", "root",
    ):  # fmt: skip
        assert personal not in kept, personal


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"[1]", b"null", b'{"a": 1}', b"<a/>", b"<REQUEST><CONTENT>", b'{"class": "bridge"}',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "x">]><REQUEST><CONTENT>&e;</CONTENT></REQUEST>',
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><REQUEST><CONTENT/></REQUEST>',
        b"<a>" * 50 + b"</a>" * 50, b"[" * 100_000, b"\xff\xfe\x00",
    ],
)  # fmt: skip
def test_what_is_no_inventory_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(UnreadableInventory):
        read_inventory(raw)


def test_a_file_over_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(InventoryTooLarge):
        read_inventory(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "content",
    [
        {
            "bios": [],
            "hardware": {"chassis_type": "Notebook", "memory": []},
            "storages": "x",
            "memories": [1, {"capacity": "??"}],
            "cpus": [{"name": 3}],
        },
        {"storages": [{"disksize": -5, "serial": "A"}, {"disksize": "1e999"}, {}], "batteries": [{"capacity": 0}]},
    ],
)
def test_nonsense_inside_an_inventory_is_left_out(content: dict[str, Any]) -> None:
    facts = read_inventory(json.dumps({"content": content}).encode())
    assert (facts.ram_gb, facts.cpu, facts.serial) == (None, None, None)


def test_a_disk_whose_size_nobody_could_read_is_still_a_disk() -> None:
    storages = [{"name": "sda", "serial": "WDHDD77002"}, {"name": "sdb", "description": "Card reader"}, {"name": "sr0"}]
    [disk] = read_inventory(json.dumps({"content": {"storages": storages}}).encode()).media
    assert (disk.serial, disk.size_gb) == ("WDHDD77002", None)


def test_memory_is_said_as_it_is_sold() -> None:
    assert [nominal_gb(mib) for mib in (7800, 3887, 5523, 16384, 0, None)] == [8, 4, 6, 16, None, None]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("KINGSTON SA400S37240G", StorageKind.SSD), ("Samsung SSD 860 EVO", StorageKind.SSD),
        ("/dev/mmcblk0 DA4064", StorageKind.EMMC), ("ST1000LM035-1RK1", StorageKind.HDD),
        ("WDC WD5000AAKX", StorageKind.HDD), ("BC501 NVMe SK hynix", StorageKind.NVME), ("VBOX", StorageKind.UNKNOWN),
    ],
)  # fmt: skip
def test_the_kind_of_a_disk_is_read_from_its_names(said: str, kind: StorageKind) -> None:
    assert kind_of(said) is kind


async def test_an_inventory_declares_the_disks_and_begins_the_grade(world: World) -> None:
    device = await world.arrived(**T480, serial="PF1A2B3C")
    answer = await world.post(f"/devices/{device}/audits", LSHW)
    assert (answer["serial_matches"], answer["differences"]) == (True, [])
    found = await world.get(f"/devices/{device}")
    assert [(one["serial"], one["origin"]) for one in found["media"]] == [
        ("S425NA0M123456", "audit"), ("76DXT1234", "audit"),
    ]  # fmt: skip
    await world.wipe(device, "S425NA0M123456")
    await world.wipe(device, "76DXT1234", level="clear")
    await world.tested(device)
    graded = await world.post(f"/devices/{device}/grade", {"cosmetic": "A"})
    assert (graded["grade"], graded["cosmetic"]) == ("PREMIUM", "A")
    assert any("8 Go" in reason for reason in graded["reasons"])
    assert any("estim" in reason for reason in graded["reasons"])


async def test_an_inventory_is_read_whatever_the_program_that_sends_it_calls_it(world: World) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        device = await world.arrived(**T480)
        headers = {"content-type": kind}  # the first: `curl --data-binary @file`
        answer = await world.api.post(f"/api/v1/devices/{device}/audits", content=json.dumps(LSHW), headers=headers)
        assert answer.status_code == 201, f"{kind}: {answer.text}"


async def test_the_same_file_twice_is_one_audit_and_a_later_one_shows_what_changed(world: World) -> None:
    device = await world.arrived(**T480)
    first = await world.post(f"/devices/{device}/audits", LSHW)
    assert (await world.post(f"/devices/{device}/audits", LSHW))["id"] == first["id"]
    smaller = json.loads(json.dumps(LSHW))
    smaller["children"][0]["children"][0]["size"] = 4294967296
    later = await world.post(f"/devices/{device}/audits", smaller)
    assert later["differences"] == ["La mémoire vive est passée de 8 à 4 Go."]
    assert len(await world.get(f"/devices/{device}/audits")) == 2


async def test_a_disk_that_only_the_inventory_sees_reopens_the_gate(world: World) -> None:
    device = await world.arrived(**T480)
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.post(f"/devices/{device}/audits", LSHW)
    assert await world.stage(device) == "erasing"


async def test_an_unknown_disk_in_a_ready_device_stops_everything(world: World) -> None:
    device = await world.arrived(**T480)
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    await world.post(f"/devices/{device}/audits", LSHW)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["next_step"]["code"]) == ("ready", "stop")
    assert "76DXT1234" in found["next_step"]["sentence"]
    await world.post(f"/devices/{device}/audits", LSHW)
    [asked] = await published(world.database, "device-recall-asked")
    assert [asked.data[name] for name in ("device_id", "never_left", "unwiped")] == [device, False, True]
    answer = {"device_id": device, "given_back": True}
    await world.hears(
        incoming("distribute.devices", "org.filiere.distribute.device-recall-answered.v1", device, answer)
    )
    assert await world.stage(device) == "erasing", "it leaves the shelf by itself, with its disk to wipe"


@pytest.mark.parametrize("is_promised", [False, True])
async def test_the_bench_of_a_promised_device_with_a_disk_too_many_waits_for_its_order(
    world: World, is_promised: bool
) -> None:
    device = await world.arrived(**T480)
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    if is_promised:
        order = {"order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
        await world.hears(said("device-reserved", device, **order))
    await world.post(f"/devices/{device}/audits", LSHW)
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert step["code"] == "stop"
    journal = plain(await (await world.browser()).get(f"/equipements/{device}")).replace("&#39;", "'")
    assert "Rappel demandé : l'audit y voit un disque que personne n'a effacé" in journal
    page = plain(await (await world.browser()).get(f"/equipements/{device}"))
    assert ("Sa commande le lâche toute seule" in page) == is_promised
    assert ("Le reprendre à l'établi" in page.replace("&#39;", "'")) == (not is_promised)


@pytest.mark.parametrize("left", [False, True])
async def test_a_disk_is_told_also_of_what_was_asked_back_for_another_reason_or_has_left(
    world: World, database: Database, left: bool
) -> None:
    """An inventory may be sent when the parcel has gone: whoever has the device by now gives it to nobody."""
    device = await world.arrived(**T480)
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    order = {"order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    await world.hears(said("device-reserved", device, **order))
    if left:
        await world.hears(said("device-shipped", device))
    else:
        await world.post(f"/devices/{device}/recall", {"reason": "battery"})
    await world.post(f"/devices/{device}/audits", LSHW)
    told = [one.data for one in await published(database, "device-recall-asked")]
    assert [(one["unwiped"], one["never_left"]) for one in told if one["unwiped"]] == [(True, False)]
    await world.hears(said("device-shipped", device), said("device-recall-answered", device, given_back=False))
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["next_step"]["code"], found["recall_asked_at"]) == ("left", "stop", None)
    assert "76DXT1234" in found["next_step"]["sentence"]
    ada = await world.browser()
    assert "encore ici" in plain(await ada.get(f"/equipements/{device}"))
    # It lies here all the same: not ready as it was, but on the bench with its disk to wipe.
    address = f"/equipements/{device}/encore-la"
    asks = plain(await ada.get(address))
    data = {"csrf_token": asks.partition('name="csrf_token" value="')[2].partition('"')[0]}
    words = (asks + plain(await ada.post(address, data=data, follow_redirects=True))).replace("&#39;", "'")
    assert "il retourne à l'établi, sauf si le Relais l'a déjà reçu" in words
    assert "retourne à l'établi si personne ne l'a reçu" in words
    assert "redevient prêt" not in words
    await world.hears(said("device-recall-answered", device, given_back=True))
    assert await world.stage(device) == "erasing"
    assert len(await published(database, "device-ready")) == 1


async def test_what_somebody_has_put_into_a_device_since_is_told_to_nobody(world: World, database: Database) -> None:
    device = await world.arrived(**T480)
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    order = {"order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    await world.hears(said("device-reserved", device, **order), said("device-shipped", device))
    await world.hears(said("device-handed-over", device))
    await world.post(f"/devices/{device}/audits", LSHW)
    assert await published(database, "device-recall-asked") == []


CASES = Path(__file__).parents[5] / "shared" / "cases" / "inventories"


def lshw_with(*children: dict[str, Any]) -> HardwareFacts:
    core = {"id": "core", "class": "bus", "children": list(children)}
    return read_inventory(json.dumps({"id": "pc", "class": "system", "vendor": "LENOVO", "children": [core]}).encode())


def disk(serial: str, **said: Any) -> dict[str, Any]:
    return {"id": "disk", "class": "disk", "size": 256_060_514_304, "serial": serial, **said}


def test_the_key_that_a_machine_was_started_from_is_none_of_its_disks() -> None:
    """lshw puts what lies in the key (`medium`) under its drive, and the drive under what is plugged in."""
    medium = {"id": "medium", "class": "disk", "logicalname": "/dev/sdb", "size": 8_053_063_680}
    drive = {"id": "disk", "class": "disk", "businfo": "scsi@4:0.0.0", "size": 8_053_063_680, "children": [medium]}
    key = {"id": "usb", "class": "storage", "businfo": "usb@1:2", "children": [drive]}
    own = {"id": "sata", "class": "storage", "businfo": "pci@0000:00:17.0", "children": [disk("S0000001")]}
    reader = disk("R1", capabilities={"removable": "support is removable"}, children=[medium])
    facts = lshw_with(own, {"id": "usbhost", "class": "bus", "children": [key]}, reader)
    assert [one.serial for one in facts.media] == ["S0000001"]


def test_a_disk_with_a_medium_node_is_one_disk() -> None:
    facts = lshw_with(disk("S0000001", children=[{"id": "medium", "class": "disk", "size": 256_060_514_304}]))
    assert [one.serial for one in facts.media] == ["S0000001"]


def glpi(**content: Any) -> HardwareFacts:
    return read_inventory(json.dumps({"content": content}).encode())


@pytest.mark.parametrize(
    ("modules", "system", "gigabytes"),
    [
        ([2048, 2048], 7909, 8),  # half of it is soldered and in no list
        ([8192, 4096, 2048], 14136, 14),  # what modules add up to is not rounded to a size that is sold
        ([4096, 4096], 7830, 8),
        ([], 7830, 8),
    ],
)
def test_memory_is_the_larger_of_modules_and_system(modules: list[int], system: int, gigabytes: int) -> None:
    facts = glpi(hardware={"memory": system}, memories=[{"capacity": one} for one in modules])
    assert facts.ram_gb == gigabytes


@pytest.mark.parametrize(
    "model",
    [
        "CT480BX500SSD1", "WDC WDS480G2G0A-00JH30", "KINGSTON SUV400S37480G", "ADATA SU650", "TOSHIBA THNSNJ256GCSU",
        "INTEL SSDSC2KW480H6", "HFS256G39TND-N210A", "LITEON CV3-8D256", "Micron 1100 MTFDDAV256TBN",
        "SanDisk X400 M.2 2280 256GB", "CT500MX200", "SAMSUNG MZ7LN256HAJQ",
    ],
)  # fmt: skip
def test_a_common_flash_disk_is_known_for_one(model: str) -> None:
    assert kind_of("sda", model, "disk", "SATA") is StorageKind.SSD


@pytest.mark.parametrize("model", ["ST500LM000", "WDC WD5000LPVX", "HGST HTS545050A7E680", "TOSHIBA MQ01ABD050"])
def test_a_hard_disk_stays_one(model: str) -> None:
    assert kind_of("sda", model, "disk", "SATA") is StorageKind.HDD


def test_an_inventory_of_something_else_is_refused() -> None:
    """A switch that somebody scanned in the network, sent for the laptop in hand."""
    switch = {"network_device": {"type": "Networking", "model": "SW-24", "serial": "SW000001"}}
    with pytest.raises(UnreadableInventory, match="ne décrit un ordinateur"):
        glpi(**switch)
    with pytest.raises(UnreadableInventory):
        read_inventory(b'{"class": "system"}')


def test_an_android_id_is_no_serial_and_a_phone_s_memory_is_read() -> None:
    said: dict[str, Any] = {
        "versionclient": "GLPI-Agent-Android_v1.5.0",
        "hardware": {"memory": 5524},
        "bios": {"smanufacturer": "samsung", "smodel": "SM-A405FN", "ssn": "0a1b2c3d4e5f6071"},
        "drives": [{"volumn": "/system", "total": 5056}, {"volumn": "/storage/emulated/0", "total": 54304}],
        "memories": [{"capacity": 3650}],
    }
    phone = glpi(**said, simcards=[{"imei": "490154203237518"}])
    assert (phone.serial, phone.ram_gb) == ("490154203237518", 4)
    assert [(one.serial, one.kind, one.size_gb) for one in phone.media] == [(None, StorageKind.EMMC, 64)]
    assert glpi(**said).serial is None
    assert glpi(**said | {"bios": {"ssn": "R58M123ABCD"}}).serial == "R58M123ABCD"


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this checkout")
def test_the_cases_give_their_right_values() -> None:
    def read(name: str) -> HardwareFacts:
        return read_inventory((CASES / f"{name}.json").read_bytes())

    assert len(read("lshw_boot_key").media) == 1
    assert read("glpi_memory_modules_below_system").ram_gb == 8
    assert read("glpi_memory_14gb").ram_gb == 14
    assert {one.kind for one in read("glpi_ssd_models").media} == {StorageKind.SSD}
    assert read("glpi_android").serial == "490154203237518"
    with pytest.raises(UnreadableInventory):
        read("glpi_switch")
