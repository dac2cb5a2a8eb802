"""JSON API of rule sets."""

from typing import Annotated
from uuid import UUID

from filiere.jobs.repository import JobRepository
from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from starlette.concurrency import run_in_threadpool

from refurbish.regrading import service
from refurbish.regrading.comparison import Comparison
from refurbish.regrading.errors import InForceAlready, NotCompared, RulesetNotFound, StartsTooEarly, SwitchNotFound
from refurbish.regrading.schemas import CellOut, ComparisonOut, Named, RulesetOut, SwitchOn, SwitchOut
from refurbish.tenancy import COORDINATION

router = api_router("/rulesets")
Coordinator = Annotated[Principal, COORDINATION]


@router.get("")
async def listing(principal: Coordinator, session: ReadSession) -> list[RulesetOut]:
    """Every published rule set, and which one grades today."""
    return [
        RulesetOut(
            name=one.rules.name,
            label=one.label,
            valid_from=one.rules.valid_from,
            on_trial=one.rules.on_trial,
            categories=one.rules.categories,
            in_force_for=list(one.in_force_for),
            source=one.rules.source,
            reading=one.rules.reading,
            switch=SwitchOut.model_validate(one.switch) if one.switch is not None else None,
        )
        for one in await service.listing(session)
    ]


@router.post("/{name}/comparison", status_code=202, responses=raises(RulesetNotFound))
async def compare(name: Named, principal: Coordinator, session: WriteSession) -> ComparisonOut:
    """Have counted what the rule set would change in stock, grade and price."""
    job = await service.compare(session, name)
    return ComparisonOut(ruleset=name, ready=False, done=job.done, total=job.total, failure=job.failure)


@router.get("/{name}/comparison", responses=raises(RulesetNotFound))
async def comparison(name: Named, principal: Coordinator, session: ReadSession) -> ComparisonOut:
    """What the newest comparison of these two days has found, or how far it is."""
    seen = await service.get(session, name)
    job = await service.compared(session, name)
    if job is None:
        return ComparisonOut(ruleset=seen.rules.name, ready=False, done=0, total=0, failure=None)
    packed = await JobRepository.from_session(session).result(job.id)
    answer = ComparisonOut(ruleset=name, ready=packed is not None, done=job.done, total=job.total, failure=job.failure)
    if packed is None:
        return answer
    found = await run_in_threadpool(Comparison.loaded, packed)
    return answer.model_copy(
        update={
            "cells": [CellOut.model_validate(cell) for cell in found.cells],
            "following": found.following,
            "promised": found.promised,
            "refused": found.refused,
            "unknown": found.unknown,
            "cents": {tier.value: cents for tier, cents in found.cents.items()},
        }
    )


@router.post("/{name}/switch", responses=raises(RulesetNotFound, StartsTooEarly, InForceAlready, NotCompared))
async def switch_on(name: Named, body: SwitchOn, principal: Coordinator, session: WriteSession) -> SwitchOut:
    """Let the rule set grade from a day on; free devices follow, promised ones keep their grade."""
    return SwitchOut.model_validate(await service.switch_on(session, principal, name, body.starts_on))


@router.post("/switches/{switch_id}/undo", responses=raises(SwitchNotFound))
async def undo(switch_id: UUID, principal: Coordinator, session: WriteSession) -> SwitchOut:
    """Let the rules before grade again."""
    return SwitchOut.model_validate(await service.undo(session, principal, switch_id))
