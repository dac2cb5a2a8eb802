"""Reading an inventory lets everybody else of the process go on: no file holds the interpreter for long."""

import asyncio
import contextlib
import json
import time

import pytest
from filiere.inventories.copies import copy_of
from filiere.inventories.reading import MAX_BYTES
from filiere.testing.answers import found
from filiere.testing.slowness import slowness
from refurbish.audits.errors import UnreadableInventory
from refurbish.audits.reading import MOST_MARKS, TURNS, is_quick, read_aside, read_inventory

from ..conftest import World

PACKAGE = {"name": "Paquet", "version": "1.2.3", "publisher": "Éditeur d'exemple", "filesize": 12345}
LIMIT_S = 0.02


def glpi(packages: int) -> bytes:
    """A real agent's file is a few disks and a long list of software."""
    storages = [{"name": "sda", "model": "Samsung SSD 870", "serial": "S5Y1NX0R", "disksize": 250_059, "type": "disk"}]
    software = [PACKAGE | {"name": f"Paquet {n}"} for n in range(packages)]
    bios = {"ssn": "5CG8472QX1", "smanufacturer": "HP", "smodel": "EliteBook 840 G5"}
    return json.dumps({"content": {"bios": bios, "storages": storages, "softwares": software}}).encode()


def crowded(item: str, close: str, marks: int) -> bytes:
    """The file that holds longest of all with so many marks."""
    each = (marks - 10) // sum(map(item.count, ",:[{"))
    items = "".join(item[1:].replace("#", str(n)) for n in range(each))
    return ('{"class":"system","x":' + item[0] + items + close).encode()


def cpu_of(raw: bytes) -> float:
    began = time.thread_time()
    with contextlib.suppress(UnreadableInventory):
        read_inventory(raw)
    return time.thread_time() - began


LARGE = glpi(38_000)
assert MOST_MARKS < len(LARGE) <= MAX_BYTES
CROWDED = {
    "keys": crowded('{"k#":0,', '"z":0}}', MOST_MARKS),
    "numbers": crowded("[1,", "1]}", MOST_MARKS),
    "texts": crowded('["",', '""]}', MOST_MARKS),
    "lists": crowded("[[],", "[]]}", MOST_MARKS),
    "software": glpi(5_500),
}


async def test_a_file_of_five_megabytes_is_read_to_the_same_facts_and_by_no_thread_of_ours() -> None:
    assert not is_quick(LARGE)
    before = time.process_time()
    facts, kept = await read_aside(LARGE)
    assert (
        time.process_time() - before < LIMIT_S * 3 * slowness()
    )  # what it takes to write it to a process; 40 ms to read it here
    assert facts == read_inventory(LARGE)
    assert kept == copy_of(LARGE)
    assert (facts.serial, len(facts.media)) == ("5CG8472QX1", 1)


@pytest.mark.parametrize("name", CROWDED)
def test_what_is_read_in_a_thread_takes_no_longer_than_a_turn_may(name: str) -> None:
    raw = CROWDED[name]
    assert is_quick(raw), "the worst that is still read here"
    took = [cpu_of(raw) for _ in range(5)]
    assert min(took) < LIMIT_S * slowness()


@pytest.mark.parametrize("raw", [LARGE[:-100], b"[" + b"1," * 500_000 + b"1]"])
async def test_a_file_that_cannot_be_read_is_refused_by_the_same_sentence(raw: bytes) -> None:
    assert not is_quick(raw)
    with pytest.raises(UnreadableInventory) as aside:
        await read_aside(raw)
    with pytest.raises(UnreadableInventory) as here:
        read_inventory(raw)
    assert aside.value.sentence == here.value.sentence


async def test_who_waits_for_a_file_to_be_read_holds_no_connection(world: World) -> None:
    """Large files are read one after the other; eight who waited with a connection each would stop the service."""
    device, ada = await world.arrived(), await world.client.login("ada")
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get("/scanner")).text)[1]
    path, waiting = f"/equipements/{device}/inventaires", world.database.connections.size
    async with asyncio.timeout(60):
        async with TURNS.next():
            sent = [
                asyncio.create_task(ada.post(path, data={"csrf_token": token}, files={"file": ("a.json", LARGE)}))
                for _ in range(waiting)
            ]
            sent.append(asyncio.create_task(world.api.post(f"/api/v1/devices/{device}/audits", content=LARGE)))
            while len(TURNS.next()._waiters or ()) < len(sent):
                await asyncio.sleep(0.01)
            assert world.database.connections.in_use == 0
            for task in sent:
                task.cancel()
            await asyncio.gather(*sent, return_exceptions=True)
