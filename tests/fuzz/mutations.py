"""Files changed at random, by what has broken a reader somewhere."""

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

LONG = 0.005

# What has broken a reader somewhere: bytes, cells, values.
BYTES = [
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b'"',
    b"\n",
    b"\r",
    b";",
    b",",
    b"\t",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"{",
    b"]",
]
CELLS = [
    "", '"', "=1+1", "1e999", "-1", "9" * 5000, "x" * 3000, "Numero de serye", "٣", "\u202e", "N/A", "2x8 Go", "4096",
    "0000000", "1/1/1", "31/02/2021", "é" * 300, "8 Go + 8 Go" * 20, "\x85", "a@b.fr", "TRUE", "NaN",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 5, 10**17, 10**30, 1e308, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 5000, [], {},
    [[]], {"a": {}}, ["x", 5, None], "999999999999999999", "١٢",
]  # fmt: skip


def mutate(chance: random.Random, raw: bytes, *, is_tree: bool, long: float = LONG) -> bytes:
    """One to four changes; one file in two hundred is made long, unless `long` is another share of them."""
    for _ in range(chance.randint(1, 4)):
        change = chance.choice([_bytes, _tree, _tree, _tree, _tree] if is_tree else [_bytes, _lines, _cell])
        raw = change(chance, raw)
    if chance.random() < long and raw:
        raw = raw * chance.randint(2, max(2, 1_000_000 // len(raw)))
    return raw


def _bytes(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    to = min(len(raw), at + chance.choice([0, 0, 1, 2, 20]))
    return raw[:at] + chance.choice([*BYTES, bytes([chance.randrange(256)])]) * chance.choice([1, 1, 1, 50]) + raw[to:]


def _lines(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [raw]
    at = chance.randrange(len(lines))
    lines[at : at + 1] = chance.choice([[], lines[at : at + 1] * chance.choice([2, 30]), [b"\n"] * 5, lines[:at]])
    return b"".join(lines)


def _cell(chance: random.Random, raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace")
    mark = max(";,\t|", key=text.count)
    cells = text.split(mark)
    cells[chance.randrange(len(cells))] = chance.choice(CELLS)
    return mark.join(cells).encode("utf-8", "replace")


def _tree(chance: random.Random, raw: bytes) -> bytes:
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        return _cell(chance, raw)
    places = list(_places(tree))
    if places:
        container, key = chance.choice(places)
        container[key] = copy.deepcopy(chance.choice(VALUES))
    return json.dumps(tree).encode()


def spoilt_leaf(chance: random.Random, raw: bytes) -> bytes:
    """What stands between two tags, and what stands in one."""
    leaves = list(re.finditer(rb'(?<=>)[^<>]+(?=<)|(?<=name=")[^"]+', raw))
    for leaf in chance.sample(leaves, k=min(len(leaves), chance.randint(1, 3))):
        cell = chance.choice(CELLS).replace("&", "").replace("<", "").replace('"', "")
        if leaf.end() <= len(raw):
            raw = raw[: leaf.start()] + cell.encode() + raw[leaf.end() :]
    return raw


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in pairs:
        yield node, key
        yield from _places(child)
