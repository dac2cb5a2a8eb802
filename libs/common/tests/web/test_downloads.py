"""Downloads hold a connection while they are read, however slowly: they leave some to everybody else."""

import asyncio
from typing import Any

import pytest
from filiere.testing.client import ServiceClient
from filiere.web import sessions


async def test_whoever_reads_a_download_slowly_stops_nobody(
    shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "WAIT_FOR_A_DOWNLOAD_S", 0.2)
    lea = await shelf.login("lea")
    cookie = "; ".join(f"{name}={value}" for name, value in lea.cookies.items())
    statuses: list[int] = []
    goes_on = asyncio.Event()

    async def download() -> None:
        """Of a browser that is paused: it takes the head of the answer, and nothing of the body until it goes on."""

        status = 0

        async def receive() -> dict[str, Any]:
            await goes_on.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                statuses.append(status)
            elif status == 200:
                await goes_on.wait()

        scope = {
            "type": "http", "method": "GET", "path": "/shelf.csv", "raw_path": b"/shelf.csv", "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())], "scheme": "http",
            "server": ("testserver", 80), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
            "state": {},
        }  # fmt: skip
        await shelf.app(scope, receive, send)

    places = shelf.database.connections.size
    downloads = [asyncio.create_task(download()) for _ in range(places)]
    try:
        async with asyncio.timeout(20):
            while len(statuses) < places:
                await asyncio.sleep(0.01)
            shelf.app.state.filiere.memberships.forget_all()
            assert (await lea.get("/shelf")).status_code == 200
    finally:
        goes_on.set()
        await asyncio.gather(*downloads, return_exceptions=True)
    assert sorted(statuses) == [200] * (places // 2) + [503] * (places - places // 2)
    assert (await lea.get("/shelf.csv")).status_code == 200
    assert shelf.database.connections.in_use == 0
