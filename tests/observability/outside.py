"""A running stack as the walk of all routes wants it: one client per service, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI
from filiere.calendar import now
from filiere.database import Database
from filiere.duties import Duty
from filiere.events import Envelope
from filiere.identifiers import uuid7
from filiere.kafka.client import KafkaProducer
from filiere.kafka.ports import Outgoing
from filiere.service import Service
from filiere.settings import KafkaProfile, Settings
from filiere.testing.client import ServiceClient, through_the_provider
from filiere.web import Role
from filiere.web.memberships import grant
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from stack.services import SERVICES
from stack.stack import Stack

from tests.observability.marked import EMAIL, NAME, PHONE, broken_json, marked_event

# What every request says of the person who sends it.
HEADERS = {"user-agent": f"Mozilla/5.0 ({NAME})", "referer": f"http://localhost/?q={EMAIL}", "x-forwarded-for": PHONE}

# As a constraint does: the message is dry, its detail quotes the row.
_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation', DETAIL = 'Failing row contains ' || NEW::text;
END $$;
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
        ('alembic_version', 'membership', 'person', 'api_key_secret', 'idempotency_key', 'outbox', 'inbox',
         'dead_letter')
    LOOP
        EXECUTE format('CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse()', one);
    END LOOP;
END $$;
"""


class OutsideClient(ServiceClient):
    """A `ServiceClient` of a process that runs elsewhere."""

    def __init__(self, base: str, settings: Settings, database: Database) -> None:
        super().__init__(FastAPI(), settings, database)  # which nobody asks: the real one is over there
        self._base = base

    async def grant(
        self, subject: str, role: Role | str, organisation: UUID | str | None = None, duty: Duty = Duty.LEAD
    ) -> None:
        chosen = UUID(str(organisation)) if organisation is not None else None
        async with self.database.unit_of_work() as session:
            await grant(session, subject, Role(role), chosen, duty)

    async def login(self, subject: str, **headers: str) -> httpx.AsyncClient:
        browser = self.anonymous(**headers)
        await through_the_provider(browser, subject)
        browser.follow_redirects = True
        return browser

    def anonymous(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=self._base, headers={**HEADERS, **headers}, timeout=30)
        self._open.append(client)
        return client


@asynccontextmanager
async def outside(stack: Stack, service: Service) -> AsyncIterator[OutsideClient]:
    """A client of one service of a running stack."""
    database = Database(stack.databases[service.name], pool_size=2)
    settings = service.settings(
        database_url=SecretStr(stack.databases[service.name]),
        oidc_issuer=stack.issuer,
        oidc_client_id=stack.settings.oidc_client_id,
        oidc_client_secret=SecretStr(stack.settings.client_secret()),
        public_url=stack.settings.public_url(service.name),
        **{name: SecretStr(getattr(stack.settings, name)()) for name in service.secrets},
    )
    client = OutsideClient(settings.public_url, settings, database)
    try:
        yield client
    finally:
        await client.close()
        await database.dispose()


async def refuse_everything(stack: Stack) -> None:
    """From now on the databases refuse every row of the domain, and say which in the detail."""
    for url in stack.databases.values():
        connection = await asyncpg.connect(url)
        await connection.execute(_REFUSE)
        await connection.close()


async def send_marked_events(stack: Stack, services: Sequence[Service]) -> int:
    """Every event of every service by the real broker: full of marks, of wrong types, cut off, without envelope."""
    settings = Settings(kafka_bootstrap_servers=stack.kafka_bootstrap_servers, kafka_profile=KafkaProfile.EMBEDDED)
    producer = KafkaProducer(settings)
    await producer.start()
    records = [record for service in services for event in service.events for record in _records(event)]
    outcomes = await producer.send(records)
    await producer.stop()
    assert all(outcome is None for outcome in outcomes)
    return len(records)


def _records(event: Any) -> list[Outgoing]:
    good = {"occurred_at": "2026-10-01T08:00:00+00:00", **marked_event(event.example)}
    wrong = {name: {NAME: [EMAIL, PHONE]} for name in good}
    values = [json.dumps(good).encode(), json.dumps(wrong).encode(), broken_json()]
    sent = []
    for value in values:
        envelope = Envelope(uuid7(), "/test", event.type, now(), str(uuid7()))
        sent.append(Outgoing(event.topic, str(uuid7()).encode(), value, envelope.to_headers(), 0))
    headers = [("ce_specversion", b"1.0"), ("ce_id", str(uuid7()).encode()), ("ce_source", NAME.encode())]
    headers += [("ce_type", event.type.encode()), ("ce_time", EMAIL.encode())]
    return [*sent, Outgoing(event.topic, str(uuid7()).encode(), values[0], headers, 0)]


async def read_by_all(stack: Stack) -> None:
    """Wait until no worker knows of an event that it has not dealt with, twice in a row."""
    quiet = 0
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        while quiet < 2:
            waiting = 0.0
            for plan in SERVICES:
                port = getattr(stack.settings, f"{plan.name}_worker_port")
                text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                waiting += sum(
                    sample.value
                    for family in text_string_to_metric_families(text)
                    if family.name in ("filiere_consumer_lag", "filiere_outbox_depth")
                    for sample in family.samples
                )
            quiet = quiet + 1 if waiting == 0 else 0
            await asyncio.sleep(1.1)
