"""Machine inventories: real files where they are, our own where they are not; nothing of a person is kept."""

import json
from pathlib import Path

import pytest
from filiere.catalogue.axes import StorageKind
from filiere.testing.sql import value
from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory
from refurbish.audits.facts import kind_of, nominal_gb
from refurbish.audits.reading import MAX_BYTES, read_inventory

from .shapes import LSHW

SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "glpi"
real = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the agents' own files are not beside this checkout")


def test_lshw_gives_the_machine_and_its_own_disks_only():
    facts = read_inventory(json.dumps(LSHW).encode())
    assert (facts.manufacturer, facts.serial, facts.ram_gb) == ("Lenovo", "PF1A2B3C", 8)
    assert "i5-8250U" in facts.cpu
    assert [(one.serial, one.kind, one.size_gb) for one in facts.media] == [
        ("S425NA0M123456", StorageKind.NVME, 256.1), ("76DXT1234", StorageKind.HDD, 1000.2),
    ]  # fmt: skip


def test_lshw_in_a_list_is_read_too():
    assert read_inventory(json.dumps([LSHW]).encode()).serial == "PF1A2B3C"


@real
def test_a_glpi_agent_s_json_is_read():
    facts = read_inventory((SAMPLES / "computer_1.json").read_bytes())
    assert (facts.manufacturer, facts.model, facts.serial) == ("Dell", "XPS 13 9350", "640HP72")
    assert (facts.ram_gb, facts.chassis, facts.battery_percent) == (8, "Laptop", 87.8)
    [disk] = facts.media
    assert (disk.serial, disk.kind, disk.size_gb) == ("S29NNXAH146409", StorageKind.NVME, 256.1)


@real
def test_a_fusioninventory_agent_s_xml_is_read():
    facts = read_inventory((SAMPLES / "agent_elitebook_2540p.xml").read_bytes())
    assert (facts.manufacturer, facts.model, facts.serial, facts.ram_gb) == ("HP", "EliteBook 2540p", "CZC0479792", 4)
    [disk] = facts.media
    assert (disk.serial, disk.kind, disk.size_gb) == ("101024PCK204VJJVAMYJ", StorageKind.HDD, 250.1)


@real
def test_a_phone_s_inventory_is_read_without_its_charge_being_taken_for_wear():
    facts = read_inventory((SAMPLES / "phone_1.json").read_bytes())
    assert (facts.manufacturer, facts.model, facts.ram_gb, facts.battery_percent) == ("Xiaomi", "Mi 9T Pro", 6, None)


@real
@pytest.mark.parametrize("name", ["computer_1.json", "phone_1.json", "agent_elitebook_2540p.xml"])
async def test_nothing_of_a_person_reaches_the_database(world, database, name):
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
def test_what_is_no_inventory_is_refused_in_words(raw):
    with pytest.raises(UnreadableInventory):
        read_inventory(raw)


def test_a_file_over_the_limit_is_not_even_parsed():
    with pytest.raises(InventoryTooLarge):
        read_inventory(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "content",
    [
        {"bios": [], "hardware": None, "storages": "x", "memories": [1, {"capacity": "??"}], "cpus": [{"name": 3}]},
        {"storages": [{"disksize": -5, "serial": "A"}, {"disksize": "1e999"}, {}], "batteries": [{"capacity": 0}]},
    ],
)
def test_nonsense_inside_an_inventory_is_left_out(content):
    facts = read_inventory(json.dumps({"content": content}).encode())
    assert (facts.ram_gb, facts.cpu, facts.serial) == (None, None, None)


def test_a_disk_whose_size_nobody_could_read_is_still_a_disk():
    storages = [{"name": "sda", "serial": "WDHDD77002"}, {"name": "sdb", "description": "Card reader"}, {"name": "sr0"}]
    [disk] = read_inventory(json.dumps({"content": {"storages": storages}}).encode()).media
    assert (disk.serial, disk.size_gb) == ("WDHDD77002", None)


def test_memory_is_said_as_it_is_sold():
    assert [nominal_gb(mib) for mib in (7800, 3887, 5523, 16384, 0, None)] == [8, 4, 6, 16, None, None]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("KINGSTON SA400S37240G", StorageKind.SSD), ("Samsung SSD 860 EVO", StorageKind.SSD),
        ("/dev/mmcblk0 DA4064", StorageKind.EMMC), ("ST1000LM035-1RK1", StorageKind.HDD),
        ("WDC WD5000AAKX", StorageKind.HDD), ("BC501 NVMe SK hynix", StorageKind.NVME), ("VBOX", StorageKind.UNKNOWN),
    ],
)  # fmt: skip
def test_the_kind_of_a_disk_is_read_from_its_names(said, kind):
    assert kind_of(said) is kind


async def test_an_inventory_declares_the_disks_and_begins_the_grade(world):
    device = await world.arrived(serial="PF1A2B3C")
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


async def test_an_inventory_is_read_whatever_the_program_that_sends_it_calls_it(world):
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        device = await world.arrived()
        sent = {"content": json.dumps(LSHW), "headers": {"content-type": kind}}  # the first: `curl --data-binary @file`
        answer = await world.api.post(f"/api/v1/devices/{device}/audits", **sent)
        assert answer.status_code == 201, f"{kind}: {answer.text}"


async def test_a_machine_with_another_serial_than_declared_is_shown(world):
    device = await world.arrived(serial="5CG8411ABC")
    answer = await world.post(f"/devices/{device}/audits", LSHW)
    assert answer["serial_matches"] is False
    assert "PF1A2B3C" in answer["differences"][0]


async def test_the_same_file_twice_is_one_audit_and_a_later_one_shows_what_changed(world):
    device = await world.arrived()
    first = await world.post(f"/devices/{device}/audits", LSHW)
    assert (await world.post(f"/devices/{device}/audits", LSHW))["id"] == first["id"]
    smaller = json.loads(json.dumps(LSHW))
    smaller["children"][0]["children"][0]["size"] = 4294967296
    later = await world.post(f"/devices/{device}/audits", smaller)
    assert later["differences"] == ["La mémoire vive est passée de 8 à 4 Go."]
    assert len(await world.get(f"/devices/{device}/audits")) == 2


async def test_a_disk_that_only_the_inventory_sees_reopens_the_gate(world):
    device = await world.arrived()
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.post(f"/devices/{device}/audits", LSHW)
    assert await world.stage(device) == "erasing"


async def test_an_unknown_disk_in_a_ready_device_stops_everything(world):
    device = await world.arrived()
    await world.wiped(device, "S425NA0M123456", kind="nvme")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    await world.post(f"/devices/{device}/audits", LSHW)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["next_step"]["code"]) == ("ready", "stop")
    assert "76DXT1234" in found["next_step"]["sentence"]
