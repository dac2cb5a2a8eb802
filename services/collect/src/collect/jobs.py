"""What the worker does beside its events: long files, large donations, labels, in the order in which they came."""

import asyncio
from collections.abc import Mapping

from filiere.database import Database
from filiere.housekeeping import take_away_files
from filiere.jobs.running import Handler, run_jobs
from filiere.settings import Settings

from collect.appeals import service as appeals
from collect.appeals.job import write_letters
from collect.documents import service as documents
from collect.documents.for_links import draw_for_links
from collect.documents.job import draw_document
from collect.donations.acceptance import accept_large
from collect.donations.service import ACCEPTANCE
from collect.imports import service as imports
from collect.imports.correction import read_long_again
from collect.imports.job import read_file
from collect.labels import job as labels
from collect.labels.manifest import MANIFEST, print_manifest
from collect.webhooks.sending import send_webhooks

HANDLERS: Mapping[str, Handler] = {
    imports.KIND: read_file,
    imports.AGAIN: read_long_again,
    ACCEPTANCE: accept_large,
    labels.KIND: labels.print_labels,
    MANIFEST: print_manifest,
    documents.KIND: draw_document,
    appeals.KIND: write_letters,
}


async def do_jobs(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work of the worker."""
    await run_jobs(database, settings, stopping, HANDLERS)


BACKGROUND = [do_jobs, take_away_files, send_webhooks, draw_for_links]
