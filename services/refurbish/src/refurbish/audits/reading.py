"""An inventory that was sent, read where it keeps nobody waiting."""

import asyncio
from weakref import WeakKeyDictionary

from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import MAX_BYTES, read
from filiere.inventories.values import Unreadable
from filiere.jobs.process import Process, ProcessFailed

from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory

# A thread does not help against JSON: its parser lets go of the interpreter at the end only, and everybody else of the
# process stands still. What has no more than so many marks is read within 20 ms; a text of 5 MB with none takes 3.
MOST_MARKS = 60_000
_MARKS = (b",", b":", b"[", b"{")

_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


def read_inventory(raw: bytes) -> HardwareFacts:
    """Read a GLPI/FusionInventory inventory (JSON or XML) or the output of `lshw -json`, here and now.

    Raises InventoryTooLarge, UnreadableInventory.
    """
    if len(raw) > MAX_BYTES:
        raise InventoryTooLarge
    try:
        return read(raw)
    except Unreadable as error:
        raise UnreadableInventory(str(error)) from error


async def read_aside(raw: bytes) -> HardwareFacts:
    """The same off the event loop; what would hold the interpreter is read by a process of its own, one at a time."""
    if len(raw) > MAX_BYTES or is_quick(raw):
        return await asyncio.to_thread(read_inventory, raw)
    async with turns():
        process = await Process.start("filiere.inventories.reading", raw)
        try:
            async for message in process.messages():
                if "refused" in message:
                    raise UnreadableInventory(message["refused"])
                return HardwareFacts.model_validate(message["facts"])
            raise ProcessFailed("it said nothing")
        except ProcessFailed as error:
            raise UnreadableInventory("Ce fichier demande trop de calcul pour un inventaire.") from error
        finally:
            await process.cancel()


def is_quick(raw: bytes) -> bool:
    """XML is: its reader calls back for each element, and lets others go on meanwhile."""
    is_xml = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    return is_xml or sum(map(raw.count, _MARKS)) <= MOST_MARKS


def turns() -> asyncio.Lock:
    """Held by who reads a file in a process of its own."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
