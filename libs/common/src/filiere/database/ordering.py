"""Orders of a list, and the cursors that find a place in one: the keys of a row, readable by whoever wants to."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

_MAX_CURSOR = 1000


class UnknownCursor(ValueError):
    """A cursor that this list, in this order, never gave."""


class Kind(StrEnum):
    """What a key is compared as."""

    TEXT = "text"
    NUMBER = "bigint"
    INSTANT = "timestamptz"
    ID = "uuid"

    def read(self, text: object) -> str | int | datetime | UUID:
        """Raises ValueError, TypeError, OverflowError."""
        if not isinstance(text, str):
            raise TypeError
        match self:
            case Kind.NUMBER:
                number = int(text) if len(text) < 20 else 2**63
                if not -(2**63) <= number < 2**63:
                    raise ValueError
                return number
            case Kind.INSTANT:
                moment = datetime.fromisoformat(text)
                if moment.tzinfo is None:
                    raise ValueError
                return moment.astimezone(UTC)  # outside the calendar for the first and last hours of its years
            case Kind.ID:
                return UUID(text)
            case Kind.TEXT:
                text.encode()  # no lone surrogate
                if "\x00" in text:
                    raise ValueError
                return text


@dataclass(frozen=True)
class Key:
    """SQL of what a list is ordered by; never NULL."""

    sql: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, init=False)
class Order:
    """Keys that together tell each row from the others, all in one direction; or `loose` SQL, without cursors."""

    keys: tuple[Key, ...]
    down: bool
    loose: str

    def __init__(self, *keys: Key, down: bool = False, loose: str = "") -> None:
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "down", down)
        object.__setattr__(self, "loose", loose)

    def turned(self) -> "Order":
        """The other way round."""
        return self if self.loose else Order(*self.keys, down=not self.down)

    def clause(self, *, backwards: bool) -> str:
        if self.loose:
            return self.loose
        direction = "DESC" if self.down is not backwards else "ASC"
        return ", ".join(f"{key.sql} {direction}" for key in self.keys)


def cursor_at(name: str, keys: Sequence[str]) -> str:
    """The place of a row with these keys, in the order of this name."""
    text = json.dumps([name, *keys], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def keys_of(cursor: str, name: str, order: Order) -> list[object]:
    """What a cursor of this order stands for. Raises UnknownCursor."""
    try:
        if len(cursor) > _MAX_CURSOR or not order.keys:
            raise ValueError
        decoded = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(decoded, list) or decoded[0] != name or len(decoded) != len(order.keys) + 1:
            raise ValueError
        return [key.kind.read(text) for key, text in zip(order.keys, decoded[1:], strict=True)]
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError, binascii.Error) as error:
        raise UnknownCursor from error
