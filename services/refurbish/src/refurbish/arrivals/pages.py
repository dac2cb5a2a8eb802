"""Pages of arrivals: scan, the lots, one lot."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.database import Part
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Table,
    WriteSession,
    flash,
    gettext,
    live_changes,
    ngettext,
    page,
    page_router,
    path,
    redirect,
    script_router,
)
from filiere.web.formats import number
from filiere.web.progress import Bead
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals import service
from refurbish.arrivals.countdown import countdown
from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.mismatches import service as queue
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.arrivals.remarks.repository import RemarkRepository
from refurbish.arrivals.repository import ArrivalRepository, LotCounts
from refurbish.arrivals.schemas import Scan, ScanAnswer
from refurbish.arrivals.service import Outcome
from refurbish.devices.benches import IN_ORDER, Bench
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.stages import Stage
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router()
scripts = script_router()
MAX_PASTED = 5000
MAX_NAMED = 20  # of what was not recognised; how many more there are is said
PLURAL = 2
SHOWN = 200  # of what a lot lacks; how many more there are is said

LOTS = Table(
    columns=(
        Column("code", "Lot"),
        Column("donor", "Donateur"),
        Column("contents", "Contenu"),
        Column("state", "Où il en est"),
        Column("announced", "Annoncés", is_number=True),
        Column("arrived", "Arrivés", is_number=True),
        Column("missing", "Manquants", is_number=True),
        Column("ready", "Prêts", is_number=True),
        Column("dispatched", "Parti le"),
    ),
    filters=(
        Choice("statut", "Étape", {"expected": "À recevoir", "arrived": "À l'atelier", "done": "Terminés"}),
    ),
    per_page=50,
)  # fmt: skip


@router.get("/scanner", name="scan")
async def scan_page(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """One field: scan anything, get to its next step."""
    counts = await DeviceRepository.from_session(session).counts(workshops_of(principal))
    waiting = await ArrivalRepository.from_session(session).listing(
        workshops_of(principal), state="expected", part=Part(5)
    )
    strangers = await MismatchRepository.from_session(session).open(workshops_of(principal))
    return page(
        request, "arrivals/templates/scan.html", principal=principal, beads=_benches(counts), lots=waiting.rows,
        strangers=strangers, answer=None, contents=await _contents(principal, session, waiting.rows),
        countdown=countdown, today=today(),
    )  # fmt: skip


@router.post("/scanner", name="scan")
async def scan(request: Request, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> Response:
    """A known device opens its page; a stranger gets a red answer and goes to the queue."""
    text = str((await request.form()).get("label", ""))[:300]
    [answer] = await service.arrive(session, principal, None, [text])
    if answer.device is not None:
        if answer.outcome is not Outcome.ALREADY:
            flash(request, answer.sentence)
        return redirect(path("device", device_id=answer.device.id))
    counts = await DeviceRepository.from_session(session).counts(workshops_of(principal))
    strangers = await MismatchRepository.from_session(session).open(workshops_of(principal))
    return page(
        request, "arrivals/templates/scan.html", principal=principal, beads=_benches(counts), lots=[],
        strangers=strangers, answer=answer, contents={}, countdown=countdown, today=today(),
    )  # fmt: skip


@router.get("/lots", name="lots")
async def lots(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """The workshop's lots."""
    view = LOTS.read(request)
    found = await ArrivalRepository.from_session(session).listing(
        workshops_of(principal), state=view["statut"], part=view.part
    )
    return page(
        request, "arrivals/templates/lots.html", principal=principal, table=view.fill(found.rows, found),
        contents=await _contents(principal, session, found.rows), countdown=countdown, today=today(),
    )  # fmt: skip


async def _contents(
    principal: Principal, session: ReadSession | WriteSession, lots: Sequence[LotCounts]
) -> dict[UUID, str]:
    """« 12 ordinateurs portables, 3 écrans » of each lot."""
    found = await ArrivalRepository.from_session(session).contents(
        workshops_of(principal), [one.lot.id for one in lots]
    )
    return {
        lot_id: ", ".join(
            f"{number(n)} {gettext(one.plural_fr if n >= PLURAL else one.label_fr)}" for one, n in kinds.items()
        )
        for lot_id, kinds in found.items()
    }


