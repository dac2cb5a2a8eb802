"""A file that becomes a draft or goes into one, and the lines that wait for correction as a file."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from filiere.web import (
    Form,
    Principal,
    Role,
    StreamSession,
    WriteSession,
    allow,
    attempt,
    flash,
    ngettext,
    page_router,
    path,
    redirect,
    sheet_response,
    told,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.bounded_types import bounded_count
from filiere.web.formats import number
from filiere.web.request_limits import UPLOAD, body_limit

from collect.donations import service
from collect.donations.draft_repository import DraftRepository
from collect.donations.errors import DonationNotInState, TooManyDevices
from collect.donations.faulty_rows import faulty_rows_csv
from collect.donations.lines_download import OF_A_DRAFT, draft_rows
from collect.donations.status import DonationStatus
from collect.imports import service as imports
from collect.imports.api import OwnSettings
from collect.imports.correction import corrections_of
from collect.imports.errors import AnotherDonor, UnreadableFile
from collect.imports.schemas import DraftedOut, ImportProgress
from collect.imports.several import as_one, files_in
from collect.imports.uploads import taken_up
from collect.screens.draft_form import ids_in
from collect.screens.drafts import LINES, VERDICTS, show
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
_LAST_ROW = 1_000_000_000


@router.get("/dons/{donation_id}/a-revoir.csv", name="draft_faulty_csv")
async def faulty(donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """The lines that are not accepted, as they were written, to correct and send back."""
    donation = await service.get(session, donation_id, principal)
    return faulty_rows_csv(
        donation.reference, DraftRepository.from_session(session).stopped(donors_of(principal), donation_id)
    )


@router.get("/dons/{donation_id}/brouillon.csv", name="draft_lines_csv")
async def lines(request: Request, donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """A draft's lines with their verdicts as a spreadsheet, under the page's filter; it may come back."""
    donation = await service.get(session, donation_id, principal)
    view = LINES.read(request)
    found = DraftRepository.from_session(session).each(
        donors_of(principal), donation_id, verdicts=VERDICTS.get(view["voir"], ())
    )
    name = f"don-{donation.reference}-brouillon.csv"
    return sheet_response(name, OF_A_DRAFT, draft_rows(found, donation.status), view, spoken=True)


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
    chosen, earlier = ids_in([str(submitted.get("don") or "")]), ids_in([str(submitted.get("fichier") or "")])
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
