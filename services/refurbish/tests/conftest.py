"""A workshop at work: people, lots that collect dispatched, and the words to act on them through the real API."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from filiere.database import Database
from filiere.identifiers import label_code, normalise_serial, uuid7
from filiere.journal import JournalRepository
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, beginning
from filiere.testing.engines import Databases, Furnished
from filiere.testing.events import Published, deliver, incoming

LAPTOP = {"category": "laptop", "manufacturer": "HP", "model": "EliteBook 840 G5", "serial": "5CG8411ABC"}
PURGE = {
    "level": "purge",
    "method": "secure erase",
    "tool": "hdparm",
    "tool_version": "9.65",
    "result": "success",
}


def token_of(page: httpx.Response) -> str:
    """What a form of this page must bring."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


async def journal_verbs(database: Database, object_: str, object_id: UUID) -> list[str]:
    """What was done with an object, the newest first."""
    async with database.read() as session:
        return [one.verb for one in await JournalRepository.from_session(session).of(object_, object_id, 50)]


@pytest.fixture(scope="session")
def service() -> Service:
    from refurbish.definition import service

    return service


class World:
    """One registered workshop. `api` acts for its technician, `coordination` for the coordinator."""

    def __init__(self, client: ServiceClient, database: Database, service: Service, settings: Settings) -> None:
        self.client, self.database, self.service, self.settings = client, database, service, settings
        self.api: httpx.AsyncClient
        self.coordination: httpx.AsyncClient
        self.id: str
        self.subject = "ada"
        self.labels = iter(range(1, 100_000))

    async def open(self) -> None:
        await self.client.grant("coordination", "coordinator")
        self.coordination = await self.client.as_("coordination")
        self.id = await self.register("Atelier de Lens", "62300", "ada")

    async def come(self) -> None:
        """The people of a world that stands already."""
        self.coordination = await self.client.as_("coordination")
        self.api = await self.client.as_("ada")

    async def register(self, name: str, postcode: str, subject: str) -> str:
        """Another workshop with its person; its id."""
        body = {"name": name, "city": name.split()[-1], "postcode": postcode, "capacity": {"laptop": 40}}
        made = await self.coordination.post("/api/v1/workshops", json=body)
        assert made.status_code == 201, made.text
        workshop: str = made.json()["id"]
        await self.client.known(subject)
        joined = await self.coordination.post(f"/api/v1/workshops/{workshop}/members", json={"subject": subject})
        assert joined.status_code == 201, joined.text
        return workshop

    async def colleague(self, subject: str) -> "World":
        """Another technician of the same workshop, as whose world the same things can be done."""
        await self.client.known(subject)
        joined = await self.coordination.post(f"/api/v1/workshops/{self.id}/members", json={"subject": subject})
        assert joined.status_code == 201, joined.text
        world = World(self.client, self.database, self.service, self.settings)
        world.coordination, world.id, world.labels = self.coordination, self.id, self.labels
        world.api = await self.client.as_(subject)
        world.subject = subject
        return world

    async def browser(self) -> httpx.AsyncClient:
        """The same person, on the pages."""
        return await self.client.login(self.subject)

    def device(self, **said: Any) -> dict[str, Any]:
        """One line of a manifest."""
        return {
            **LAPTOP,
            "device_id": str(uuid7()),
            "label": label_code(next(self.labels)),
            "donation_id": str(uuid7()),
            "public_body": False,
            "serial": None,
            **said,
        }

    def lot(
        self, devices: Sequence[dict[str, Any]], *, chunk_size: int = 500, workshop: str | None = None
    ) -> tuple[str, list[Published]]:
        """A lot's id and the events collect sends for it: the dispatch, then the manifest in chunks."""
        lot = str(uuid7())
        chunks = [devices[i : i + chunk_size] for i in range(0, len(devices), chunk_size)]
        said = {"lot_id": lot, "workshop_id": workshop or self.id}
        dispatched = {
            **said, "code": "L-0001", "donation_id": str(uuid7()), "public_body": False, "devices": len(devices),
            "chunks": len(chunks),
        }  # fmt: skip
        events = [incoming("collect.lots", "org.filiere.collect.lot-dispatched.v1", lot, dispatched)]
        for n, chunk in enumerate(chunks, 1):
            part = {**said, "chunk": n, "chunks": len(chunks), "devices": list(chunk)}
            events.append(incoming("collect.lots", "org.filiere.collect.lot-manifest.v1", lot, part))
        return lot, events

    async def hears(self, *events: Published) -> None:
        await deliver(self.database, self.service, events, settings=self.settings)

    async def expects(self, *devices: dict[str, Any], workshop: str | None = None) -> str:
        """A lot with these devices is announced; its id."""
        lot, events = self.lot(devices, workshop=workshop)
        await self.hears(*events)
        return lot

    async def arrived(self, **said: Any) -> str:
        """The id of a device that has just been scanned."""
        device = self.device(**said)
        lot = await self.expects(device)
        await self.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
        return str(device["device_id"])

    async def post(self, path: str, body: Any = None, *, status: int | None = None) -> Any:
        """Act as the technician; the answer's JSON."""
        answer = await self.api.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.api.get(f"/api/v1{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def reported(self, device: str, serial: str, **said: Any) -> Any:
        """The report of an erasure, which nobody has verified."""
        return await self.post(f"/devices/{device}/erasures", {"medium_serial": serial, **PURGE, **said})

    async def wipe(self, device: str, serial: str, **said: Any) -> Any:
        """The same, and a second person confirms it as herself; the device."""
        await self.reported(device, serial, **said)
        return await self.confirm(device, serial=serial)

    async def confirm(self, device: str, by: httpx.AsyncClient | None = None, *, serial: str | None = None) -> Any:
        """A second person (the coordination, unless another is named) confirms what was sent last of this disk; of the
        one disk of the device, when none is named."""
        sent = await self.get(f"/devices/{device}/erasures")
        disks = {one["medium_serial"] for one in sent}
        wanted = normalise_serial(serial) if serial else disks.pop() if len(disks) == 1 else None
        assert wanted, f"which disk: {disks}"
        sent = [one for one in sent if one["medium_serial"] == wanted]
        said = await (by or self.coordination).post(f"/api/v1/verifications/{sent[-1]['id']}", json={"confirmed": True})
        assert said.is_success, said.text
        return said.json()

    async def wiped(self, device: str, serial: str = "S4NSSD0001", kind: str = "ssd", size_gb: float = 256) -> Any:
        """Declare the one medium of a device and wipe it."""
        await self.post(f"/devices/{device}/media", [{"serial": serial, "kind": kind, "size_gb": size_gb}])
        return await self.wipe(device, serial)

    async def tested(self, device: str, *failing: str) -> Any:
        """Answer every point of the sheet, no to the failing ones."""
        sheet = await self.get(f"/devices/{device}/tests")
        results = [{"test": point["test"], "passed": point["test"] not in failing} for point in sheet["points"]]
        return await self.post(f"/devices/{device}/tests", {"results": results})

    async def graded(self, device: str, **said: Any) -> Any:
        body = {"ram_gb": 8, "cpu_mark": 6000, "cosmetic": "B", "battery_percent": 85, **said}
        return await self.post(f"/devices/{device}/grade", body)

    async def ready(self, device: str) -> Any:
        return await self.post(f"/devices/{device}/ready")

    async def stage(self, device: str | UUID) -> str:
        return str((await self.get(f"/devices/{device}"))["stage"])


@pytest.fixture
async def begun(administered: Databases, service: Service, issuer: str, tmp_path: Path) -> Furnished[str]:
    """A database with a workshop and its technician, whose id it tells."""

    async def furnish(url: str) -> str:
        async with beginning(service, url, issuer, tmp_path) as client:
            world = World(client, client.database, service, client.settings)
            await world.open()
            return world.id

    return await administered.furnished(await asyncio.to_thread(administered.template, service), "world", furnish)


@pytest.fixture
def template(request: pytest.FixtureRequest, template: str) -> str:
    """Who asks for a world begins on a database that has one."""
    if "world" not in request.fixturenames:
        return template
    furnished: Furnished[str] = request.getfixturevalue("begun")
    return furnished.template


@pytest.fixture
async def world(
    begun: Furnished[str], client: ServiceClient, database: Database, service: Service, settings: Settings
) -> World:
    """A registered workshop with one technician, "ada"."""
    made = World(client, database, service, settings)
    made.id = begun.what
    await made.come()
    return made
