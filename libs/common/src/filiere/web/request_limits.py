"""The door of every route: who may pass is settled before a byte of the body is read; then how much, then which text.

A route states a limit of its own by `openapi_extra=body_limit(…)`, so that its description states it too.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi.exceptions import RequestValidationError
from pydantic_core import from_json
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from filiere.web.bounded_types import bounded_count
from filiere.web.errors import MOST_ERRORS, FieldError, TooLarge, Unprocessable
from filiere.web.i18n import gettext

KIB = 1024
MIB = 1024 * KIB
# A donation of 500 described lines is 150 KiB; a form of 60 lines is 20.
USUAL_BODY = 256 * KIB
# What is larger is read in pieces or by a thread: parsing it would hold everybody else's turns of the event loop.
IN_ONE_TURN = 64 * KIB
# Of JSON: its parser holds the interpreter, for a thread too. 5,000 lines have 60,000; 2 MiB of `{},` took it 60 ms.
MOST_VALUES = 200_000
BODY_LIMIT = "x-max-body-bytes"
UPLOAD = 0  # as large as an upload may be, by the settings of the installation
# Of a form's names and texts together, however large its files are.
MOST_TEXT = USUAL_BODY
MOST_FIELDS = 1100  # 1,000 labels are received in one form
MOST_FILES = 200  # small inventories chosen together; each is kept in a megabyte of memory at most, or on the disk
IDEMPOTENCY_KEY = "idempotency-key"
MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
FORMS = (MULTIPART, URLENCODED)
# A boundary has at most 70 characters; parsing parameters takes the square of their number.
LONGEST_CONTENT_TYPE = 300
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


def body_limit(most: int) -> dict[str, Any]:
    """For `openapi_extra` of a route that takes more than `USUAL_BODY`: bytes, or `UPLOAD`."""
    return {BODY_LIMIT: most}


class UnstorableText(Unprocessable):
    """A text holds U+0000 or half of a surrogate pair: no database keeps them, and nobody types them."""

    title = "Un texte contient un caractère invisible qui ne peut pas être enregistré."

    def __init__(self, places: Iterable[str]) -> None:
        sentence = gettext("Retirez le caractère invisible que ce texte contient.")
        super().__init__(errors=[FieldError(place, sentence) for place in places])


class TextTooLong(TooLarge):
    title = "Les textes de ce formulaire sont trop longs."


def is_storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 take the text: no U+0000, no lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def unstorable(value: Any, place: str = "") -> Iterator[str]:
    """The dotted places of a JSON value whose text, or whose key, cannot be stored."""
    if isinstance(value, str):
        if not is_storable(value):
            yield place
    elif isinstance(value, dict):
        for key, one in value.items():
            if not is_storable(key):
                yield place
            else:
                yield from unstorable(one, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from unstorable(one, f"{place}.{number}" if place else str(number))


def bounded(scope: Scope, receive: Receive, most: int) -> Receive:
    """`receive` that refuses a body over `most` bytes, announced or not; requests without a body pay nothing."""
    headers = scope["headers"]
    if not any(name in (b"content-length", b"transfer-encoding") for name, _ in headers):
        return receive
    lengths = (str(value, "latin-1") for name, value in headers if name == b"content-length")
    announced = bounded_count(next(lengths, ""), 0, 2**40)
    left = most

    async def checked() -> Message:
        nonlocal left
        if announced > most:
            raise HTTPException(413, TooLarge.title)
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            # An HTTPException, because FastAPI's body parser turns any other kind into a 400.
            raise HTTPException(413, TooLarge.title)
        return message

    return checked


def check_address(scope: Scope) -> None:
    """Raises UnstorableText for an address that no text of ours can match."""
    if "\0" in scope["path"]:
        raise UnstorableText(["path"])
    if b"%00" in (query := scope["query_string"]) or b"\0" in query:
        parts = (part.partition(b"=") for part in query.split(b"&"))
        raise UnstorableText([_plain(name) for name, _, value in parts if b"\0" in unquote_to_bytes(name + value)])


def _plain(name: bytes) -> str:
    return unquote_to_bytes(name).replace(b"\0", b"").decode("utf-8", "replace")


class Fields(MultiPartParser):
    """Starlette's parser, which bounds each text of a form, with an end for all of them.

    `summed`: told each part's name, its file's name and the SHA-256 of its content, in their order.
    """

    taken = 0
    summed: "hashlib._Hash | None" = None

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        self.content = hashlib.sha256()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        super().on_part_data(data, start, end)
        if self.summed is not None:
            self.content.update(memoryview(data)[start:end])

    def on_part_end(self) -> None:
        super().on_part_end()
        if self.summed is not None:
            part = self._current_part
            names = [part.field_name, part.file.filename if part.file is not None else None]
            self.summed.update(json.dumps([*names, self.content.hexdigest()]).encode())
        name, value = self.items[-1]
        self.taken += len(name) + (len(value) if isinstance(value, str) else 0)
        if self.taken > MOST_TEXT:
            raise TextTooLong


def content_type(headers: Headers) -> tuple[str, str]:
    """(kind, charset) of a body, as starlette's form parsers read them. Raises HTTPException 415."""
    stated = headers.get("content-type", "")
    if stated == "application/json":  # as nearly all say it
        return stated, "utf-8"
    if len(stated) > LONGEST_CONTENT_TYPE:
        raise HTTPException(415)
    kind, options = parse_options_header(stated)
    return kind.decode("latin-1"), options.get(b"charset", b"utf-8").decode("latin-1").lower()


