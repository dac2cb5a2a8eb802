"""What a form may be before it is read: in UTF-8 and no other charset, its texts bounded together, files apart."""

import sys
from types import FrameType
from typing import Any

import httpx
import pytest
from filiere.testing.client import ServiceClient
from filiere.web import csrf
from filiere.web.request_limits import KIB, MOST_TEXT, Incoming, TextTooLong, is_storable
from starlette.exceptions import HTTPException
from starlette.requests import Request

from .test_pages import token_in

BOUNDARY = "multipart/form-data; boundary=b"
URLENCODED = "application/x-www-form-urlencoded"


def part(name: bytes, text: bytes, filename: bytes = b"") -> bytes:
    is_file = b'; filename="' + filename + b'"' if filename else b""
    return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"' + is_file + b"\r\n\r\n" + text + b"\r\n"


def multipart(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "latin-1", "utf-16", "unknown", '"utf-8;'])
@pytest.mark.parametrize("kind", [BOUNDARY, URLENCODED])
async def test_a_form_in_another_charset_is_not_read(shelf: ServiceClient, kind: str, charset: str) -> None:
    """A charset is any codec of Python's: one takes the square of the text's length, others cannot decode at all."""
    headers = {"content-type": f"{kind}; charset={charset}"}
    async with shelf.anonymous() as stranger:
        answer = await stranger.post("/logout", content=multipart(part(b"x", b"a")), headers=headers)
    assert answer.status_code == 415
    assert "Ce type de contenu" in answer.text


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
async def test_utf_8_may_be_said(shelf: ServiceClient, charset: str) -> None:
    person = await shelf.login("lea")
    token = token_in(await person.get("/shelf")).encode()
    body = multipart(part(b"csrf_token", token), part(b"label", "Éé€".encode()), part(b"weight", b"2"))
    answer = await person.post("/shelf", content=body, headers={"content-type": f"{BOUNDARY}; charset={charset}"})
    assert answer.status_code == 200
    assert "Éé€ est sur l'étagère" in answer.text.replace("&#39;", "'")


async def test_a_type_of_content_is_a_line(shelf: ServiceClient) -> None:
    """Its parameters are parsed before anything else, in the square of their number."""
    async with shelf.anonymous() as stranger:
        answer = await stranger.post("/logout", content=b"", headers={"content-type": BOUNDARY + ";" * 60_000})
    assert answer.status_code == 415


async def test_a_stranger_may_send_a_token_and_no_more(shelf: ServiceClient) -> None:
    async with shelf.anonymous() as stranger:
        answer = await stranger.post("/logout", data={"csrf_token": "x" * 5 * KIB})
        assert answer.status_code == 413
        assert (await stranger.post("/logout", data={"csrf_token": "x"})).status_code == 403


async def read(kind: str, body: bytes, most: int, *more: tuple[bytes, bytes]) -> Incoming:
    """What the door makes of a body that comes in pieces."""
    pieces = iter([body[start : start + 2**16] for start in range(0, len(body), 2**16)])

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *more]
    incoming = Incoming(Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive), most)
    await incoming.read(as_form=True, as_json=False)
    return incoming


async def test_the_texts_of_a_form_have_an_end_together(shelf: ServiceClient) -> None:
    """However large a file may be: a few fields of a mebibyte each were held, decoded and looked at in one turn."""
    for parts in ([part(b"x%d" % number, b"a" * 60 * KIB) for number in range(5)], [part(b"x", b"a" * 300 * KIB)]):
        with pytest.raises(TextTooLong):
            await read(BOUNDARY, multipart(*parts), 2**24)
    with pytest.raises(TextTooLong):
        await read(BOUNDARY, multipart(*[part(b"x" * 1000, b"") for _ in range(300)]), 2**24)
    with pytest.raises(HTTPException) as refused:
        await read(URLENCODED, b"a=" + b"x" * 300 * KIB, 2**24)
    assert refused.value.status_code == TextTooLong.status_code == 413


async def summed(boundary: bytes, *parts: bytes) -> str:
    """The digest of a form in parts that bears an Idempotency-Key."""
    body = multipart(*parts).replace(b"--b", b"--" + boundary)
    kind = BOUNDARY.replace("=b", f"={boundary.decode()}")
    incoming = await read(kind, body, 2**24, (b"idempotency-key", b"1"))
    return await incoming.digest()


async def test_what_is_sent_again_has_the_sum_of_its_parts_whatever_boundary_parts_them() -> None:
    file, text = part(b"file", b"a" * 3 * 2**20, b"a.csv"), part(b"x", b"hello")
    first = await summed(b"b", file, text)
    assert await summed(b"other" * 10, file, text) == first
    changed = [
        [text, file],
        [file],
        [part(b"file", b"a" * (3 * 2**20 - 1) + b"b", b"a.csv"), text],
        [part(b"file", b"a" * 3 * 2**20, b"b.csv"), text],
        [part(b"file", b"a" * 3 * 2**20), text][1:],
        [file, part(b"y", b"hello")],
        [file, part(b"x", b"hell"), part(b"x", b"o")],
        [file, part(b"x", b"hello", b"x")],
    ]
    others = [await summed(b"b", *parts) for parts in changed]
    assert len({first, *others}) == 1 + len(changed)


async def test_files_count_apart() -> None:
    incoming = await read(
        BOUNDARY, multipart(part(b"file", b"a" * 2**20, b"a.csv"), part(b"x", b"a" * (MOST_TEXT - 100))), 2**24
    )
    form = await incoming.form()
    assert len(str(form["x"])) == MOST_TEXT - 100
    assert form["file"].size == 2**20  # type: ignore[union-attr]
    await form.close()


def test_a_long_text_is_looked_at_in_one_step() -> None:
    """Not a character at a time, whatever alphabet it is in: that held the loop for a quarter of a second."""
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += 1

    for text in ("é" * 100_000, "é" * 100_000 + "\ud800"):
        calls = 0
        sys.setprofile(count)
        try:
            is_storable(text)
        finally:
            sys.setprofile(None)
        assert calls < 10


async def stale(person: httpx.AsyncClient, text: str) -> httpx.Response:
    return await person.post("/shelf", data={"label": text}, headers={"sec-fetch-site": "same-origin"})


async def test_a_stale_form_says_again_what_was_typed_while_that_is_short(
    shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each text stands twice in the answer, each `<` as four characters: nine times what came."""
    monkeypatch.setattr(csrf, "MOST_REPEATED", 1000)
    person = await shelf.login("lea")
    assert 'name="label" value="FIL-8"' in (await stale(person, "FIL-8")).text
    long = await stale(person, "<&" * 501)
    assert long.status_code == 403
    assert "&lt;&amp;" not in long.text
    assert "rechargez la page" in long.text
