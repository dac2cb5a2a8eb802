"""Papers of before it was kept whom they count: no link opens them, until they are drawn as they would be today.

A round of the worker asks for those that a link is open to; nobody has to press « Mettre à jour » after an upgrade.
"""

import asyncio
from dataclasses import asdict

from filiere.database import Database
from filiere.housekeeping import until_stopped
from filiere.identifiers import uuid7
from filiere.jobs.repository import JobRepository
from filiere.settings import Settings

from collect.documents.repository import DocumentRepository
from collect.documents.service import KIND, PROOF_LINK, SHARED, subject_of
from collect.documents.valuation import beneficiary_of
from collect.settings import CollectSettings

EVERY_S = 600.0
AT_ONCE = 100


async def draw_for_links(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work of the worker."""

    async def once() -> None:
        assert isinstance(settings, CollectSettings)
        await ask_for_links(database, settings)

    await until_stopped("papers-of-links", once, EVERY_S, stopping)


async def ask_for_links(database: Database, settings: CollectSettings) -> int:
    """Have them drawn, so many at once; how many. One that could not be drawn is asked for again when its job is
    forgotten."""
    verify = settings.public_url.rstrip("/") + "/verifier/"
    async with database.unit_of_work() as session:
        found = await DocumentRepository.from_session(session).unknown_behind_links(SHARED, PROOF_LINK, KIND, AT_ONCE)
        jobs = JobRepository.from_session(session)
        for kind, donation_id in found:
            asked = {
                "kind": kind.value,
                "donation_id": str(donation_id),
                "verify": verify,
                "beneficiary": asdict(beneficiary_of(settings)),
            }
            await jobs.ask(uuid7(), KIND, subject_of(kind, donation_id), asked)
    return len(found)
