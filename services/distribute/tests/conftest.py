"""Fixtures of the distribute service's tests: a small network that acts by the public API and by events."""

import asyncio
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from filiere.database import Database
from filiere.identifiers import label_code, uuid7
from filiere.service import Service
from filiere.testing.client import ServiceClient, beginning
from filiere.testing.engines import Databases, Furnished
from filiere.testing.events import Published, deliver, incoming, published
from filiere.testing.sql import rows

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
CLERMONT = UUID("0193a1b2-0000-7000-8000-0000000000a1")
LYON = UUID("0193a1b2-0000-7000-8000-0000000000a2")


class World:
    """One coordinator, Relais as asked for, devices as workshops declare them ready."""

    def __init__(self, client: ServiceClient, database: Database, service: Service) -> None:
        self.client = client
        self.database = database
        self.service = service
        self.labels = itertools.count(1)
        self.ticks = itertools.count(1)
        self.people = itertools.count(1)
        self.coordinator: httpx.AsyncClient

    async def open(self) -> None:
        self.coordinator = await self.client.as_("camille")

    async def call(self, who: httpx.AsyncClient, path: str, body: Any = None, *, status: int | None = None) -> Any:
        """POST; the answer must have the status, or be a success when none is named."""
        answer = await who.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json()

    async def read(self, who: httpx.AsyncClient, path: str, *, status: int = 200, **params: Any) -> Any:
        answer = await who.get(f"/api/v1{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def relais(
        self,
        name: str = "Maison des solidarités",
        *,
        postcode: str = "48000",
        signed: bool = True,
        may_sell: bool = True,
        legal_form: str = "association",
        **given: Any,
    ) -> Any:
        """A registered Relais with one person, whose client is under `client`."""
        body = {
            "name": name,
            "legal_form": legal_form,
            "address": "3 rue du Pont",
            "postcode": postcode,
            "city": "Mende",
            "publics": ["seniors", "femmes"],
            "people_supported": 120,
            "may_sell": may_sell,
            "requested_on": "2026-06-01",
            **given,
        }
        relais = await self.call(self.coordinator, "/relais", body, status=201)
        if signed:
            await self.sign(relais["id"])
        # The same in every test, so that the provider is asked once.
        subject = await self.client.known(f"person-{next(self.people)}")
        await self.call(self.coordinator, f"/relais/{relais['id']}/members", {"subject": subject, "role": "relais"})
        return {**relais, "client": await self.client.as_(subject), "subject": subject}

    async def sign(self, relais_id: str) -> Any:
        body = {"signed_on": "2026-11-01", "signed_by": "La directrice"}
        return await self.call(self.coordinator, f"/relais/{relais_id}/agreement", body, status=201)

    def ready_event(self, **given: Any) -> Published:
        """A device-ready as a workshop publishes it, each a minute after the last."""
        device_id = UUID(str(given.pop("device_id", None) or uuid7()))
        data = {
            "occurred_at": (START + timedelta(minutes=next(self.ticks))).isoformat(),
            "device_id": str(device_id),
            "workshop_id": str(CLERMONT),
            "workshop_name": "Atelier de Clermont-Ferrand",
            "lot_id": str(uuid7()),
            "donation_id": str(uuid7()),
            "label": label_code(next(self.labels)),
            "category": "tablet",
            "manufacturer": "Samsung",
            "model": "Galaxy Tab A8",
            "serial": f"R9{device_id.hex[-8:].upper()}",
            "grade": "B",
            "cosmetic": "B",
            "battery": "good",
            "public_body": False,
            **{key: str(value) if isinstance(value, UUID) else value for key, value in given.items()},
        }
        return incoming("refurbish.devices", "org.filiere.refurbish.device-ready.v1", str(device_id), data)

    def withdrawn_event(self, device: Any, reason: str = "Écran fendu", **given: Any) -> Published:
        data = {
            "occurred_at": (START + timedelta(minutes=next(self.ticks))).isoformat(),
            "device_id": device["device_id"],
            "workshop_id": str(CLERMONT),
            "lot_id": str(uuid7()),
            "label": device["label"],
            "reason": reason,
            **given,
        }
        return incoming("refurbish.devices", "org.filiere.refurbish.device-withdrawn.v1", device["device_id"], data)

    def recalled_event(self, device: Any, **given: Any) -> Published:
        """Its workshop took it back to the bench."""
        said = self.withdrawn_event(device, "Une panne est apparue.", code="fault", **given)
        return incoming(said.topic, "org.filiere.refurbish.device-recalled.v1", device["device_id"], said.data)

    def asked_back_event(self, device: Any, *, never_left: bool = False, **given: Any) -> Published:
        """Its workshop asks for it back."""
        said = self.withdrawn_event(device, "Une panne est apparue.", code="fault", never_left=never_left, **given)
        return incoming(said.topic, "org.filiere.refurbish.device-recall-asked.v1", device["device_id"], said.data)

    async def deliver(self, *events: Published) -> None:
        await deliver(self.database, self.service, events)

    async def ready(self, count: int = 1, **given: Any) -> list[dict[str, Any]]:
        """Devices that became ready; returns what the workshop said of them."""
        events = [self.ready_event(**given) for _ in range(count)]
        await self.deliver(*events)
        return [event.data for event in events]

    async def order(self, relais: Any, *lines: dict[str, Any], approved: bool = True) -> Any:
        """One that is meant: the same may be ordered twice in a test, and as many as it needs."""
        body = {"relais_id": relais["id"], "lines": [{"confirmed": True, **line} for line in lines], "again": True}
        order = await self.call(relais["client"], "/orders", body, status=201)
        return await self.call(self.coordinator, f"/orders/{order['id']}/approve") if approved else order

    async def allocate(self, **body: Any) -> Any:
        return await self.call(self.coordinator, "/allocations", body or None, status=201)

    async def send(self, order: Any) -> list[Any]:
        """Pack and ship all that is reserved for an order."""
        shipments = await self.call(self.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
        return [await self.call(self.coordinator, f"/shipments/{one['id']}/ship") for one in shipments]

    async def delivered(self, relais: Any, count: int = 1, line: dict[str, Any] | None = None, **device: Any) -> Any:
        """The whole way: devices that are in the Relais' hands; returns (order, device labels)."""
        await self.ready(count, **device)
        category = device.get("category", "tablet")
        order = await self.order(relais, {"category": category, "quantity": count, "min_grade": "D", **(line or {})})
        await self.allocate()
        labels = []
        for shipment in await self.send(order):
            labels += [item["label"] for item in shipment["items"]]
            body = {"labels": [item["label"] for item in shipment["items"]]}
            await self.call(relais["client"], f"/shipments/{shipment['id']}/deliver", body)
        return order, labels

    async def statuses(self) -> dict[str, int]:
        """Devices of the stock per status."""
        rows = await self.rows("SELECT status, count(*) AS n FROM stock_item GROUP BY 1")
        return {row["status"]: row["n"] for row in rows}

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """Look into the database, for what no interface shows."""
        return [dict(row) for row in await rows(self.database, statement)]

    async def published(self, *names: str) -> list[Published]:
        return await published(self.database, *names)


@pytest.fixture(scope="session")
def service() -> Service:
    from distribute.definition import service

    return service


@pytest.fixture
async def begun(administered: Databases, service: Service, issuer: str, tmp_path: Path) -> Furnished[None]:
    """A database that knows the coordinator."""

    async def furnish(url: str) -> None:
        async with beginning(service, url, issuer, tmp_path) as client:
            await client.grant("camille", "coordinator")

    return await administered.furnished(await asyncio.to_thread(administered.template, service), "world", furnish)


@pytest.fixture
def template(request: pytest.FixtureRequest, template: str) -> str:
    """Who asks for a world begins on a database that has one."""
    if "world" not in request.fixturenames:
        return template
    furnished: Furnished[None] = request.getfixturevalue("begun")
    return furnished.template


@pytest.fixture
async def world(client: ServiceClient, database: Database, service: Service) -> World:
    made = World(client, database, service)
    await made.open()
    return made


@pytest.fixture
def with_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Copies of the published policy beside it, each under its name and with these lines instead."""
    from distribute.engine import policy as rules

    published = (rules.FILES / "allocation_2026.yaml").read_text(encoding="utf-8")
    (tmp_path / "allocation_2026.yaml").write_text(published, encoding="utf-8")

    def write(name: str, **lines: str) -> None:
        text = published
        for key, value in {"name": name, **lines}.items():
            text, count = re.subn(rf"^{key}:.*$", f"{key}: {value}", text, flags=re.MULTILINE)
            assert count == 1, key
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        rules.read_policies.cache_clear()

    monkeypatch.setattr(rules, "FILES", tmp_path)
    return write


@pytest.fixture
def campaigns(with_rules: Callable[..., None]) -> Callable[[], None]:
    """The policy in force names two; the returned function ends one of them."""
    with_rules("allocation_campagnes", valid_from="2026-01-02", campaigns="{rentree: 0, hiver: 50}")

    def end_rentree() -> None:
        with_rules("allocation_hiver", valid_from="2026-01-03", campaigns="{hiver: 50}")

    return end_rentree
