"""Who may call is decided before a body is read; what is read is bounded; no text gets in that cannot be kept."""

import json
from typing import Any

import pytest
from filiere.testing.client import ServiceClient
from filiere.testing.sql import value
from filiere.web import sessions
from filiere.web.memberships import show_out
from filiere.web.request_limits import is_storable, unstorable
from hypothesis import given
from hypothesis import strategies as st

from .test_pages import token_in

JSON = {"content-type": "application/json"}
NUL = "\0"


async def raw(shelf: ServiceClient, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, int]:
    """(status, times that the body was asked for) of one request, spoken to the app without a client."""
    asked, statuses = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "http_version": "1.1",
        "state": {},
    }
    await shelf.app(scope, receive, send)
    return statuses[0], asked


@pytest.mark.parametrize("body", [b"{}", b"{bad", b"[" * 18_600_000], ids=["empty", "bad", "deep"])
async def test_a_stranger_is_refused_before_the_body_is_read(shelf: ServiceClient, body: bytes) -> None:
    for path in ("/api/v1/devices", "/api/v1/devices/file", "/shelf"):
        headers = {**JSON, "content-length": str(len(body))}
        assert await raw(shelf, "POST", path, headers, body) == (401, 0), path


async def test_the_wrong_role_is_refused_before_the_body_is_read(shelf: ServiceClient) -> None:
    nobody = dict((await shelf.as_("nobody")).headers)
    assert await raw(shelf, "POST", "/api/v1/devices", {**nobody, **JSON, "content-length": "4"}, b"{bad") == (403, 0)


async def test_whoever_is_shown_out_while_a_body_comes_is_out(
    shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body may come a byte at a time for hours; what the caller was when it began counts no more at its end."""
    monkeypatch.setattr(sessions, "LONG_BODY_S", 0)

    async def body() -> Any:
        yield b'{"label": "FIL-1", '
        async with shelf.database.unit_of_work() as session:
            await show_out(session, "lea")
        shelf.app.state.filiere.memberships.forget_all()  # as after five seconds
        yield b'"weight": 1}'

    lea = await shelf.as_("lea")
    assert (await lea.post("/api/v1/devices", content=body(), headers=JSON)).status_code == 401
    assert await value(shelf.database, "SELECT count(*) FROM device") == 0


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "in chunks"])
async def test_a_body_over_the_limit_of_its_route_is_refused(shelf: ServiceClient, is_announced: bool) -> None:
    large = json.dumps({"label": "FIL-1", "weight": 1}).encode() + b" " * 1000

    async def chunks() -> Any:
        for start in range(0, len(large), 100):
            yield large[start : start + 100]

    lea = await shelf.as_("lea")
    for path, expected in (("/api/v1/devices/narrow", 413), ("/api/v1/devices", 201)):
        answer = await lea.post(path, content=large if is_announced else chunks(), headers=JSON)
        assert answer.status_code == expected, path
        if expected == 413:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"label": "FIL\\u0000-1", "weight": 1}', "label"),
        (b'{"label": "FIL-1", "weight": 1, "more": [{"a": "\\u0000"}]}', "more.0.a"),
        (b'{"label": "FIL-1", "weight": 1, "\\u0000": 1}', ""),
        (b'{"label": "FIL\\ud800-1", "weight": 1}', "body"),
        (b'{"label": "FIL-1", "weight": 1' + b"0" * 3000 + b"}", "weight"),
        (b'{"label": "FIL-1", "weight": NaN}', "body"),
        (b"[" * 4000, "body"),
        (b'{"label": "FIL-1", "weight": 1', "body"),
        (b'{"label": "FIL\xff-1", "weight": 1}', "body"),
    ],
)
async def test_json_that_cannot_be_kept_or_read_is_a_problem_in_french(
    shelf: ServiceClient, body: bytes, field: str
) -> None:
    answer = await (await shelf.as_("lea")).post("/api/v1/devices", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert [error["field"] for error in problem["errors"]] == [field]
    assert "caractère" in problem["title"] or "à corriger" in problem["title"]


async def test_what_only_looks_like_the_forbidden_character_is_a_text(shelf: ServiceClient) -> None:
    body = b'{"label": "FIL\\\\u0000", "weight": 1}'
    made = await (await shelf.as_("lea")).post("/api/v1/devices", content=body, headers=JSON)
    assert made.status_code == 201
    assert made.json()["label"] == "FIL\\u0000"


async def test_forms_file_names_and_addresses_are_looked_at_too(shelf: ServiceClient) -> None:
    person, lea = await shelf.login("lea"), await shelf.as_("lea")
    token = token_in(await person.get("/shelf"))
    answers = [
        await person.post("/shelf", data={"csrf_token": token, "label": f"FIL{NUL}", "weight": "1"}),
        await person.post("/shelf", data={"csrf_token": token, f"la{NUL}bel": "FIL", "weight": "1"}),
        await person.get("/gallery?q=%00"),
        await person.get("/shelf/FIL%00"),
        await lea.get("/api/v1/devices/FIL%00"),
        await lea.get("/api/v1/devices?limit=%00"),
    ]
    boundary = "limit"
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a{NUL}.csv"\r\n\r\nx\r\n--{boundary}--'
    )
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    answers.append(await lea.post("/api/v1/devices/file", content=part.encode(), headers=headers))
    for answer in answers:
        assert answer.status_code in (400, 422), f"{answer.request.url}: {answer.status_code}"
        assert "caract" in answer.text or "lisible" in answer.text, answer.text


texts = st.text(st.characters(), max_size=5)
values = st.recursive(
    texts | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=9
)


@given(texts)
def test_a_text_is_storable_when_postgresql_and_utf_8_take_it(text: str) -> None:
    try:
        kept = b"\0" not in text.encode()
    except UnicodeEncodeError:
        kept = False
    assert is_storable(text) == kept


@given(values)
def test_every_text_of_a_value_is_looked_at(value: Any) -> None:
    assert (not list(unstorable(value))) == is_storable(repr_of_texts(value))


def repr_of_texts(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "-".join(repr_of_texts(one) for pair in value.items() for one in pair)
    return "-".join(map(repr_of_texts, value)) if isinstance(value, list) else ""