@router.get("/lots/{lot_id}", name="lot")
async def lot_page(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One lot: scan it, count it, see how far it is."""
    return await _lot_page(request, lot_id, principal, session, Form())


async def _lot_page(
    request: Request, lot_id: UUID, principal: Principal, session: ReadSession | WriteSession, form: Form[BaseModel]
) -> Response:
    """The lot, with what was typed into its forms and why it was refused."""
    lot = await ArrivalRepository.from_session(session).get(workshops_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    missing = await DeviceRepository.from_session(session).listing(
        workshops_of(principal), stages=[Stage.EXPECTED, Stage.MISSING], lot_id=lot_id, order="label", part=Part(SHOWN)
    )
    strangers = await MismatchRepository.from_session(session).listing(workshops_of(principal), lot_id=lot_id)
    return page(
        request, "arrivals/templates/lot.html", principal=principal, lot=lot, beads=_lot_thread(lot),
        missing=missing.rows, more_missing=missing.total - len(missing.rows), strangers=strangers.rows, form=form,
        contents=(await _contents(principal, session, [lot])).get(lot_id, ""), countdown=countdown, today=today(),
        seen=await RemarkRepository.from_session(session).of_lot(lot_id),
        status=422 if form.errors else 200,
    )  # fmt: skip


@router.get("/lots/{lot_id}/changements", name="lot_changes")
async def changes(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Tells a page that is open that somebody received something of its lot; what, the page asks for."""
    if await ArrivalRepository.from_session(session).get(workshops_of(principal), lot_id) is None:
        raise LotNotFound(lot_id)
    return live_changes(request, f"lot:{lot_id}")


@router.post("/lots/{lot_id}/scanner", name="scan_lot")
async def scan_in_lot(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """One scan, from a browser without scripts."""
    text = str((await request.form()).get("label", ""))[:300]
    [answer] = await service.arrive(session, principal, lot_id, [text])
    flash(request, answer.sentence, "stop" if answer.kind == "wrong" else "ok")
    return redirect(path("lot", lot_id=lot_id))


@scripts.post("/scanner/envoi", name="send_scan")
async def send_scan(body: Scan, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> ScanAnswer:
    """One scan out of the queue of somebody's device. Raises LotNotFound, WhichWorkshop."""
    [answer] = await service.arrive(session, principal, body.lot_id, [body.label])
    lot = None
    if body.lot_id is not None:
        lot = await ArrivalRepository.from_session(session).get(workshops_of(principal), body.lot_id)
    return ScanAnswer(
        kind=answer.kind,
        sentence=answer.sentence,
        label=answer.label,
        href=path("device", device_id=answer.device.id) if answer.device else None,
        arrived=lot.arrived if lot else None,
        announced=lot.announced if lot else None,
    )


@router.post("/lots/{lot_id}/recevoir", name="receive_lot")
async def arrive(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """A pasted list of labels, one a line."""
    pasted = str((await request.form()).get("labels", ""))
    texts = pasted.split()
    if not texts or len(texts) > MAX_PASTED:
        wrong = gettext("Colle au moins une étiquette.")
        if texts:
            wrong = gettext("Au plus {most} étiquettes à la fois : il y en a {count} ici, et rien n'est encore reçu.")
        wrong = wrong.format(most=number(MAX_PASTED), count=number(len(texts)))
        return await _lot_page(request, lot_id, principal, session, Form({"labels": pasted}, {"labels": wrong}))
    answers = await service.arrive(session, principal, lot_id, texts)
    good = sum(answer.is_ok for answer in answers)
    sentence = ngettext("{count} étiquette reconnue.", "{count} étiquettes reconnues.", good).format(count=number(good))
    flash(request, sentence, "ok" if good else "wait")
    if bad := [answer.text for answer in answers if not answer.is_ok]:
        named = ", ".join(text[:40] for text in bad[:MAX_NAMED])
        if (more := len(bad) - MAX_NAMED) > 0:
            named += ngettext(" et {count} autre", " et {count} autres", more).format(count=number(more))
        flash(request, gettext("À regarder : {labels}").format(labels=named), "stop")
    return redirect(path("lot", lot_id=lot_id))


@router.post("/lots/{lot_id}/mettre-de-cote", name="set_aside")
async def set_aside(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """A thing without a readable label joins the queue."""
    text = str((await request.form()).get("text", "")).strip()[:200]
    if not text:
        errors = {"text": gettext("Écris ce que tu peux lire dessus.")}
        return await _lot_page(request, lot_id, principal, session, Form({}, errors))
    await queue.set_aside(session, principal, lot_id, text, None)
    flash(request, gettext("Mis de côté : {text}").format(text=text), "info")
    return redirect(path("lot", lot_id=lot_id))


@router.post("/equipements/{device_id}/pas-arrive", name="undo_arrival")
async def not_arrived(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It was scanned by mistake."""
    device = await service.not_arrived(session, principal, device_id)
    flash(request, gettext("{label} n'est plus dit arrivé.").format(label=device.label), "wait")
    return redirect(path("device", device_id=device_id))


@router.post("/lots/{lot_id}/pointer", name="reconcile_lot")
async def reconcile(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Count the lot."""
    lot, missing, surplus = await service.reconcile(session, principal, lot_id)
    present = lot.present or 0
    counts = (
        ngettext("{count} présent", "{count} présents", present).format(count=number(present)),
        ngettext("{count} manquant", "{count} manquants", len(missing)).format(count=number(len(missing))),
        gettext("{count} en trop").format(count=number(len(surplus))),
    )
    flash(request, f"{', '.join(counts)}.")
    return redirect(path("lot", lot_id=lot_id))


def _benches(counts: Mapping[Bench, int]) -> list[Bead]:
    """What lies on each bench, as a thread with links into the board."""
    return [
        Bead(
            bench.label_fr,
            count := counts.get(bench, 0),
            "done" if count else "todo",
            href=path("devices", statut=bench.value),
        )
        for bench in IN_ORDER
    ]


def _lot_thread(lot: LotCounts) -> list[Bead]:
    expected = lot.lot.expected or lot.announced
    at_work = lot.arrived < expected - lot.missing
    is_done = lot.arrived > 0 and lot.done == lot.arrived
    return [
        Bead("annoncés", lot.announced, "done" if lot.announced >= expected > 0 else "now"),
        Bead("arrivés", lot.arrived, "now" if at_work else "done"),
        Bead("manquants", lot.missing, "stopped" if lot.missing else "todo"),
        Bead("terminés", lot.done, "done" if is_done else "todo" if at_work else "now"),
        Bead("prêts", lot.ready, "done" if is_done and lot.ready else "todo"),
    ]
