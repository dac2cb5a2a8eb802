"""Hostile words in every field that takes words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

MARK = "=1+zq'\"><b id=zq>&{{7*7}}"
"""A formula to a spreadsheet, a tag and the end of an attribute to a browser, a sum to a template."""
UNESCAPED = ("<b id=zq>", "zq'\"", "&49", "&amp;49")


def with_marks(body: Any) -> Iterator[tuple[str, Any]]:
    """(place, copy of the body) for every text in it, that text replaced; and once for all texts together."""
    for place in _places(body):
        changed = json.loads(json.dumps(body))
        inside = changed
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] = MARK
        yield ".".join(map(str, place)), changed


def _places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from _places(value, (*path, name))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from _places(value, (*path, number))
    elif isinstance(body, str):
        yield path
