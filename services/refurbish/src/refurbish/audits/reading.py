"""An inventory that was sent, read where it keeps nobody waiting."""

import asyncio
from typing import NamedTuple

from filiere.inventories.copies import copy_of
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import MAX_BYTES, read
from filiere.inventories.values import Unreadable
from filiere.jobs.process import Process, ProcessFailed
from filiere.jobs.turns import Turns

from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory

# A thread does not help against JSON: its parser lets go of the interpreter at the end only, and everybody else of the
# process stands still. What has no more than so many marks is read within 20 ms; a text of 5 MB with none takes 3.
MOST_MARKS = 60_000
_MARKS = (b",", b":", b"[", b"{")

TURNS = Turns()
"""Held by who reads a file in a process of its own."""


class Sent(NamedTuple):
    """What is kept of a file: its facts, and the copy without its people."""

    facts: HardwareFacts
    copy: bytes


def read_inventory(raw: bytes) -> HardwareFacts:
    """Read an inventory, here and now. Raises InventoryTooLarge, UnreadableInventory."""
    if len(raw) > MAX_BYTES:
        raise InventoryTooLarge
    try:
        return read(raw)
    except Unreadable as error:
        raise UnreadableInventory(str(error)) from error


def _read_and_copy(raw: bytes) -> Sent:
    return Sent(read_inventory(raw), copy_of(raw))


async def read_aside(raw: bytes) -> Sent:
    """The same off the event loop, with the copy; what would hold the interpreter is read by a process of its own, one
    at a time."""
    if len(raw) > MAX_BYTES or is_quick(raw):
        return await asyncio.to_thread(_read_and_copy, raw)
    async with TURNS.next():
        process = await Process.start("filiere.inventories.reading", raw)
        try:
            async for message in process.messages():
                if "refused" in message:
                    raise UnreadableInventory(message["refused"])
                return Sent(HardwareFacts.model_validate(message["facts"]), await process.read(message["copy"]))
            raise ProcessFailed("it said nothing")
        except ProcessFailed as error:
            raise UnreadableInventory("Ce fichier demande trop de calcul pour un inventaire.") from error
        finally:
            await process.cancel()


def is_quick(raw: bytes) -> bool:
    """XML is: its reader calls back for each element, and lets others go on meanwhile."""
    is_xml = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    return is_xml or sum(map(raw.count, _MARKS)) <= MOST_MARKS
