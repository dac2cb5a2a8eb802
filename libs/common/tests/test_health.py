"""What probes answer: one vocabulary and one shape for the api, the worker and the front door."""

import json
from typing import Any

import httpx
from filiere.health import Failed, probe
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.worker import Worker
from pydantic import SecretStr


async def answered(*, broken: Exception | None = None) -> tuple[int, dict[str, Any]]:
    async def check() -> str:
        if broken is not None:
            raise broken
        return "answers"

    answer = await probe({"database": check})
    return answer.status_code, json.loads(bytes(answer.body))


async def test_a_probe_passes_when_every_check_does() -> None:
    status, said = await answered()
    assert (status, said["status"]) == (200, "pass")
    assert said["checks"]["database"].keys() == {"status", "observed", "ms"}


async def test_only_a_failure_meant_to_be_read_is_quoted() -> None:
    status, said = await answered(broken=Failed("the oldest event has waited 40 s"))
    assert (status, said["status"]) == (503, "fail")
    assert said["checks"]["database"]["observed"] == "the oldest event has waited 40 s"
    _, said = await answered(broken=ConnectionRefusedError("postgresql://secret@host"))
    assert said["checks"]["database"]["observed"] == "ConnectionRefusedError"


async def test_a_worker_answers_as_an_api_does() -> None:
    worker = Worker(BANK, Settings(database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")))
    transport = httpx.ASGITransport(worker._probe_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        live, ready = await client.get("/health/live"), await client.get("/health/ready")
    assert (live.status_code, live.json()["status"]) == (200, "pass")
    assert live.json()["checks"].keys() == {"loop", "poll"}
    assert (ready.status_code, ready.json()["status"]) == (503, "fail")
    statuses = {name: check["status"] for name, check in ready.json()["checks"].items()}
    assert statuses == {"database": "fail", "outbox": "pass", "broker": "pass", "consumer": "fail"}
    await worker.database.dispose()
