"""Records that have killed a consumer, or might."""

from filiere.calendar import now
from filiere.events import Envelope
from filiere.identifiers import uuid7
from filiere.kafka.client.raw_records import Raw

MARK = b"poison"
"""Header of every poisoned record: whoever reads the log knows it by that, and by its value."""


def poisons(mark: str, type_: str, *, compacted: bool = False) -> list[Raw]:
    """Each kind of record that has killed a consumer, or might: none can be applied by anybody who reads `type_`.

    `mark` goes into a header of its own. A compacted topic takes no record without a key.
    """
    marked = (MARK, mark.encode())

    def sound() -> list[tuple[bytes, bytes | None]]:
        envelope = Envelope(uuid7(), "/poison", type_, now(), "poison")
        return [(name.encode(), value) for name, value in envelope.to_headers()]

    def without(name: bytes, *instead: tuple[bytes, bytes | None]) -> list[tuple[bytes, bytes | None]]:
        return [pair for pair in sound() if pair[0] != name] + list(instead)

    key = f"poison-{mark}".encode()
    bare: list[tuple[bytes | None, bytes | None, list[tuple[bytes, bytes | None]]]] = [
        (key, b"{}", [(b"x", b"\x00")]),
        (key, b"{}", [(b"x", None)]),
        (key + b"\x00", b"{}", sound()),
        (key + b"\xff\xfe", b"{}", sound()),
        (key * 200, b"{}", sound()),
        (key, b"{}", [(b"\xff\x00\xfe", b"\xff"), *sound()]),
        (key, None, sound()),
        (key, b"junk \x00\xff", []),
        (key, b"[" * 100_000, sound()),
        (key, b'{"occurred_at": "\\ud800"}', sound()),
        (key, b'{"occurred_at": 1e999999}', sound()),
        (key, b"9" * 100_000, sound()),
        (key, b"\x00" * 400_000, sound()),
        (key, b"{}", without(b"ce_id", (b"ce_id", b"\x00"))),
        (key, b"{}", without(b"ce_id", (b"ce_id", None))),
        (key, b"{}", [*sound(), (b"ce_id", b"nobody")]),
        (key, b"{}", without(b"ce_type", (b"ce_type", b"\xed\xa0\x80"))),
        (key, b"{}", without(b"ce_time", (b"ce_time", b"0000-00-00T00:00:00Z"))),
        (key, b"{}", without(b"ce_specversion", (b"ce_specversion", b"1.0\x00"))),
        (key, b"{}", [*sound(), (b"ce_correlationid", b"c" * 100_000)]),
    ]
    if not compacted:
        bare.append((None, b"{}", sound()))
    return [Raw(key, value, [*headers, marked], codec=number % 5) for number, (key, value, headers) in enumerate(bare)]
