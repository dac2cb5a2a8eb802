"""The disk under the logs is full: every line fails, and people get the answers they were promised."""

import asyncio
import os
import secrets
import signal
import sys
from pathlib import Path

import httpx
import pytest
from filiere.embedded.identity import token_for
from filiere.embedded.ports import free_ports


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
async def test_an_api_whose_log_cannot_be_written_answers_as_promised(issuer: str) -> None:
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    told = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/away",  # what the last net has to tell of
        "OIDC_ISSUER": issuer,
        "PORT": str(port),
        "PUBLIC_URL": base,
        "SESSION_SECRET": secrets.token_urlsafe(48),
        "PYTHONUNBUFFERED": "1",
    }
    token = await token_for(issuer, "filiere", "filiere", "claire")
    with open("/dev/full", "wb") as full:  # noqa: ASYNC230, PTH123 - a device that never blocks
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "collect", "api", env=told, stdout=full, stderr=full
        )
        try:
            async with httpx.AsyncClient(base_url=base, timeout=60) as http, asyncio.timeout(200):
                while not await lives(http):
                    assert process.returncode is None, "it did not survive its own first line"
                    await asyncio.sleep(0.2)
                for _ in range(3):
                    answer = await http.get("/api/v1/donors", headers={"authorization": f"Bearer {token}"})
                    assert answer.status_code == 503
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert answer.headers["retry-after"]
                    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]
                assert (await http.get("/api/openapi.json")).is_success
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def lives(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/live")).is_success
    except httpx.TransportError:
        return False
