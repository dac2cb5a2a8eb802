"""Values that people, spreadsheets and adversaries type, and changes of a JSON value at a random place."""

import json
import random
import string
from collections.abc import Callable
from typing import Any

MARK = "zq'\"><b id=fuzz>"
"""Hostile text with a mark of its own: found as it is in a page, it was not escaped."""

TEXTS: tuple[str, ...] = (
    "",
    " ",
    "\t\n\r",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u2028\u202e\ufeff",
    "é" * 300,
    "e\u0301" * 50,
    "😀" * 100,
    "x" * 10_000,
    MARK,
    "<script>alert(1)</script>",
    "'; DROP TABLE donation; --",
    "{{ 7*7 }}${7*7}#{7*7}",
    "%s%n%(x)s{0}{x}",
    "=HYPERLINK(\"http://e.example\")",
    "../../../../etc/passwd",
    "a\r\nSet-Cookie: x=1",
    "%", "_", "\\", "%%_\\%", "*", "(", "[a-", "|| 1",
    "0", "-1", "1", "00", "1.5", "1,5", "1e400", "-0", "0x10", "١٢٣", "²",
    "9" * 20,
    "9" * 5000,
    str(2**31), str(2**63), str(-(2**63) - 1),
    "NaN", "Infinity", "-Infinity", "null", "true", "on", "oui",
    "0001-01-01", "9999-12-31", "2026-02-29", "2026-13-01", "10000-01-01", "2022-12-31", "2026-11-29T25:00:00Z",
    "01936f3e-0000-7000-8000-000000000001", "00000000-0000-0000-0000-000000000000", "{01936f3e}", "01936F3E",
    "FIL-00000-0", "//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example",
)  # fmt: skip

LONE_SURROGATES = ("\ud800", "a\udfffb")
"""Only JSON can say these (`\\ud800`); UTF-8 cannot."""

OTHER: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 257, 4096, 2**31, 2**63, -(2**63) - 1, 10**30, 1.5, -0.0, 1e308,
    [], {}, [[]], [None], {"": ""}, {"a": {"b": {"c": []}}},
)  # fmt: skip

_ALPHABET = string.ascii_letters + string.digits
_LETTERS = "aZ09 éœ€-_./\\'\"<>&;,=+@\t\x00\x07\x7f\u00a0\u200b\u202e中😀"


def text(rng: random.Random) -> str:
    """A text without lone surrogates."""
    draw = rng.random()
    if draw < 0.65:
        return rng.choice(TEXTS)
    if draw < 0.7:
        return incompressible(rng, rng.choice((255, 300, 2704, 4000)))
    return "".join(rng.choice(_LETTERS) for _ in range(rng.choice((1, 2, 5, 20, 80, 200, 201, 500))))


def incompressible(rng: random.Random, length: int) -> str:
    """Nothing a database packs: what it may hold of an index row's 2,704 bytes is told by such a text only."""
    return "".join(rng.choices(_ALPHABET, k=length))


def endless(rng: random.Random, length: int) -> str:
    """A text of so many bytes that costs more than it weighs: to escape, to decode, to look through."""
    pattern = rng.choice(("a", "a", "<&", "<&", "é", "😀", "%", "\r\n", '\\"', " "))
    return pattern * (length // len(pattern.encode()))


def any_value(rng: random.Random) -> Any:
    draw = rng.random()
    if draw < 0.5:
        return text(rng)
    return rng.choice(LONE_SURROGATES) if draw < 0.6 else rng.choice(OTHER)


def mutated(rng: random.Random, value: Any) -> Any:
    """The value with one to three changes at random places; the original is left as it is."""
    changed = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, 3)):
        changed = _mutated_once(rng, changed)
    return changed


def _mutated_once(rng: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(sorted(value))
        return _in_object(rng, value, key)
    if isinstance(value, list) and value and rng.random() < 0.85:
        place = rng.randrange(len(value))
        if rng.random() < 0.2:
            return [*value, *[value[place]] * rng.choice((1, 2, 200))]
        return [*value[:place], _mutated_once(rng, value[place]), *value[place + 1 :]]
    return any_value(rng)


def _in_object(rng: random.Random, value: dict[str, Any], key: str) -> dict[str, Any]:
    draw = rng.random()
    if draw < 0.15:
        return {name: each for name, each in value.items() if name != key}
    if draw < 0.25:
        return {**value, any_text_key(rng): any_value(rng)}
    return {**value, key: _mutated_once(rng, value[key])}


def any_text_key(rng: random.Random) -> str:
    return rng.choice(("", "\x00", "__proto__", "id", "x" * 1000, "é", *LONE_SURROGATES))


def as_json(rng: random.Random, value: Any) -> bytes:
    """Bytes of a JSON body: mostly right, now and then broken as programs and networks break it."""
    written = json.dumps(value, ensure_ascii=rng.random() < 0.9).encode("utf-8", "surrogatepass")
    draw = rng.random()
    return rng.choice(_BREAKS)(rng, written) if draw < 0.2 else written


def _cut(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _flip(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body or b" ")
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _deep(rng: random.Random, body: bytes) -> bytes:
    depth = rng.choice((10, 1000, 100_000))
    opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return opened * depth + (body if rng.random() < 0.5 else b"1") + closed * rng.choice((0, depth))


def _numbers(rng: random.Random, body: bytes) -> bytes:
    return rng.choice((b"1e999", b"NaN", b"-Infinity", b"9" * 5000, b"0" * 5000, b"1." + b"1" * 5000))


def _twice(rng: random.Random, body: bytes) -> bytes:
    return body[:-1] + b"," + body[1:] if body[:1] == b"{" and len(body) > 2 else body + body


_BREAKS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut,
    _flip,
    _deep,
    _numbers,
    _twice,
    lambda rng, body: b"\xef\xbb\xbf" + body,
    lambda rng, body: body.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass"),
    lambda rng, body: b"",
    lambda rng, body: rng.randbytes(rng.choice((1, 100, 10_000))),
)
