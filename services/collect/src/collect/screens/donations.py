"""Pages of donations: the list, one donation with its thread, its labels, and the coordinator's steps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import today
from filiere.catalogue import Category, ShownStatus
from filiere.catalogue.advice import advice_for
from filiere.database import Found, Part
from filiere.files.kinds import WORDS
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    live_changes,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from filiere.web.formats import number
from filiere.web.i18n import language
from filiere.web.journal import journal_of
from pydantic import BaseModel, Field

from collect.attachments import service as attachments
from collect.devices.download import READ_AGAIN, STAGE_HEADINGS, devices_csv
from collect.devices.impact import impact_of_donation
from collect.devices.repository import DeviceRepository
from collect.devices.stage import Stage, stages_of
from collect.devices.words import line_of
from collect.donations import acceptance, drafting, service
from collect.donations.api import detail
from collect.donations.donation import Donation
from collect.donations.errors import NothingToSend
from collect.donations.repository import DonationRepository
from collect.donations.said import ENDED, said_of
from collect.donations.schemas import AcceptDonation, Reason
from collect.donations.status import DonationStatus, Step, allows
from collect.donations.waiting import NEWS, SINCE, days_waiting
from collect.donations.words import side_of
from collect.donations.words_repository import WordsRepository
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import OVERRULED, RULES, LineVerdict
from collect.eligibility.lines import flag_sentences
from collect.lots.repository import LotRepository
from collect.packing import service as packing
from collect.pickups import service as pickups
from collect.pickups import slots
from collect.pickups.errors import DayNeedsWord, LabelsUnknown, NothingCollected, PickupInThePast
from collect.pickups.schemas import PARTS, SchedulePickup
from collect.screens import donation_sheet, drafts
from collect.screens.journal_words import said
from collect.screens.progress import DONATION_CHIPS, beads
from collect.tenancy import donors_of, drafts_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

DONATIONS = Table(
    columns=(
        Column("reference", "Don", sortable=True),
        Column("donor", "Donateur", sortable=True),
        Column("status", "État", sortable=True),
        Column("declared", "Déclarés", sortable=True, is_number=True),
        Column("accepted", "Acceptés", is_number=True),
        Column("handed_over", "Remis", is_number=True),
    ),
    filters=(
        Search("q", "Chercher", "référence, entreprise, fichier"),
        Choice("statut", "État", {status.value: status.label_fr.capitalize() for status in DonationStatus}),
    ),
    default_sort="-reference",
    always=("Don",),
)
FOR_COORDINATORS = replace(
    DONATIONS,
    filters=(*DONATIONS.filters, Choice("depuis", "En attente depuis", SINCE), Choice("nouvelles", "Nouvelles", NEWS)),
)
# To a donor all donations are its own.
OWN_DONATIONS = replace(
    DONATIONS,
    columns=[column for column in DONATIONS.columns if column.key != "donor"],
    filters=(Search("q", "Chercher", "référence, fichier"), *DONATIONS.filters[1:]),
)
# The filter's choices. What no workshop saw is "to process" too; a donor asks for it apart.
STAGES_SHOWN: dict[str, list[Stage]] = {shown: stages_of(shown) for shown in ShownStatus if stages_of(shown)}
STAGES_SHOWN[ShownStatus.TO_PROCESS].remove(Stage.MISSING)
STAGES_SHOWN[ShownStatus.TO_PROCESS].remove(Stage.CANCELLED)
STAGES_SHOWN[Stage.MISSING] = [Stage.MISSING]
DEVICES = Table(
    columns=(
        Column("category", "Équipement", sortable=True, sheet=("Catégorie", "Marque", "Modèle", "Déclaré comme")),
        Column("serial", "N° de série", sortable=True),
        Column("label", "Étiquette", sortable=True),
        Column("stage", "Où il en est", sortable=True, sheet=STAGE_HEADINGS),
        Column("asset_tag", "N° d'inventaire", is_hidden=True),
    ),
    filters=(
        Search("q", "Chercher", "série, étiquette, modèle"),
        Choice(
            "etape",
            "Où il en est",
            {key: "Absent" if key == Stage.MISSING else ShownStatus(key).label_fr for key in STAGES_SHOWN},
        ),
    ),
    name="devices_of_donation",
    always=READ_AGAIN,
)


@router.get("/", name="home")
async def home(principal: Annotated[Principal, allow()]) -> Response:
    """The coordination begins with what waits for it, a donor with its donations, who is new with a registration."""
    if not principal.has(Role.DONOR, Role.COORDINATOR):
        return redirect(path("join"))
    return redirect(path("inbox") if principal.is_coordinator else path("donations"))


@router.get("/dons", name="donations")
async def listing(request: Request, principal: Donor, session: ReadSession) -> Response:
    view = (FOR_COORDINATORS if principal.is_coordinator else OWN_DONATIONS).read(request)
    donations = DonationRepository.from_session(session)
    found = await donations.listing(
        donors_of(principal),
        drafts_of(principal),
        status=[view["statut"]] if view["statut"] else [],
        q=view.q,
        waiting_days=int(view.values.get("depuis") or 0) or None,
        news=view.values.get("nouvelles", ""),
        order=view.order,
        part=view.part,
    )
    threads = await DeviceRepository.from_session(session).threads(
        donors_of(principal), {d.id: d.declared for d in found.rows}
    )
    return page(
        request,
        "screens/templates/donations/donations.html",
        principal=principal,
        view=view.fill(found.rows, found),
        threads=threads,
        waiting=await donations.waiting(donors_of(principal)) if principal.is_coordinator else {},
        chips=DONATION_CHIPS,
        days_waiting=days_waiting,
        unread=await _unread(session, found.rows, principal),
    )


async def _unread(session: ReadSession, donations: Sequence[Donation], principal: Principal) -> dict[UUID, int]:
    """Donation → words that the caller's side has not seen."""
    side = "network" if principal.is_coordinator else "donor"
    return await WordsRepository.from_session(session).unread(donors_of(principal), [one.id for one in donations], side)


