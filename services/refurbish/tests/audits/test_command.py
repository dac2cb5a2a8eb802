"""`python -m refurbish audit`: from a live USB, with the real API over HTTP, without settings, without a database."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from filiere.inventories.reading import read
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.answers import found
from filiere.testing.browser import serving
from filiere.testing.inventories import DISK, SERIAL
from refurbish.audits.collector import collect, sysfs

from ..conftest import World
from .shapes import plain

MACHINE: Mapping[str, str] = {
    "sys/class/dmi/id/sys_vendor": "LENOVO", "sys/class/dmi/id/product_name": "20L50000FR",
    "sys/class/dmi/id/product_version": "ThinkPad T480", "sys/class/dmi/id/product_serial": SERIAL,
    "sys/class/dmi/id/chassis_type": "10",
    "proc/meminfo": "MemTotal:        7996416 kB\nMemFree: 1 kB\n",
    "proc/cpuinfo": "processor : 0\nmodel name\t: Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz\n",
    "sys/devices/pci0000:00/nvme/nvme0n1/size": "500118192", "sys/devices/pci0000:00/nvme/nvme0n1/removable": "0",
    "sys/devices/pci0000:00/nvme/nvme0n1/queue/rotational": "0",
    "sys/devices/pci0000:00/nvme/nvme0n1/device/model": "SAMSUNG MZVLB256HAHQ-000L7   ",
    "sys/devices/pci0000:00/nvme/nvme0n1/device/serial": f"{DISK}      ",
    "sys/devices/pci0000:00/ata1/host0/sda/size": "976773168", "sys/devices/pci0000:00/ata1/host0/sda/removable": "0",
    "sys/devices/pci0000:00/ata1/host0/sda/queue/rotational": "1", "sys/devices/pci0000:00/ata1/host0/sda/dev": "8:0",
    "sys/devices/pci0000:00/ata1/host0/sda/device/model": "ZORGLUB 5000",
    "run/udev/data/b8:0": "S:disk/by-id/x\nE:ID_SERIAL=ZORGLUB_5000_ZB0001\nE:ID_SERIAL_SHORT=ZB0001234\n",
    "sys/devices/pci0000:00/usb1/1-2/sdb/size": "30277632", "sys/devices/pci0000:00/usb1/1-2/sdb/removable": "1",
    "sys/devices/pci0000:00/usb1/1-2/sdb/device/model": "DataTraveler 3.0",
    "sys/devices/virtual/block/loop0/size": "1000",
    "sys/class/power_supply/BAT0/type": "Battery", "sys/class/power_supply/BAT0/energy_full_design": "24000000",
    "sys/class/power_supply/BAT0/energy_full": "18400000", "sys/class/power_supply/BAT0/serial_number": "4711",
    "sys/class/power_supply/BAT1/type": "Battery", "sys/class/power_supply/BAT1/energy_full_design": "24000000",
    "sys/class/power_supply/BAT1/energy_full": "16200000",
    "sys/class/power_supply/hidpp_0/type": "Battery", "sys/class/power_supply/hidpp_0/scope": "Device",
    "sys/class/power_supply/AC/type": "Mains",
}  # fmt: skip


def machine(folder: Path) -> Path:
    """A machine as the kernel shows it, in a folder."""
    for name, text in MACHINE.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    blocks = folder / "sys/block"
    blocks.mkdir()
    for where in (
        "pci0000:00/nvme/nvme0n1",
        "pci0000:00/ata1/host0/sda",
        "pci0000:00/usb1/1-2/sdb",
        "virtual/block/loop0",
    ):
        (blocks / where.rpartition("/")[2]).symlink_to(folder / "sys/devices" / where)
    return folder


async def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """The command as a live USB starts it: nothing of the service's settings is there. (status, what it says)."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "refurbish", "audit", *arguments, cwd=folder, env={**bare, **environment},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return process.returncode, plain(output.decode())


def written(folder: Path) -> list[Path]:
    """What waits for a network."""
    return sorted(folder.glob("*.json"))


async def key(world: World, *scopes: str) -> str:
    """A key that a technician makes for the audit USB."""
    browser, page = await world.browser(), f"/cles/{world.id}"
    token = found(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)[1]
    fields = {"csrf_token": token, "id": str(uuid4()), "name": "Clé USB d'audit", "scopes": list(scopes)}
    return found(r'id="secret"[^>]*>(filiere_\w+)<', (await browser.post(page, data=fields)).text)[1]


