"""Pages of a declaration until it is sent: its lines written, pasted, corrected or thrown away."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Request, Response
from filiere.database import Part
from filiere.files.kinds import WORDS
from filiere.identifiers import uuid7
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    ngettext,
    page,
    page_router,
    path,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.formats import number
from filiere.web.request_limits import MIB, body_limit

from collect.attachments import service as attachments
from collect.donations import drafting, service
from collect.donations.draft_repository import DraftLine, DraftRepository
from collect.donations.errors import DonationNotFound, DonationNotInState, TooManyDevices
from collect.donations.faulty_rows import MARK
from collect.donations.lines_download import DECIDED, DESCRIBING
from collect.donations.status import DonationStatus, Step
from collect.donations.words_repository import WordsRepository
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.lines import flag_sentences
from collect.imports.donor_field import donor_chosen, donors_to_choose
from collect.screens.draft_form import (
    FIRST_LINES,
    MOST_LINES,
    Values,
    fields_of,
    form_of_lines,
    ids_in,
    lines_to_show_again,
    shown_values,
    told_of_columns,
    written_lines,
)
from collect.screens.meanwhile import shown_mark
from collect.screens.pasted_columns import (
    FORGET,
    LOOK,
    Pasted,
    columns_shown,
    corrections_for,
    pasted_in,
    remember,
)
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
AT_ONCE = 50
"""Lines to correct on one page."""
VERDICTS = {"a-revoir": ("refused", "error"), "acceptees": ("accepted",)}
LINES = Table(
    columns=(
        Column("position", "Ligne", is_number=True),
        Column("equipment", "Équipement", sheet=DESCRIBING),
        Column("quantity", "Quantité", is_number=True),
        Column("serial", "N° de série"),
        Column("asset_tag", "N° d'inventaire"),
        Column("verdict", "Verdict", sheet=DECIDED),
        Column("edit", "Corriger", sheet=("",)),
    ),
    filters=(Choice("voir", "Montrer", {"a-revoir": "À revoir", "acceptees": "Acceptées"}),),
    name="draft_lines",
    always=(*DESCRIBING, MARK),
)


@router.get("/dons/nouveau/lignes", name="declare_lines")
async def by_hand(request: Request, principal: Donor, session: ReadSession) -> Response:
    """The form of a new declaration, whose id stands in the address: who comes back finds what it became."""
    asked, donor = ids_in([request.query_params.get("don", "")]), request.query_params.get("donateur", "")
    if not asked:
        return redirect(path("declare_lines", don=uuid7(), **({"donateur": donor} if donor else {})))
    # Somebody else's id is answered as a free one: nothing tells them apart.
    with suppress(DonationNotFound):
        await service.get(session, asked[0], principal)
        return redirect(path("donation", donation_id=asked[0]))
    form: Form[Any] = Form({"donor_id": donor, "don": str(asked[0])})
    return await _new(request, principal, session, form, FIRST_LINES)


@router.post("/dons/nouveau/lignes", name="declare_lines", openapi_extra=body_limit(MIB))
async def write(request: Request, principal: Donor, session: WriteSession) -> Response:
    """Make a draft of what is written: the page that follows shows it judged. Nothing is sent from here."""
    form, count, donation_id = await form_of_lines(request)
    if form.values.get("action") == "donor":
        return await _new(request, principal, session, form, count)
    if (more := lines_to_show_again(form, count)) is not None:
        return await _new(request, principal, session, form, more)
    donor_id = await donor_chosen(session, principal, form)
    pasted = await pasted_in(
        request, form, await corrections_for(session, principal, form, donor_id) if donor_id else {}
    )
    if form.values.get("action") in (LOOK, FORGET):
        form.errors.pop("donor_id", None)
        return await _new(request, principal, session, form, count, status=_status(form), pasted=pasted)
    lines = written_lines(form, count, {}, donation_id, pasted)
    if not lines and not form.errors:
        form.errors[""] = _("Décrivez au moins un équipement.")
    note = str(form.values.get("note", ""))
    if len(note) > 2000:
        form.errors["note"] = _("2000 caractères au plus.")
    if form.errors or donor_id is None:
        return await _new(request, principal, session, form, count, status=422, pasted=pasted)
    async with attempt(request, form, TooManyDevices, DonorNotFound):
        donation = await drafting.begin(session, donation_id, donor_id, principal)
        if donation.status is not DonationStatus.DRAFT:
            flash(request, _("Cette déclaration est déjà envoyée : elle n'est pas envoyée deux fois."), "info")
            return redirect(path("donation", donation_id=donation_id))
        await drafting.save_lines(session, donation_id, lines, principal, note=note or None)
        await remember(session, donor_id, pasted)
        told_of_columns(request, pasted)
        return redirect(path("donation", donation_id=donation_id))
    return await _new(request, principal, session, form, count, status=422, pasted=pasted)


@router.get("/dons/{donation_id}/modifier", name="draft_lines")
async def lines_to_edit(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """Lines of a draft to correct (`voir`, `ligne`), or empty ones to add."""
    donation = await service.get(session, donation_id, principal)
    if donation.status is not DonationStatus.DRAFT:
        return redirect(path("donation", donation_id=donation_id))
    asked, drafts = request.query_params, DraftRepository.from_session(session)
    there: Sequence[DraftLine] = []
    if asked.get("ligne"):
        there = await drafts.some(donors_of(principal), donation_id, ids_in([asked["ligne"]]))
    elif asked.get("voir") in VERDICTS:
        found = await drafts.listing(
            donors_of(principal), donation_id, verdicts=VERDICTS[asked["voir"]], part=Part(AT_ONCE)
        )
        there = found.rows
    elif added := ids_in([asked.get("ajout", "")]):
        there = await drafts.some(
            donors_of(principal), donation_id, [uuid5(added[0], str(n)) for n in range(1, MOST_LINES + 1)]
        )
    else:
        return redirect(path("draft_lines", donation_id=donation_id, ajout=uuid7()))
    # Lines to add have ids that the address makes: saved twice, or seen again on the way back, they are the same lines.
    values: Values = {"don": asked.get("ajout", str(donation_id))}
    for n, one in enumerate(there, 1):
        shown = shown_values(one.line)
        values |= {f"id-{n}": str(one.id), f"shown-{n}": shown_mark(shown)}
        values |= {f"{name}-{n}": text for name, text in shown.items()}
    return await _edited(request, principal, session, donation_id, Form(values), len(there) or FIRST_LINES)


@router.post("/dons/{donation_id}/modifier", name="draft_lines", openapi_extra=body_limit(MIB))
async def save(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form, count, _id = await form_of_lines(request)
    donation = await service.get(session, donation_id, principal)
    if donation.status is not DonationStatus.DRAFT:
        flash(request, _("Ce don est déjà envoyé : ses lignes ne changent plus."), "stop")
        return redirect(path("donation", donation_id=donation_id))
    if (more := lines_to_show_again(form, count)) is not None:
        return await _edited(request, principal, session, donation_id, form, more)
    # Who saves at the same moment waits here, and is compared with what this one has written.
    await service.get_for_update(session, donation_id, principal, Step.EDIT)
    ids = ids_in([str(form.values.get(f"id-{n}", "")) for n in range(1, count + 1)])
    known = {
        one.id: one for one in await DraftRepository.from_session(session).some(donors_of(principal), donation_id, ids)
    }
    pasted = await pasted_in(request, form, await corrections_for(session, principal, form, donation.donor_id))
    if form.values.get("action") in (LOOK, FORGET):
        status = _status(form)
        return await _edited(request, principal, session, donation_id, form, count, status=status, pasted=pasted)
    lines = written_lines(form, count, known, donation_id, pasted)
    if form.errors:
        return await _edited(request, principal, session, donation_id, form, count, status=422, pasted=pasted)
    remove = [
        id_
        for n in range(1, count + 1)
        if form.values.get(f"remove-{n}") and not form.values.get(f"theirs-{n}")
        for id_ in ids_in([str(form.values.get(f"id-{n}", ""))])
    ]
    async with attempt(request, form, TooManyDevices, DonationNotInState):
        await drafting.save_lines(
            session, donation_id, [(id_, line) for id_, line in lines if id_ not in remove], principal, remove=remove
        )
        await remember(session, donation.donor_id, pasted)
        told_of_columns(request, pasted)
        counts = await DraftRepository.from_session(session).counts(donors_of(principal), donation_id)
        told = ngettext("%(num)s ligne enregistrée.", "%(num)s lignes enregistrées.", len(lines)) % {
            "num": number(len(lines))
        }
        left = ngettext("Il en reste %(num)s à revoir.", "Il en reste %(num)s à revoir.", counts.to_see) % {
            "num": number(counts.to_see)
        }
        flash(request, f"{told} {left}" if counts.to_see else told)
        return redirect(path("donation", donation_id=donation_id))
    return await _edited(request, principal, session, donation_id, form, count, status=422, pasted=pasted)


@router.post("/dons/{donation_id}/supprimer", name="discard_draft")
async def discard(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    gone = await drafting.discard(session, donation_id, principal)
    flash(request, _("Le brouillon %(reference)s est supprimé.") % {"reference": gone.reference})
    return redirect(path("donations"))


async def show(
    request: Request,
    session: ReadSession,
    donation_id: UUID,
    principal: Principal,
    *,
    status: int = 200,
    file_form: Form[Any] | None = None,
) -> Response:
    """A draft: what would be sent, what would not and why."""
    donation = await service.get(session, donation_id, principal)
    drafts = DraftRepository.from_session(session)
    place = await WordsRepository.from_session(session).place(donors_of(principal), donation_id)
    donor = await DonorRepository.from_session(session).get(donors_of(principal), donation.donor_id)
    view = LINES.read(request)
    counts = await drafts.counts(donors_of(principal), donation_id)
    found = await drafts.listing(
        donors_of(principal), donation_id, verdicts=VERDICTS.get(view["voir"], ()), part=view.part
    )
    return page(
        request,
        "screens/templates/drafts/draft.html",
        principal=principal,
        status=status,
        donation=donation,
        counts=counts,
        view=view.fill(found.rows, found),
        elsewhere=await drafts.elsewhere(donors_of(principal), donation.donor_id, donation_id),
        remarks_of=flag_sentences,
        file_form=file_form or Form(),
        place=place,
        place_form=Form({name: str(value or "") for name, value in place.model_dump().items()}),
        sites={str(site.id): f"{site.label}, {site.postcode} {site.city}" for site in donor.sites} if donor else {},
        can={"place": True},
        attachments=await attachments.of_donation(session, donation_id, principal),
        attachment_bytes=attachments.MOST_BYTES,
        kind_words=WORDS,
    )


async def _edited(
    request: Request,
    principal: Principal,
    session: ReadSession,
    donation_id: UUID,
    form: Form[Any],
    count: int,
    *,
    status: int = 200,
    pasted: Pasted | None = None,
) -> Response:
    ids = ids_in([str(form.values.get(f"id-{n}", "")) for n in range(1, count + 1)])
    there = await DraftRepository.from_session(session).some(donors_of(principal), donation_id, ids)
    return page(
        request,
        "screens/templates/drafts/lines.html",
        principal=principal,
        status=status,
        donation=await service.get(session, donation_id, principal),
        known={str(one.id): one.line for one in there},
        **await columns_shown(form, pasted),
        **fields_of(form, count),
    )


async def _new(
    request: Request,
    principal: Principal,
    session: ReadSession,
    form: Form[Any],
    count: int,
    *,
    status: int = 200,
    pasted: Pasted | None = None,
) -> Response:
    return page(
        request,
        "screens/templates/drafts/lines.html",
        principal=principal,
        status=status,
        donation=None,
        known={},
        **await columns_shown(form, pasted),
        donors=await donors_to_choose(
            session, principal, str(form.values.get("donateur_q", "")), str(form.values.get("donor_id", ""))
        ),
        **fields_of(form, count),
    )


def _status(form: Form[Any]) -> int:
    """Of a form whose columns were asked for; what is forgotten stays forgotten, whatever is guessed instead."""
    return 422 if form.errors and form.values.get("action") != FORGET else 200
