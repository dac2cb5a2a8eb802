"""Communes as people name them: by the beginning of a name or by a postcode; where they lie, and how far apart."""

import heapq
import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).parent / "data" / "communes.txt"
_EARTH_KM = 6371.0
_NO_LETTER = re.compile(r"[^a-z0-9]+")


class Commune(NamedTuple):
    """A commune; where it lies in degrees, to about a hundred metres."""

    name: str
    insee: str
    postcodes: tuple[str, ...]
    latitude: float
    longitude: float
    population: int


def communes_called(text: str, most: int = 20) -> list[Commune]:
    """Those of a postcode, or whose name is the text, else begins with it; the largest first.

    Accents, case, hyphens and « St » for « Saint » do not matter; a postcode may stand beside a name, which tells its
    communes apart. A text of fewer than two letters names none.
    """
    wanted = folded(text)
    if postcode := re.search(r"\b\d{5}\b", wanted):
        there = [one for one in _largest(_with(postcode[0]), 100) if postcode[0] in one.postcodes]
        name = " ".join(wanted.replace(postcode[0], " ").split())
        return ([one for one in there if folded(one.name) == name] or there)[:most]
    if len(wanted) < 2 or wanted.isdecimal():
        return []
    return _largest(_between(f"{wanted}|", f"{wanted}}}"), most) or _largest(_between(wanted, f"{wanted}~"), most)


def commune_of_address(insee: str | None, postcode: str, city: str) -> Commune | None:
    """The commune of an address: by its INSEE code, else the one of the postcode with that name, else its largest."""
    if insee:
        return next((one for one in map(_commune, _with(f"|{insee}|")) if one.insee == insee), None)
    there = communes_called(postcode)
    name = folded(city)
    return next((one for one in there if folded(one.name) == name), there[0] if there else None)


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, by the haversine, between two (latitude, longitude) in degrees."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(math.sqrt(half), 1.0))


def folded(name: str) -> str:
    """A name as it is compared: no accents, one space where there is no letter, « saint » for « st »."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    words = _NO_LETTER.sub(" ", plain.encode("ascii", "ignore").decode().lower()).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def _largest(lines: Iterable[bytes], most: int) -> list[Commune]:
    return [_commune(line) for line in heapq.nlargest(most, lines, key=_population)]


def _population(line: bytes) -> int:
    return int(line[line.rindex(b"|") + 1 :])


def _between(first: str, after: str) -> Iterator[bytes]:
    """The lines from one text to before another."""
    text, starts = _lines()

    def line(start: int) -> bytes:
        return text[start : text.index(b"\n", start)]

    begin, end = (bisect_left(starts, one.encode(), key=line) for one in (first, after))
    return map(line, starts[begin:end])


def _with(part: str) -> Iterator[bytes]:
    """The lines that hold a text."""
    text, _ = _lines()
    at = 0
    while (at := text.find(part.encode(), at)) >= 0:
        start, at = text.rfind(b"\n", 0, at) + 1, text.index(b"\n", at)
        yield text[start:at]


def _commune(line: bytes) -> Commune:
    _, name, insee, postcodes, latitude, longitude, population = line.decode().split("|")
    return Commune(name, insee, tuple(postcodes.split()), float(latitude), float(longitude), int(population))


@cache
def _lines() -> "tuple[bytes, array[int]]":
    """The file, and where its lines begin: searched in place, it costs a tenth of thirty-five thousand objects."""
    text = _FILE.read_bytes()
    while text.startswith(b"#"):
        text = text[text.index(b"\n") + 1 :]
    return text, array("I", [0, *(found.end() for found in re.finditer(b"\n", text))][:-1])
