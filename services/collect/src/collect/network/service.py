"""Gather what the coordination's home says of the chain."""

from datetime import date, datetime, timedelta

from filiere.calendar import day_of, start_of, today
from filiere.database import AsyncReadSession

from collect.network.repository import NetworkRepository
from collect.network.schemas import Network, SigningCount, SilentCount, StageCount, Who
from collect.network.stages import WAITING, Age

SILENT_DAYS = {Who.DONOR: 182, Who.WORKSHOP: 14, Who.RELAIS: 60}
"""Without news for longer, each is worth a call: our own choice, said on the page."""


def silent_since() -> dict[Who, datetime]:
    """Who has been heard of since these moments is not silent: whole days, as pages say them."""
    return {who: start_of(today() - timedelta(days=days)) for who, days in SILENT_DAYS.items()}


async def network(session: AsyncReadSession) -> Network:
    """What there is, and for how long; a stage at which nothing waits is left out."""
    repository = NetworkRepository.from_session(session)
    found = await repository.stages(*Age.LATE.days())
    by_stage = {one.stage: one for one in found}
    silent = await repository.silent(silent_since())
    signing, since = await repository.signing()
    return Network(
        stages=[
            StageCount(stage=stage, waiting=one.waiting, late=one.late, stuck=one.stuck, days=_days(one.since))
            for stage in WAITING
            if (one := by_stage.get(stage.value)) is not None
        ],
        silent=[
            SilentCount(who=who, count=silent[who][0], after_days=after, days=_days(silent[who][1]))
            for who, after in SILENT_DAYS.items()
            if who in silent
        ],
        signing=SigningCount(count=signing, days=_days(since)),
    )


def _days(since: date | None) -> int | None:
    if isinstance(since, datetime):
        since = day_of(since)
    return (today() - since).days if since is not None else None