@router.get("/dons/liste.csv", name="donations_csv")
async def export_all(request: Request, principal: Donor, session: StreamSession) -> Response:
    """The donations as a spreadsheet, under the page's filters."""
    view = (FOR_COORDINATORS if principal.is_coordinator else OWN_DONATIONS).read(request)
    return sheet_response(
        "dons.csv", donation_sheet.HEADER, donation_sheet.rows(session, principal, view), view, spoken=True
    )


@router.get("/dons/{donation_id}", name="donation")
async def donation_page(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    answer = await show(request, session, donation_id, principal)
    if "acceptation" in request.query_params and await acceptance.at_work(session, donation_id) is None:
        answer.headers["HX-Refresh"] = "true"  # asked by the card of an acceptance that has ended
    return answer


@router.get("/dons/{donation_id}/changements", name="donation_changes")
async def changes(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """Tells a page that is open that its donation changed; what changed, the page asks for."""
    await detail(session, donation_id, principal)
    return live_changes(request, f"donation:{donation_id}")


async def show(
    request: Request,
    session: ReadSession,
    donation_id: UUID,
    principal: Principal,
    *,
    status: int = 200,
    decline_form: Form[Any] | None = None,
    pickup_form: Form[Any] | None = None,
    collect_form: Form[Any] | None = None,
    slots_form: Form[Any] | None = None,
    word_form: Form[Any] | None = None,
) -> Response:
    """The donation's page; with the errors of the form that was refused, if one was."""
    donation = await detail(session, donation_id, principal)
    if donation.status is DonationStatus.DRAFT:
        return await drafts.show(request, session, donation_id, principal)
    view = DEVICES.read(request)
    found = await DeviceRepository.from_session(session).listing(
        donors_of(principal),
        donation_id=donation.id,
        stages=STAGES_SHOWN.get(view["etape"], []),
        q=view.q,
        order=view.order,
        part=view.part,
    )
    donations = DonationRepository.from_session(session)
    is_before = donation.status in (DonationStatus.SUBMITTED, DonationStatus.DECLINED, DonationStatus.WITHDRAWN)
    lines = (
        await donations.page_of_lines(donors_of(principal), donation.id, None, Part(100)) if is_before else Found([], 0)
    )
    stopped = await donations.refusals(donors_of(principal), donation.id)
    agreed = await slots.of(session, donation.id, principal)
    said_words = WordsRepository.from_session(session)
    messages = await said_words.messages(donors_of(principal), donation.id)
    place, side = await said_words.place(donors_of(principal), donation.id), side_of(principal, donation.donor_id)
    impact = await impact_of_donation(session, donors_of(principal), donation.id)
    lots = await LotRepository.from_session(session).listing(donors_of(principal), donation_id=donation.id)
    at_donor, to_bring = await DeviceRepository.from_session(session).found_waiting(donors_of(principal), donation.id)
    return page(
        request,
        "screens/templates/donations/donation.html",
        principal=principal,
        status=status,
        donation=donation,
        thread=donation.thread,
        beads=beads(donation, donation.thread),
        view=view.fill([line_of(device) for device in found.rows], found),
        lines=lines.rows,
        lines_total=lines.total,
        refusals=[one for one in stopped if one.verdict == LineVerdict.REFUSED],
        to_correct=sum(one.lines for one in stopped if one.verdict == LineVerdict.ERROR),
        lots=lots.rows,
        found=at_donor,
        to_bring=to_bring,
        impact=impact if impact.reused else None,
        sites=await sites_of(session, donation.donor_id, principal),
        chips=DONATION_CHIPS,
        remarks_of=flag_sentences,
        overruled=OVERRULED,
        said_of=said_of,
        ended=donation.status in ENDED,
        rules=RULES,
        advice=lambda rule: advice_for(rule, today()),
        category_of=Category,
        can={step.value: allows(donation.status, step) for step in Step},
        to_confirm=await DonorRepository.from_session(session).is_to_confirm(donation.donor_id),
        today=today(),
        attachments=await attachments.of_donation(session, donation.id, principal),
        attachment_bytes=attachments.MOST_BYTES,
        kind_words=WORDS,
        messages=messages,
        word_form=word_form or Form(),
        unread=sum(one.read_at is None and one.side != side for one in messages),
        side=side,
        place=place,
        place_form=Form({name: str(value or "") for name, value in place.model_dump().items()}),
        journal=await journal_of(request, session, service.JOURNAL, donation.id, said),
        decline_form=decline_form or Form(),
        pickup_form=pickup_form
        or Form({"on": str(donation.pickup_on or ""), "site_id": str(donation.pickup_site_id or place.site_id or "")}),
        collect_form=collect_form or Form(),
        pickup=agreed,
        packing=(await packing.current(session)).sentences(language()),
        parts=PARTS,
        parts_shown=lambda: {key: _(words).capitalize() for key, words in PARTS.items() if key != "day"},
        slots_form=slots_form or Form({"access": agreed.access or "", "floor": agreed.floor or ""}),
    )


async def sites_of(session: ReadSession, donor_id: UUID, principal: Principal) -> dict[str, str]:
    """Site id → words, for the pickup's form."""
    donor = await DonorRepository.from_session(session).get(donors_of(principal), donor_id)
    return {str(site.id): f"{site.label}, {site.postcode} {site.city}" for site in donor.sites} if donor else {}


@router.get("/dons/{donation_id}/equipements.csv", name="donation_devices_csv")
async def export(request: Request, donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """The devices as a spreadsheet, under the page's filters."""
    donation = await service.get(session, donation_id, principal)
    view = DEVICES.read(request)
    found = DeviceRepository.from_session(session).each(
        donors_of(principal), donation_id=donation.id, stages=STAGES_SHOWN.get(view["etape"], []), q=view.q
    )
    refused = (
        None
        if view["etape"]
        else DonationRepository.from_session(session).each_line(donors_of(principal), donation.id, "refused", q=view.q)
    )
    return devices_csv(donation.reference, found, refused, view)


@router.post("/dons/{donation_id}/envoyer", name="submit_donation")
async def submit(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    before = await service.get(session, donation_id, principal)
    async with attempt(request, None, NothingToSend):
        done = await drafting.submit(session, donation_id, principal)
        told = _("Le don %(reference)s est envoyé.") % {"reference": done.reference}
        if left := before.accepted - done.accepted:
            told += " " + ngettext(
                "%(num)s équipement, déclaré entre-temps par un autre don, n'en est plus.",
                "%(num)s équipements, déclarés entre-temps par un autre don, n'en sont plus.",
                left,
            ) % {"num": number(left)}
        flash(request, told)
        return redirect(path("donation", donation_id=donation_id))
    flash(request, _(NothingToSend.title), "stop")
    return redirect(path("donation", donation_id=donation_id))


@router.post("/dons/{donation_id}/accepter", name="accept_donation")
async def accept(request: Request, donation_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    done = await acceptance.accept(session, donation_id, AcceptDonation(), principal)
    if done.status is DonationStatus.ACCEPTED:
        sentence = ngettext(
            "Don %(reference)s accepté : %(num)s équipement a son étiquette.",
            "Don %(reference)s accepté : %(num)s équipements ont leur étiquette.",
            done.accepted,
        )
        flash(request, sentence % {"reference": done.reference, "num": number(done.accepted)})
    return redirect(path("donation", donation_id=donation_id))


class DeclineForm(BaseModel):
    reason: Reason


@router.post("/dons/{donation_id}/decliner", name="decline_donation")
async def decline(request: Request, donation_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, DeclineForm)
    if not form.is_valid:
        return await show(request, session, donation_id, principal, status=422, decline_form=form)
    done = await service.decline(session, donation_id, form.data.reason, principal)
    flash(request, _("Don %(reference)s décliné ; la raison est visible du donateur.") % {"reference": done.reference})
    return redirect(path("donation", donation_id=donation_id))


@router.post("/dons/{donation_id}/planifier", name="schedule_pickup")
async def pickup(request: Request, donation_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, SchedulePickup)
    if form.is_valid:
        async with attempt(request, form, PickupInThePast, DayNeedsWord):
            done = await pickups.schedule(session, donation_id, form.data, principal)
            flash(request, _("Collecte du don %(reference)s planifiée.") % {"reference": done.reference})
            return redirect(path("donation", donation_id=donation_id))
    return await show(request, session, donation_id, principal, status=422, pickup_form=form)


class CollectForm(BaseModel):
    not_found: str = Field("", max_length=100_000)


@router.post("/dons/{donation_id}/collecter", name="collect_donation")
async def collect(request: Request, donation_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, CollectForm)
    if form.is_valid:
        async with attempt(request, form, LabelsUnknown, NothingCollected):
            done = await pickups.collect(session, donation_id, form.data.not_found.splitlines(), principal)
            sentence = ngettext(
                "%(num)s équipement collecté, lot scellé. Choisissez maintenant son atelier.",
                "%(num)s équipements collectés, lot scellé. Choisissez maintenant son atelier.",
                done.devices,
            )
            flash(request, sentence % {"num": number(done.devices)})
            return redirect(path("lot", lot_id=done.lots[0]))
    return await show(request, session, donation_id, principal, status=422, collect_form=form)
