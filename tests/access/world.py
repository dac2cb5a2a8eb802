"""Two organisations of each kind in one service, and everything of the first that an address can name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from filiere.guides import FOLDER, read_guides
from filiere.identifiers import uuid7
from filiere.service import Service
from filiere.testing.client import ServiceClient
from filiere.web import Role

TENANT_ROLES = (Role.DONOR, Role.WORKSHOP, Role.RELAIS)
NETWORK_ROLES = (Role.COORDINATOR, Role.SERVICE)
NOBODY = "nobody"


def subject(role: Role, side: str = "a") -> str:
    """Who acts in a role; tenants have a side: `a` owns everything, `b` is the other organisation."""
    return f"{role}-{side}" if role in TENANT_ROLES else str(role)


@dataclass
class World:
    """`organisations` by role and side; `ids` by the name of the path parameter that takes them (all of side a)."""

    service: Service
    client: ServiceClient
    organisations: dict[tuple[Role, str], UUID] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)  # texts of side a that side b must never read
    shown_once: set[str] = field(default_factory=set)  # the same, which no page tells again, not even its owner

    def known(self) -> dict[str, Any]:
        """All but the service and its client."""
        return {
            "organisations": self.organisations,
            "ids": self.ids,
            "secrets": self.secrets,
            "shown_once": self.shown_once,
        }

    def organisation(self, role: Role, side: str = "a") -> UUID:
        return self.organisations[role, side]

    async def people(self) -> None:
        """Let everybody act: one person per role and side. Organisations not set yet get an id of their own."""
        await self.client.known("somebody")
        for role in TENANT_ROLES:
            for side in ("a", "b"):
                organisation = self.organisations.setdefault((role, side), uuid7())
                await self.client.grant(subject(role, side), role, organisation)
        await self.coordination()

    async def coordination(self) -> None:
        for role in NETWORK_ROLES:
            await self.client.grant(subject(role), role)

    async def coordinator(self) -> "Caller":
        return Caller(await self.client.as_(subject(Role.COORDINATOR)))

    async def caller(self, role: Role, side: str = "a") -> "Caller":
        return Caller(await self.client.as_(subject(role, side)))

    def name_the_kits_own(self) -> None:
        """What the kit's own addresses name; nothing is there but the organisation."""
        assert self.service.organisation_role is not None
        kit = dict.fromkeys(("reader_id", "mail_id", "invitation_id", "token", "kind"), str(uuid7()))
        kit["guide"] = next((guide.name for guide in read_guides(self.service.root / FOLDER)), "none")
        kit["organisation_id"] = str(self.organisation(self.service.organisation_role))
        self.ids = kit | self.ids

    def path(self, template: str, parameters: list[str]) -> str:
        """An address of side a's own object; KeyError names the parameter that the world does not have."""
        for name in parameters:
            template = template.replace(f"{{{name}}}", self.ids[name]).replace(f"{{{name}:path}}", self.ids[name])
        return template


class Caller:
    """A program that acts for somebody and wants things to succeed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, path: str, body: Any = None, **options: Any) -> Any:
        answer = await self.http.post(f"/api/v1{path}", json=body, **options)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        answer = await self.http.get(f"/api/v1{path}", params=params)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()