class Incoming(Request):
    """A request whose caller may pass: its body is bounded, its JSON is shallow, its texts can be stored."""

    def __init__(self, request: Request, most: int) -> None:
        self.kind, self.charset = content_type(request.headers)
        if self.kind == URLENCODED:
            most = min(most, MOST_TEXT)  # there is no file in it
        self._passed = hashlib.sha256()
        super().__init__(request.scope, self._summed(request, most))
        # A body of unknown length may be long.
        announced = request.headers.get("content-length", "")
        self._is_long = not announced or bounded_count(announced, 0, 2**40) > IN_ONE_TURN

    async def read(self, *, as_form: bool, as_json: bool) -> None:
        """Read what the handler will ask for.

        Raises UnstorableText, TextTooLong, RequestValidationError, HTTPException 400, 413, 415.
        """
        if as_form and self.kind in FORMS:
            await self._read_form()
        elif as_json and (self.kind == "application/json" or self.kind.endswith("+json")):
            await self._read_json()

    async def digest(self) -> str:
        """SHA-256 of the body, once `read`. A form is summed while it passes: its files are not kept whole.

        Of a form in parts it is that of the parts: who sends the same again separates them by another boundary.
        """
        if self.kind in FORMS and not hasattr(self, "_body"):
            return self._passed.hexdigest()
        body = await self.body()
        hashed = await asyncio.to_thread(hashlib.sha256, body) if len(body) > IN_ONE_TURN else hashlib.sha256(body)
        return hashed.hexdigest()

    def _summed(self, request: Request, most: int) -> Receive:
        receive = bounded(request.scope, request.receive, most)
        if self.kind != URLENCODED or IDEMPOTENCY_KEY not in request.headers:
            return receive

        async def summed() -> Message:
            message = await receive()
            self._passed.update(message.get("body", b""))
            return message

        return summed

    async def _read_form(self) -> None:
        # A charset may be any codec of Python's: one takes the square of a text's length, one decodes nothing.
        if self.charset not in ("utf-8", "utf8"):
            raise HTTPException(415)
        if self.kind == MULTIPART:
            await self._read_parts()
        form = await self.form(max_fields=MOST_FIELDS, max_part_size=MOST_TEXT)
        wrong = []
        for name, value in form.multi_items():
            texts = (name, value.filename or "") if isinstance(value, UploadFile) else (name, value)
            if not all(map(is_storable, texts)):
                wrong.append(name.replace("\0", ""))
        if wrong:
            raise UnstorableText(wrong)

    async def _read_parts(self) -> None:
        try:
            async with aclosing(self.stream()) as stream:
                parser = Fields(self.headers, stream, max_files=MOST_FILES, max_fields=MOST_FIELDS)
                parser.summed = self._passed if IDEMPOTENCY_KEY in self.headers else None
                self._form = await parser.parse()
        except MultiPartException as error:
            raise HTTPException(400, error.message) from error

    async def _read_json(self) -> None:
        body = await self.body()
        if body:
            self._json = await asyncio.to_thread(_parsed, body) if len(body) > IN_ONE_TURN else _parsed(body)

    def stream(self) -> AsyncGenerator[bytes, None]:
        """A long body in pieces, with everybody else's turns between them: kept whole it would be parsed in one."""
        return self._in_turns() if self._is_long else super().stream()

    async def _in_turns(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(super().stream()) as chunks:
            async for chunk in chunks:
                yield chunk[:IN_ONE_TURN]
                for start in range(IN_ONE_TURN, len(chunk), IN_ONE_TURN):
                    await asyncio.sleep(0)
                    yield chunk[start : start + IN_ONE_TURN]


def _parsed(body: bytes) -> Any:
    """Raises RequestValidationError, UnstorableText, HTTPException 413."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise HTTPException(413, TooLarge.title)
    try:
        # Refuses what is nested over 200 deep, numbers of thousands of digits, and half of a surrogate pair.
        value = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        wrong = {"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error", "ctx": {"error": str(error)}}
        raise RequestValidationError([wrong]) from error
    # Only an escape can make U+0000; what only looks like one is found out by looking at the texts.
    if b"\\u0000" in body and (places := list(islice(unstorable(value), MOST_ERRORS))):
        raise UnstorableText(places)
    return value
