"""Exceptions as a log may show them: where and of which kind, never what their messages repeat.

A message may hold somebody's data: PostgreSQL quotes the row that it refuses, `KeyError` the key. Only messages of
classes that cannot are shown: those of the operating system, and those of our own that say so by an attribute
`says_no_data`.
"""

import traceback
from collections.abc import Iterator
from types import TracebackType

# What asyncpg takes over from the server's answer: names of the schema, never values.
_NAMES = ("sqlstate", "table_name", "column_name", "constraint_name")
_CAUSED = "\nThe above exception was the direct cause of the following one:\n\n"
_DURING = "\nWhile it was handled, another one occurred:\n\n"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def summary(error: BaseException) -> str:
    """One line: the class, what is safe to say, and the same of what it wraps."""
    text = f"{type(error).__name__}{_said(error)}"
    wrapped = error.__cause__
    return f"{text} of {summary(wrapped)}" if wrapped is not None and wrapped is not error else text


def rendered(exc_info: ExcInfo) -> str:
    """A traceback without messages, causes first."""
    return "".join(_rendered(exc_info[1], set())).rstrip("\n") if exc_info[1] is not None else ""


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) or getattr(error, "says_no_data", False):
        return f": {error}"
    names = [f"{name}={value}" for name in _NAMES if isinstance(value := getattr(error, name, None), str)]
    return f" ({', '.join(names)})" if names else ""


def _rendered(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _rendered(before, seen)
        yield _CAUSED if before is error.__cause__ else _DURING
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__name__}{_said(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions, 1):
            yield f"--- {number} of {len(error.exceptions)} ---\n"
            yield from _rendered(one, seen)
