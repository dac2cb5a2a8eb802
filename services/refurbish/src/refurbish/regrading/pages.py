"""Pages of rule sets, the coordination's alone: side by side, beside the stock, switched on, undone."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue.grades import Grade
from filiere.jobs.repository import Job, JobRepository
from filiere.jobs.running import BROKE
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web.bounded_types import Flag
from pydantic import Field, field_validator
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from refurbish.grading.repository import GradingRepository
from refurbish.regrading import service
from refurbish.regrading.comparison import PAYING, SHEET, Comparison, sheet
from refurbish.regrading.errors import InForceAlready, NotCompared, StartsTooEarly
from refurbish.regrading.schemas import Named, SwitchOn
from refurbish.tenancy import COORDINATION

router = page_router("/baremes")

SHOWN = 50
Coordinator = Annotated[Principal, COORDINATION]


class SwitchForm(SwitchOn):
    """The day, and that somebody has read what it changes."""

    confirmed: Annotated[Flag, Field(validate_default=True)] = False

    @field_validator("confirmed")
    @classmethod
    def _is_confirmed(cls, confirmed: bool) -> bool:
        if not confirmed:
            raise ValueError("Lisez ce que ce barème change, puis cochez la case.")
        return confirmed


@router.get("", name="rulesets")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Every published rule set, what counts today, and what was switched on."""
    rulesets = await service.listing(session)
    return page(
        request, "regrading/templates/rulesets.html", principal=principal, rulesets=rulesets,
        switches=await GradingRepository.from_session(session).switches(), job=await service.following(session),
        labels={one.rules.name: one.label for one in rulesets}, today=today(),
    )  # fmt: skip


@router.get("/{name}", name="ruleset")
async def ruleset(request: Request, name: Named, principal: Coordinator, session: ReadSession) -> Response:
    """One rule set: where it comes from, how it is read, what it would change."""
    return await _show(request, name, principal, session, Form({"starts_on": today().isoformat()}))


@router.post("/{name}/comparer", name="compare_ruleset")
async def compare(name: Named, principal: Coordinator, session: WriteSession) -> Response:
    """Have it run beside the rules in force."""
    await service.compare(session, name)
    return redirect(path("ruleset", name=name))


@router.get("/{name}/comparaison.csv", name="comparison_csv")
async def download(name: Named, principal: Coordinator, session: ReadSession) -> Response:
    """Every device whose grade would change, for a spreadsheet."""
    seen = await service.get(session, name)
    job = await service.compared(session, name)
    found = await _comparison(session, job)
    if found is None:
        return redirect(path("ruleset", name=name))
    return sheet_response(f"comparaison-{seen.rules.name}.csv", SHEET, sheet(found), spoken=True)


@router.post("/{name}/activer", name="switch_ruleset")
async def switch_on(request: Request, name: Named, principal: Coordinator, session: WriteSession) -> Response:
    """Let it grade from a day on."""
    form = await read_form(request, SwitchForm)
    if form.is_valid:
        async with attempt(request, form, InForceAlready, NotCompared, StartsTooEarly):
            switch = await service.switch_on(session, principal, name, form.data.starts_on)
            flash(
                request,
                gettext("Ces règles sont actives. Le stock suit.")
                if switch.starts_on <= today()
                else gettext("Ces règles seront actives ce jour-là. Le stock suivra."),
            )
            return redirect(path("rulesets"))
    return await _show(request, name, principal, session, form, 422)


@router.post("/activations/{switch_id}/annuler", name="undo_switch")
async def undo(request: Request, switch_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Let the rules before grade again."""
    await service.undo(session, principal, switch_id)
    flash(request, gettext("Activation annulée. Le stock revient aux règles d'avant."), "wait")
    return redirect(path("rulesets"))


@router.post("/suivre", name="follow_rules")
async def follow(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Begin again what stopped: what has followed is not done twice."""
    await service.follow(session)
    return redirect(path("rulesets"))


async def _comparison(session: ReadSession, job: Job | None) -> Comparison | None:
    packed = await JobRepository.from_session(session).result(job.id) if job is not None else None
    # Megabytes of JSON for a large stock: beside the loop.
    return await run_in_threadpool(Comparison.loaded, packed) if packed is not None else None


async def _show(
    request: Request, name: Named, principal: Principal, session: ReadSession, form: Form[SwitchForm], status: int = 200
) -> Response:
    seen = await service.get(session, name)
    job = await service.compared(session, name)
    found = await _comparison(session, job)
    return page(
        request, "regrading/templates/ruleset.html", principal=principal, seen=seen, job=job, comparison=found,
        form=form, grades=[*Grade, None], tiers=PAYING, shown=SHOWN, may_switch=service.is_switchable(seen, job),
        broke=BROKE, status=status,
    )  # fmt: skip
