"""A list as it was read, without the people in it: kept until it is declared, so that columns can be taken for others.

One line for each row from the first under the header on, its cells apart by DELIMITER; what was said of the file stands
in the first line, as JSON.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from collect.imports.block import Block
from collect.imports.headers import heading_of, layout_of
from collect.imports.reading import LOOKED_INTO, TOO_LONG, Corrections, Source, arranged
from collect.imports.without_people import Cleaner

DELIMITER = "\x1f"
"""Stands in no cell: cleaning leaves only what can be printed."""
_AT_ONCE = 256 * 1024


class Copy:
    """Takes rows while they are read, and packs them."""

    def __init__(self, source: Source) -> None:
        self._cleaner = Cleaner(source.layout)
        self._packer = zlib.compressobj(1)
        self._packed = bytearray()
        self._next = source.header_row + 1
        self._waiting: list[str] = []
        self._size = 0
        said = {
            "headers": source.layout.headers,
            "closed": source.layout.about_people,
            "header_row": source.header_row,
            "encoding": source.encoding,
            "delimiter": source.delimiter,
            "sheet": source.sheet,
        }
        self._write(json.dumps(said, ensure_ascii=False))

    def add(self, block: Block) -> None:
        """The next rows that hold something."""
        cleaned = self._cleaner.block(block)
        for at, row in enumerate(block.rows):
            if row == TOO_LONG:
                cleaned[at] = TOO_LONG  # nothing of it can be printed, but it stays a row
        lines = map(DELIMITER.join, cleaned)
        first, last = block.numbers[0], block.numbers[-1]
        if first == self._next and last - first + 1 == len(block.numbers):
            self._write(*lines)
        else:
            for number, line in zip(block.numbers, lines, strict=True):
                self._write(*[""] * (number - self._next), line)
                self._next = number + 1
        self._next = last + 1

    def finish(self) -> bytes:
        self._pack()
        self._packed += self._packer.flush()
        return bytes(self._packed)

    def _write(self, *lines: str) -> None:
        self._waiting += lines
        self._size += sum(map(len, lines))
        if self._size > _AT_ONCE:
            self._pack()

    def _pack(self) -> None:
        if self._waiting:
            text = "\n".join(self._waiting) + "\n"
            self._packed += self._packer.compress(text.encode(errors="replace"))
        self._waiting, self._size = [], 0


class Opened(NamedTuple):
    """A copy to read again: how, and its rows with their numbers in the file."""

    source: Source
    rows: Iterator[tuple[int, list[str]]]


def opened(packed: bytes, corrections: Corrections) -> Opened:
    """The copy, its columns taken as the corrections say, else as they are guessed."""
    first, *lines = zlib.decompress(packed).decode().split("\n")
    said = json.loads(first)
    headers = said["headers"]
    source = Source(
        said["encoding"],
        said["delimiter"],
        said["header_row"],
        layout_of(headers, about_people=said["closed"]),
        sheet=said["sheet"],
        heading=heading_of(headers),
    )
    some = [line.split(DELIMITER) for line in lines[:LOOKED_INTO] if line and line != TOO_LONG[0]]
    source = arranged(source, headers, some, corrections)
    rows = (
        (number, line.split(DELIMITER))
        for number, line in zip(count(source.header_row + 1), lines, strict=False)
        if line
    )
    return Opened(source, rows)