def test_without_any_tool_the_kernel_says_enough(tmp_path: Path) -> None:
    document = {"type": "filiere-audit", "version": 1, "parts": {"sysfs": sysfs(machine(tmp_path))}}
    facts = read(json.dumps(document).encode())
    assert (facts.manufacturer, facts.model, facts.serial) == ("Lenovo", "ThinkPad T480", SERIAL)
    assert (facts.ram_gb, facts.cpu, facts.chassis) == (8, "Intel Core i5-8350U", "Notebook")
    assert facts.battery_percent == 72.1, "of both its batteries, not of its mouse"
    assert [(one.serial, one.kind.value, one.size_gb) for one in facts.media] == [
        (DISK, "nvme", 256), ("ZB0001234", "hdd", 500),
    ]  # fmt: skip


def test_this_very_machine_says_something() -> None:
    facts = read(json.dumps(collect()).encode())
    assert facts.ram_gb
    assert facts.cpu


@pytest.mark.slow
async def test_the_machine_at_hand_is_sent_to_the_device_of_its_label(
    world: World, service: Service, settings: Settings, tmp_path: Path
) -> None:
    device = await world.arrived(manufacturer=None, model=None)
    label = (await world.get(f"/devices/{device}"))["label"]
    secret = await key(world, "audits")
    async with serving(service, settings) as address:
        status, said = await run(tmp_path, "--push", "--url", address, "--label", label, FILIERE_KEY=secret)
        assert (status, f"{label} : audit reçu." in said) == (0, True), said
        assert (await run(tmp_path, "--push", "--url", address, "--label", label, FILIERE_KEY=secret))[0] == 0
    facts = await world.get(f"/devices/{device}/facts")
    assert facts["ram_gb"]["source"] == "filiere"
    assert {one["status"] for one in await world.get(f"/devices/{device}/audits")} == {"kept"}
    assert written(tmp_path) == []


@pytest.mark.slow
async def test_without_a_network_a_file_waits_and_is_sent_later(
    world: World, service: Service, settings: Settings, tmp_path: Path
) -> None:
    device = await world.arrived(manufacturer="Lenovo", model="ThinkPad T480", serial=SERIAL)
    secret = await key(world, "audits")
    nowhere = "http://127.0.0.1:9"
    status, said = await run(tmp_path, "--push", "--url", nowhere, FILIERE_KEY=secret)
    assert status == 3, said
    [waiting] = written(tmp_path)
    assert f"python -m refurbish audit --send {waiting.name}" in said
    assert secret not in waiting.read_text()
    # Written on the bench's own machine: put the laptop's in its place.
    waiting.write_text(
        json.dumps({"type": "filiere-audit", "version": 1, "parts": {"sysfs": sysfs(machine(tmp_path))}})
    )
    async with serving(service, settings) as address:
        status, said = await run(tmp_path, "--send", str(waiting), "--url", address, FILIERE_KEY=secret)
    assert (status, "audit reçu" in said) == (0, True), said
    assert (await world.get(f"/devices/{device}/facts"))["battery_percent"]["value"] == 72.1
    assert [one["serial"] for one in (await world.get(f"/devices/{device}"))["media"]] == [DISK, "ZB0001234"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scopes", "label", "status", "sentence"),
    [
        ((), None, 1, "Cette clé n'ouvre rien"),
        (("audits",), "FIL-00000-0", 1, "n'existe pas"),
        (("audits",), None, 1, "Donne l'étiquette collée dessus."),
    ],
)
async def test_what_is_refused_is_said_and_nothing_is_lost(
    world: World, service: Service, settings: Settings, tmp_path: Path, scopes: tuple[str, ...], label: str | None,
    status: int, sentence: str,
) -> None:  # fmt: skip
    secret = await key(world, *scopes) if scopes else "filiere_" + "x" * 40
    said = ["--label", label] if label else []
    async with serving(service, settings) as address:
        ended, words = await run(tmp_path, "--push", "--url", address, *said, FILIERE_KEY=secret)
    assert (ended, sentence in words) == (status, True), words
    assert len(written(tmp_path)) == 1
    assert re.search(r"Gardé pour plus tard : audit-\w+-\d{8}T\d{6}\.json", words)


async def test_a_key_for_audits_opens_nothing_else(world: World) -> None:
    device = await world.arrived()
    tool = world.client.anonymous(Authorization=f"Bearer {await key(world, 'audits')}")
    assert (await tool.get(f"/api/v1/devices/{device}")).status_code == 403
    assert (await tool.get(f"/api/v1/devices/{device}/audits")).status_code == 403
    sent = await tool.post(f"/api/v1/devices/{device}/audits", json={"class": "system", "children": [], "vendor": "HP"})
    assert sent.status_code == 201, sent.text


@pytest.mark.slow
async def test_it_shows_what_it_found_without_sending_anything(tmp_path: Path) -> None:
    status, said = await run(tmp_path)
    assert (status, written(tmp_path)) == (0, [])
    assert "numéro de série" in said
