"""The shortest way to a lot on the road, for collect's tests."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from filiere.database import Database
from filiere.service import Service
from filiere.testing.client import ServiceClient
from filiere.testing.events import deliver, incoming

SIREN = "443061841"


@dataclass
class Chain:
    """One donor, a coordinator and a workshop: the shortest way to a lot on the road."""

    client: ServiceClient
    database: Database
    service: Service
    coordinator: httpx.AsyncClient
    donor: httpx.AsyncClient
    donor_id: str
    workshop_id: str

    async def declare(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await self.donor.post(
            "/api/v1/donations", json={"donor_id": self.donor_id, "lines": list(lines), **more}
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def do(self, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> dict[str, Any]:
        """A coordinator's step."""
        answer = await self.coordinator.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def get(self, path: str) -> Any:
        answer = await self.donor.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def sent(self, *lines: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """(donation, lot id) of a donation that is on the road to the workshop."""
        donation = await self.declare(*lines)
        await self.do(f"/donations/{donation['id']}/accept")
        collected = await self.do(f"/donations/{donation['id']}/collect")
        lot = collected["lots"][0]
        await self.do(f"/lots/{lot}/dispatch", {"workshop_id": self.workshop_id})
        return donation, lot

    async def hear(self, topic: str, name: str, key: str, /, **data: Any) -> None:
        """An event of another service arrives."""
        owner = topic.split(".")[0]
        event = incoming(topic, f"org.filiere.{owner}.{name}.v1", key, data)
        await deliver(self.database, self.service, [event])

    async def know_workshop(self, name: str, postcode: str, **capacity: int) -> str:
        workshop_id = str(uuid4())
        await self.hear(
            "refurbish.workshops",
            "workshop-capacity-changed",
            workshop_id,
            workshop_id=workshop_id,
            name=name,
            city="Lens",
            postcode=postcode,
            capacity=capacity,
            competences=list(capacity),
        )
        return workshop_id


async def register(coordinator: httpx.AsyncClient, siren: str = SIREN, **changes: Any) -> dict[str, Any]:
    body = {
        "siren": siren,
        "name": "Société d'exemple",
        "public_body": False,
        "site": {"label": "Siège", "address": "1 rue de la Gare", "postcode": "59100", "city": "Roubaix"},
        "contact": {"name": "Camille Martin", "email": "camille@exemple.fr"},
    } | changes
    answer = await coordinator.post("/api/v1/donors", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def laptop(**more: Any) -> dict[str, Any]:
    return {"category": "laptop", "manufacturer": "HP", "model": "EliteBook 840 G5", "year": 2021, "ram_gb": 8} | more
