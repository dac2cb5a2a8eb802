"""The API's edge over real PostgreSQL and a real provider: who may call, one transaction, problems, idempotency."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from filiere.database import Database
from filiere.testing.client import ServiceClient
from filiere.web import routes_with_access
from filiere.web.errors import PROBLEM_PREFIX
from filiere.web.openapi import problem_types

from .shelf import LENS, AlreadyOnShelf


def device(label: str = "FIL-1", weight: int = 3) -> dict[str, object]:
    return {"label": label, "weight": weight}


async def labels(client: httpx.AsyncClient) -> list[str]:
    return [item["label"] for item in (await client.get("/api/v1/devices")).json()["items"]]


async def test_a_workshop_puts_a_device_on_its_shelf(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    answer = await lea.post("/api/v1/devices", json=device())
    assert answer.status_code == 201
    assert await labels(lea) == ["FIL-1"]


async def test_another_workshops_device_does_not_exist(shelf: ServiceClient) -> None:
    lea, lou = await shelf.as_("lea"), await shelf.as_("lou")
    await lea.post("/api/v1/devices", json=device())
    answer = await lou.get("/api/v1/devices/FIL-1")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:filiere:problem:device-not-found"
    assert problem["detail"].startswith("L'équipement FIL-1 n'existe pas")
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]


async def test_nobody_gets_in_without_a_token(shelf: ServiceClient) -> None:
    answer = await shelf.anonymous().get("/api/v1/devices")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_session_cookie_is_worth_nothing_on_the_api(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    assert (await person.get("/shelf")).status_code == 200
    assert (await person.get("/api/v1/devices")).status_code == 401


async def test_somebody_without_the_role_is_refused_until_it_is_granted(shelf: ServiceClient) -> None:
    newcomer = await shelf.as_("newcomer")
    refused = await newcomer.get("/api/v1/devices")
    assert refused.status_code == 403
    assert "atelier" in refused.json()["detail"]
    await shelf.grant("newcomer", "workshop", LENS)
    assert (await newcomer.get("/api/v1/devices")).status_code == 200


async def test_a_rule_that_refuses_names_the_field_and_its_limit(shelf: ServiceClient) -> None:
    answer = await (await shelf.as_("lea")).post("/api/v1/devices", json=device(weight=80))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"] == [{"field": "weight", "message_fr": "Au plus 50 kg."}]
    assert problem["limit"] == 50


async def test_invalid_fields_are_explained_in_french(shelf: ServiceClient) -> None:
    answer = await (await shelf.as_("lea")).post("/api/v1/devices", json={"label": "x", "surprise": 1})
    assert answer.status_code == 422
    errors = {item["field"]: item["message_fr"] for item in answer.json()["errors"]}
    assert errors == {
        "label": "Écrivez au moins 3 caractères.",
        "weight": "Ce champ est obligatoire.",
        "surprise": "Ce champ n'existe pas.",
    }


async def test_a_crash_rolls_back_and_tells_nothing(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    answer = await lea.post("/api/v1/devices/crash", json=device())
    assert answer.status_code == 500
    assert "secret-detail" not in answer.text
    assert answer.json()["correlation_id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert await labels(lea) == []


@pytest.mark.slow
async def test_a_database_that_goes_away_asks_the_caller_to_come_again(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    answer = await lea.post("/api/v1/devices/cut", json=device())
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["title"].endswith("Réessayez dans un instant.")
    assert await labels(lea) == []


async def test_the_same_request_twice_has_one_effect_and_one_answer(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    first = await lea.post("/api/v1/devices", json=device(), headers=key)
    second = await lea.post("/api/v1/devices", json=device(), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert await labels(lea) == ["FIL-1"]


async def test_a_key_cannot_serve_for_another_request(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    await lea.post("/api/v1/devices", json=device(), headers=key)
    answer = await lea.post("/api/v1/devices", json=device("FIL-2"), headers=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency-key-reused")
    assert await labels(lea) == ["FIL-1"]


async def test_a_key_belongs_to_whoever_sent_it(shelf: ServiceClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await (await shelf.as_("lea")).post("/api/v1/devices", json=device(), headers=key)
    answer = await (await shelf.as_("lou")).post("/api/v1/devices", json=device("FIL-2"), headers=key)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


async def test_concurrent_requests_with_one_key_have_one_effect(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(lea.post("/api/v1/devices", json=device(), headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 5
    assert await labels(lea) == ["FIL-1"]


async def test_a_refused_request_may_be_tried_again_with_its_key(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    await lea.post("/api/v1/devices", json=device())
    assert (await lea.post("/api/v1/devices", json=device(), headers=key)).status_code == 409
    assert (await lea.post("/api/v1/devices", json=device("FIL-2"), headers=key)).status_code == 201


async def test_an_upload_with_a_key_is_read_once_and_hashed(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    body = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--x--\r\n'
    headers = {**key, "content-type": "multipart/form-data; boundary=x"}
    first = await lea.post("/api/v1/devices/file", content=body, headers=headers)
    second = await lea.post("/api/v1/devices/file", content=body, headers=headers)
    assert first.json() == second.json() == {"bytes": 5}
    assert second.headers["idempotency-replayed"] == "true"


def uploaded(boundary: str, name: str = "file", filename: str = "a", content: str = "hello", more: str = "") -> bytes:
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
    return f"{head}{content}\r\n{more}--{boundary}--\r\n".encode()


async def test_an_upload_sent_again_is_the_same_whatever_parts_it(shelf: ServiceClient) -> None:
    """A client draws a new boundary for each request: what counts is what stands between them."""
    lea = await shelf.as_("lea")
    key = {"Idempotency-Key": str(uuid4())}
    address = "/api/v1/devices/file"

    async def send(boundary: str, body: bytes) -> httpx.Response:
        headers = {**key, "content-type": f"multipart/form-data; boundary={boundary}"}
        return await lea.post(address, content=body, headers=headers)

    first = await send("x", uploaded("x"))
    again = await send("other", uploaded("other"))
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    part = '--y\r\ncontent-disposition: form-data; name="note"\r\n\r\nx\r\n'
    for other in (
        uploaded("y", content="hellO"),
        uploaded("y", filename="b"),
        uploaded("y", content="hello\r\n"),
        uploaded("y", more=part),
        uploaded("y", content=""),
    ):
        answer = await send("y", other)
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("idempotency-key-reused")


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_over_the_limit_is_refused(shelf: ServiceClient, is_announced: bool) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 1000

    lea = await shelf.as_("lea")
    body = b"x" * 9000 if is_announced else slowly()
    answer = await lea.post("/api/v1/devices", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["title"] == "Le fichier est trop volumineux."


async def test_lists_come_in_bounded_pages(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    for number in range(3):
        await lea.post("/api/v1/devices", json=device(f"FIL-{number}"))
    found = (await lea.get("/api/v1/devices", params={"limit": 2, "offset": 2})).json()
    assert (found["total"], [item["label"] for item in found["items"]]) == (3, ["FIL-2"])
    assert (await lea.get("/api/v1/devices", params={"limit": 501})).status_code == 422


async def test_ready_says_which_check_fails_while_live_stays_up(shelf: ServiceClient, database: Database) -> None:
    anyone = shelf.anonymous()
    assert (await anyone.get("/health/ready")).json()["checks"]["database"]["status"] == "pass"
    database.ping = refuse  # type: ignore[method-assign]
    ready = await anyone.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"]["observed"] == "ConnectionRefusedError"
    assert (await anyone.get("/health/live")).status_code == 200


async def refuse() -> None:
    raise ConnectionRefusedError("postgresql://secret@host")


async def test_metrics_count_routes_not_addresses(shelf: ServiceClient) -> None:
    await (await shelf.as_("lea")).get("/api/v1/devices/FIL-404")
    text = (await shelf.anonymous().get("/metrics")).text
    assert 'filiere_http_requests_total{method="GET",route="/api/v1/devices/{label}",status="404"}' in text
    assert "FIL-404" not in text


async def test_the_description_of_the_api_names_the_token_and_the_problems(shelf: ServiceClient) -> None:
    document = (await shelf.anonymous().get("/api/openapi.json")).json()
    assert document["security"] == [{"bearer": []}]
    refused = document["paths"]["/api/v1/devices"]["post"]["responses"]["409"]
    assert problem_types(refused) == [f"{PROBLEM_PREFIX}already-on-shelf", f"{PROBLEM_PREFIX}request-in-progress"]
    assert f"- `already-on-shelf`: {AlreadyOnShelf.title}" in refused["description"]
    assert "404" not in document["paths"]["/api/v1/devices"]["post"]["responses"]
    assert not any(path.startswith("/shelf") for path in document["paths"])


async def test_a_callers_correlation_id_is_kept_if_it_is_safe(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    kept = await anyone.get("/health/live", headers={"x-correlation-id": "donor-import-42"})
    assert kept.headers["x-correlation-id"] == "donor-import-42"
    other = await anyone.get("/health/live", headers={"x-correlation-id": 'x"; DROP'})
    assert len(other.headers["x-correlation-id"]) == 36


async def test_every_route_of_the_kit_says_who_may_call_it(shelf: ServiceClient) -> None:
    rules = {(method, path): rule for method, path, rule in routes_with_access(shelf.app)}
    rule = rules["POST", "/api/v1/devices"]
    assert rule is not None
    assert {role.value for role in rule.roles} == {"workshop"}
    undeclared = {path for (_, path), rule in rules.items() if rule is None}
    assert undeclared <= {"/api/openapi.json"}
