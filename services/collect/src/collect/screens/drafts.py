"""Pages of a declaration until it is sent: its lines written, pasted, corrected, sent or thrown away."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Request, Response
from filiere.calendar import today
from filiere.catalogue import Category
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
    StreamSession,
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
    told,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.bounded_types import bounded_count
from filiere.web.formats import number
from filiere.web.request_limits import MIB, UPLOAD, body_limit
from filiere.web.validation import field_errors
from pydantic import ValidationError

from collect.attachments import service as attachments
from collect.donations import drafting, service
from collect.donations.draft_repository import DraftLine, DraftRepository
from collect.donations.errors import DonationNotFound, DonationNotInState, TooManyDevices
from collect.donations.faulty_rows import faulty_rows_csv, written
from collect.donations.limits import MAX_DEVICES, MAX_QUANTITY
from collect.donations.schemas import LineIn
from collect.donations.status import DonationStatus, Step
from collect.donations.words_repository import WordsRepository
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import JudgedLine
from collect.eligibility.lines import flag_sentences
from collect.imports import service as imports
from collect.imports.api import OwnSettings
from collect.imports.correction import corrections_of
from collect.imports.donor_field import donor_chosen, donors_to_choose
from collect.imports.errors import AnotherDonor, UnreadableFile
from collect.imports.pasted import pasted_lines
from collect.imports.reading import Unreadable
from collect.imports.schemas import DraftedOut, ImportProgress
from collect.imports.several import as_one, files_in
from collect.imports.uploads import taken_up
from collect.imports.values import typed
from collect.screens.meanwhile import is_meanwhile, shown_mark
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Values = dict[str, str]

FIRST_LINES = 3
MORE_LINES = 5
MOST_LINES = 60
AT_ONCE = 50
"""Lines to correct on one page."""
MOST_SERIALS = 200
_LAST_ROW = 1_000_000_000
LINE_FIELDS = (
    "category", "quantity", "manufacturer", "model", "serial", "asset_tag", "year", "ram_gb", "storage_gb",
)  # fmt: skip
# What a copied line does not take over: it is another device.
_ITS_OWN = ("serial", "asset_tag")
VERDICTS = {"a-revoir": ("refused", "error"), "acceptees": ("accepted",)}
LINES = Table(
    columns=(
        Column("position", "Ligne", is_number=True),
        Column("equipment", "Équipement"),
        Column("quantity", "Quantité", is_number=True),
        Column("serial", "N° de série"),
        Column("asset_tag", "N° d'inventaire"),
        Column("verdict", "Verdict"),
        Column("edit", "Corriger"),
    ),
    filters=(Choice("voir", "Montrer", {"a-revoir": "À revoir", "acceptees": "Acceptées"}),),
)


@router.get("/dons/nouveau/lignes", name="declare_lines")
async def by_hand(request: Request, principal: Donor, session: ReadSession) -> Response:
    """The form of a new declaration, whose id stands in the address: who comes back finds what it became."""
    asked, donor = _ids([request.query_params.get("don", "")]), request.query_params.get("donateur", "")
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
    form, count, donation_id = await _submitted(request)
    if form.values.get("action") == "donor":
        return await _new(request, principal, session, form, count)
    if (more := _not_yet(form, count)) is not None:
        return await _new(request, principal, session, form, more)
    donor_id = await donor_chosen(session, principal, form)
    lines = await _lines(form, count, {}, donation_id)
    if not lines and not form.errors:
        form.errors[""] = _("Décrivez au moins un équipement.")
    note = str(form.values.get("note", ""))
    if len(note) > 2000:
        form.errors["note"] = _("2000 caractères au plus.")
    if form.errors or donor_id is None:
        return await _new(request, principal, session, form, count, status=422)
    async with attempt(request, form, TooManyDevices, DonorNotFound):
        donation = await drafting.begin(session, donation_id, donor_id, principal)
        if donation.status is not DonationStatus.DRAFT:
            flash(request, _("Cette déclaration est déjà envoyée : elle n'est pas envoyée deux fois."), "info")
            return redirect(path("donation", donation_id=donation_id))
        await drafting.save_lines(session, donation_id, lines, principal, note=note or None)
        return redirect(path("donation", donation_id=donation_id))
    return await _new(request, principal, session, form, count, status=422)


@router.get("/dons/{donation_id}/modifier", name="draft_lines")
async def lines_to_edit(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """Lines of a draft to correct (`voir`, `ligne`), or empty ones to add."""
    donation = await service.get(session, donation_id, principal)
    if donation.status is not DonationStatus.DRAFT:
        return redirect(path("donation", donation_id=donation_id))
    asked, drafts = request.query_params, DraftRepository.from_session(session)
    there: Sequence[DraftLine] = []
    if asked.get("ligne"):
        there = await drafts.some(donors_of(principal), donation_id, _ids([asked["ligne"]]))
    elif asked.get("voir") in VERDICTS:
        found = await drafts.listing(
            donors_of(principal), donation_id, verdicts=VERDICTS[asked["voir"]], part=Part(AT_ONCE)
        )
        there = found.rows
    elif added := _ids([asked.get("ajout", "")]):
        there = await drafts.some(
            donors_of(principal), donation_id, [uuid5(added[0], str(n)) for n in range(1, MOST_LINES + 1)]
        )
    else:
        return redirect(path("draft_lines", donation_id=donation_id, ajout=uuid7()))
    # Lines to add have ids that the address makes: saved twice, or seen again on the way back, they are the same lines.
    values: Values = {"don": asked.get("ajout", str(donation_id))}
    for n, one in enumerate(there, 1):
        shown = _values(one.line)
        values |= {f"id-{n}": str(one.id), f"shown-{n}": shown_mark(shown)}
        values |= {f"{name}-{n}": text for name, text in shown.items()}
    return await _edited(request, principal, session, donation_id, Form(values), len(there) or FIRST_LINES)


@router.post("/dons/{donation_id}/modifier", name="draft_lines", openapi_extra=body_limit(MIB))
async def save(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form, count, _id = await _submitted(request)
    donation = await service.get(session, donation_id, principal)
    if donation.status is not DonationStatus.DRAFT:
        flash(request, _("Ce don est déjà envoyé : ses lignes ne changent plus."), "stop")
        return redirect(path("donation", donation_id=donation_id))
    if (more := _not_yet(form, count)) is not None:
        return await _edited(request, principal, session, donation_id, form, more)
    # Who saves at the same moment waits here, and is compared with what this one has written.
    await service.get_for_update(session, donation_id, principal, Step.EDIT)
    ids = _ids([str(form.values.get(f"id-{n}", "")) for n in range(1, count + 1)])
    known = {
        one.id: one for one in await DraftRepository.from_session(session).some(donors_of(principal), donation_id, ids)
    }
    lines = await _lines(form, count, known, donation_id)
    if form.errors:
        return await _edited(request, principal, session, donation_id, form, count, status=422)
    remove = [
        id_
        for n in range(1, count + 1)
        if form.values.get(f"remove-{n}") and not form.values.get(f"theirs-{n}")
        for id_ in _ids([str(form.values.get(f"id-{n}", ""))])
    ]
    async with attempt(request, form, TooManyDevices, DonationNotInState):
        await drafting.save_lines(
            session, donation_id, [(id_, line) for id_, line in lines if id_ not in remove], principal, remove=remove
        )
        counts = await DraftRepository.from_session(session).counts(donors_of(principal), donation_id)
        told = ngettext("%(num)s ligne enregistrée.", "%(num)s lignes enregistrées.", len(lines)) % {
            "num": number(len(lines))
        }
        left = ngettext("Il en reste %(num)s à revoir.", "Il en reste %(num)s à revoir.", counts.to_see) % {
            "num": number(counts.to_see)
        }
        flash(request, f"{told} {left}" if counts.to_see else told)
        return redirect(path("donation", donation_id=donation_id))
    return await _edited(request, principal, session, donation_id, form, count, status=422)


@router.post("/dons/{donation_id}/supprimer", name="discard_draft")
async def discard(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    gone = await drafting.discard(session, donation_id, principal)
    flash(request, _("Le brouillon %(reference)s est supprimé.") % {"reference": gone.reference})
    return redirect(path("donations"))


@router.get("/dons/{donation_id}/a-revoir.csv", name="draft_faulty_csv")
async def faulty(donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """The lines that are not accepted, as they were written, to correct and send back."""
    donation = await service.get(session, donation_id, principal)
    return faulty_rows_csv(
        donation.reference, DraftRepository.from_session(session).stopped(donors_of(principal), donation_id)
    )


@router.post("/dons/{donation_id}/fichier", name="merge_file", openapi_extra=body_limit(UPLOAD))
async def merge_file(
    request: Request, donation_id: UUID, principal: Donor, session: WriteSession, settings: OwnSettings
) -> Response:
    """A corrected or a further file goes into the same draft."""
    submitted = await request.form()
    files, form = files_in(submitted), Form[Any]()
    async with app_state(request).database.read() as brief:
        donation = await service.get(brief, donation_id, principal)
    if donation.status is not DonationStatus.DRAFT:
        flash(request, _("Ce don est déjà envoyé : ses lignes ne changent plus."), "stop")
        return redirect(path("donation", donation_id=donation_id))
    if not files:
        form.errors["file"] = _("Choisissez un fichier.")
        return await show(request, session, donation_id, principal, status=422, file_form=form)
    async with attempt(request, form, UnreadableFile, TooManyDevices):
        corrections = await corrections_of(app_state(request).database, donation.donor_id, principal)
        async with (
            as_one(files) as (content, name),
            taken_up(content, name, settings.import_max_rows, corrections) as arrived,
        ):
            found = await imports.take_in(session, arrived, donation.donor_id, principal)
        if isinstance(found, ImportProgress):
            return redirect(path("import", import_id=found.import_id))
        _told(request, await imports.merge(session, found.id, donation_id, principal))
        return redirect(path("donation", donation_id=donation_id))
    return await show(request, session, donation_id, principal, status=422, file_form=form)


@router.post("/imports/{import_id}/brouillon", name="draft_import")
async def draft_import(request: Request, import_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """The file becomes a draft, or goes into one (`don`), or into the one of an earlier file (`fichier`).

    It is there that a row (`ligne`) is corrected: a preview is what the file says, and reads it again at any time.
    """
    submitted = await request.form()
    chosen, earlier = _ids([str(submitted.get("don") or "")]), _ids([str(submitted.get("fichier") or "")])
    async with attempt(request, None, TooManyDevices, DonationNotInState, AnotherDonor) as tried:
        if earlier:
            chosen = [(await imports.draft(session, earlier[0], principal)).donation_id]
        if chosen:
            done = await imports.merge(session, import_id, chosen[0], principal)
            _told(request, done)
        else:
            done = await imports.draft(session, import_id, principal)
            if row := bounded_count(str(submitted.get("ligne") or ""), 0, _LAST_ROW):
                line = imports.line_id(import_id, row)
                return redirect(path("draft_lines", donation_id=done.donation_id, ligne=line))
            if submitted.get("corriger") and done.refused + done.errors:
                return redirect(path("draft_lines", donation_id=done.donation_id, voir="a-revoir"))
        return redirect(path("donation", donation_id=done.donation_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("import", import_id=import_id))


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
        elsewhere=await drafts.elsewhere(donors_of(principal), donation_id),
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


def _told(request: Request, done: DraftedOut) -> None:
    corrected = ngettext("%(num)s ligne corrigée", "%(num)s lignes corrigées", done.changed) % {
        "num": number(done.changed)
    }
    added = ngettext("%(num)s ajoutée", "%(num)s ajoutées", done.added) % {"num": number(done.added)}
    flash(request, f"{corrected}, {added}.")
    if done.passed_over:
        lines = ", ".join(str(line) for line in done.passed_over_lines)
        flash(
            request,
            ngettext(
                "%(num)s ligne du fichier n'est pas reprise : elle a changé ici depuis que le fichier a été écrit"
                " (ligne %(lines)s). Corrigez-la ici, ou téléchargez de nouveau les lignes à revoir.",
                "%(num)s lignes du fichier ne sont pas reprises : elles ont changé ici depuis que le fichier a été"
                " écrit (lignes %(lines)s). Corrigez-les ici, ou téléchargez de nouveau les lignes à revoir.",
                done.passed_over,
            )
            % {
                "num": number(done.passed_over),
                "lines": lines + ("…" if done.passed_over > len(done.passed_over_lines) else ""),
            },
            "info",
        )


def _ids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


async def _submitted(request: Request) -> tuple[Form[Any], int, UUID]:
    """(what was typed, how many lines it has, the declaration's id, which the form has had from the start)."""
    submitted = await request.form()
    values = {name: value.strip() for name, value in submitted.items() if isinstance(value, str)}
    ids = _ids([values.get("don", "")])
    return (
        Form(values),
        bounded_count(values.get("count", str(FIRST_LINES)), FIRST_LINES, MOST_LINES),
        (ids[0] if ids else uuid7()),
    )


def _not_yet(form: Form[Any], count: int) -> int | None:
    """How many lines to show again, when the form was sent to grow and not to be kept; a copy stands below its line."""
    action = str(form.values.get("action", ""))
    if action == "keep":
        return count
    if action == "more":
        return min(count + MORE_LINES, MOST_LINES)
    if not action.startswith("copy-") or not action.removeprefix("copy-").isdecimal():
        return None
    n, values = int(action.removeprefix("copy-")[:3]), dict(form.values)
    if not 1 <= n <= count or count >= MOST_LINES:
        return count
    names = (*LINE_FIELDS, "id", "remove", "shown", "theirs")
    for name in names:
        for place in range(count, n, -1):
            values[f"{name}-{place + 1}"] = values.get(f"{name}-{place}", "")
        values[f"{name}-{n + 1}"] = values.get(f"{name}-{n}", "") if name in LINE_FIELDS else ""
    for name in _ITS_OWN:
        values[f"{name}-{n + 1}"] = ""
    form.values = values
    return count + 1


async def _lines(
    form: Form[Any], count: int, known: Mapping[UUID, DraftLine], donation_id: UUID
) -> list[tuple[UUID, LineIn | JudgedLine]]:
    """The lines that the person changed, with their ids; what is wrong goes beside its field (`year-3`)."""
    lines: list[tuple[UUID, LineIn | JudgedLine]] = []
    for n in range(1, count + 1):
        given = {name: str(form.values.get(f"{name}-{n}", "")) for name in LINE_FIELDS}
        ids = _ids([str(form.values.get(f"id-{n}", ""))])
        id_ = ids[0] if ids else uuid5(donation_id, str(n))
        now = _values(known[id_].line) if id_ in known else None
        if now is None and not any(value for name, value in given.items() if name != "quantity"):
            continue
        serials = given["serial"].split() if "\n" in given["serial"] else [given["serial"]]
        if is_meanwhile(form, n, given, given | {"serial": serials[0]}, now):
            continue
        for place, serial in enumerate(serials[:MOST_SERIALS]):
            if given | {"serial": serial} == now:
                continue
            line = _line(form, n, given | {"serial": serial})
            if line is not None:
                lines.append((uuid5(id_, str(place)) if place else id_, line))
    if table := str(form.values.get("table", "")):
        try:
            rows = await asyncio.to_thread(pasted_lines, table, today())
        except Unreadable as error:
            form.errors["table"] = str(error)
        else:
            if not rows:
                form.errors["table"] = _("Ce tableau n'a aucune ligne sous ses titres.")
            lines += [(uuid5(donation_id, f"{table}\n{row.position}"), row) for row in rows]
    return lines


def _line(form: Form[Any], n: int, given: Values) -> LineIn | None:
    try:
        return LineIn.model_validate({name: typed(name, value) for name, value in given.items() if value})
    except ValidationError as error:
        for item in field_errors(error.errors()):
            name = item.field if item.field in LINE_FIELDS else "serial"
            form.errors.setdefault(f"{name}-{n}", item.message_fr)
    return None


def _values(line: JudgedLine) -> Values:
    """What a line's fields show: what was written where it could not be read."""
    values = {}
    for name in LINE_FIELDS:
        value = written(line, name)
        if name == "category":
            value = line.equipment.category.value if line.equipment.category else ""
        elif name in ("ram_gb", "storage_gb", "year") and getattr(line.equipment, name) is not None:
            value = f"{getattr(line.equipment, name):g}"
        values[name] = "" if value is None else str(value)
    return values


async def _edited(
    request: Request,
    principal: Principal,
    session: ReadSession,
    donation_id: UUID,
    form: Form[Any],
    count: int,
    *,
    status: int = 200,
) -> Response:
    ids = _ids([str(form.values.get(f"id-{n}", "")) for n in range(1, count + 1)])
    there = await DraftRepository.from_session(session).some(donors_of(principal), donation_id, ids)
    return page(
        request,
        "screens/templates/drafts/lines.html",
        principal=principal,
        status=status,
        donation=await service.get(session, donation_id, principal),
        known={str(one.id): one.line for one in there},
        **_form(form, count),
    )


async def _new(
    request: Request, principal: Principal, session: ReadSession, form: Form[Any], count: int, *, status: int = 200
) -> Response:
    return page(
        request,
        "screens/templates/drafts/lines.html",
        principal=principal,
        status=status,
        donation=None,
        known={},
        donors=await donors_to_choose(
            session, principal, str(form.values.get("donateur_q", "")), str(form.values.get("donor_id", ""))
        ),
        **_form(form, count),
    )


def _form(form: Form[Any], count: int) -> dict[str, Any]:
    values = dict(form.values)
    base = (_ids([str(values.get("don", ""))]) or [uuid7()])[0]
    taken = {values.get(f"id-{n}") for n in range(1, count + 1)}
    for n in range(1, count + 1):
        # A copied line stands where another had its place.
        made = str(uuid5(base, str(n)))
        values[f"id-{n}"] = values.get(f"id-{n}") or (str(uuid7()) if made in taken else made)
    form.values = values
    return {
        "form": form,
        "count": count,
        "most": MOST_LINES,
        "most_alike": MAX_QUANTITY,
        "most_devices": MAX_DEVICES,
        "categories": {category.value: _(category.label_fr).capitalize() for category in Category},
    }
