"""Mail, for those who read it (what they get) and for the coordination (what was sent, and what was not)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from filiere.database import AsyncReadSession
from filiere.mail import MailKind
from filiere.mail.linked import pieces
from filiere.mail.opened import OpenedLetter, open_letter
from filiere.mail.repository import MailRepository, MailRow, Reader
from filiere.roles import Role
from filiere.web.access import allow, public
from filiere.web.addresses import path
from filiere.web.app_state import app_state
from filiere.web.errors import Conflict, NotFound
from filiere.web.i18n import gettext as _
from filiere.web.i18n import told
from filiere.web.pages import flash, page, redirect
from filiere.web.person_repository import PersonRepository
from filiere.web.principal import Principal
from filiere.web.request_limits import KIB, body_limit
from filiere.web.routers import page_router
from filiere.web.sessions import ReadSession, StreamSession, UnitRoute, WriteSession
from filiere.web.sheet_export import sheet_response
from filiere.web.tables import Choice, Column, Search, Table

Anybody = Annotated[Principal, allow()]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

STATES = {"waiting": "En attente", "sent": "Parti", "failed": "Abandonné", "unwanted": "Refusé par son lecteur"}
# Of a letter opened here: its own styles and nothing else, in a frame of our page that may do nothing.
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class ReaderUnknown(NotFound):
    title = "Ce lien ne mène à aucun lecteur de courriels. Ouvrez celui de votre dernier courriel."


class NotGivenUp(Conflict):
    title = "Ce courriel n'est pas abandonné : il est parti, ou il attend encore."


class LetterElsewhere(NotFound):
    title = "Ce courriel ne s'ouvre pas ici : seul son lecteur l'a."


HEADER = ("Courriel", "Pour", "Écrit", "État", "Essais", "Panne", "Fini")


async def _rows(letters: AsyncIterator[MailRow], kinds: Mapping[str, MailKind]) -> AsyncIterator[tuple[object, ...]]:
    async for one in letters:
        label = told(kinds[one.kind].label) if one.kind in kinds else one.kind
        yield (label, one.address, one.created_at, told(STATES[one.state]), one.attempts, one.failure, one.ended_at)


def letters(kinds: Sequence[MailKind]) -> Table:
    """The list of what a service wrote."""
    return Table(
        columns=(
            Column("kind", "Courriel"),
            Column("address", "Pour"),
            Column("created_at", "Écrit"),
            Column("state", "État", sheet=("État", "Essais", "Panne", "Fini")),
            Column("actions", "Agir", sheet=("",)),
        ),
        filters=(
            Search("q", "Adresse"),
            Choice("sujet", "Courriel", {kind.name: kind.label for kind in kinds}),
            Choice("etat", "État", STATES),
        ),
        always=("Courriel", "Écrit"),
    )


def mail_router(kinds: Sequence[MailKind]) -> APIRouter:
    """The pages of a service that writes letters."""
    router, table = page_router("/courriels"), letters(kinds)
    by_name = {kind.name: kind for kind in kinds}

    @router.get("", name="mails")
    async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
        view = table.read(request)
        found = await MailRepository.from_session(session).listing(view["etat"], view.part, view["sujet"], view.q)
        view = view.fill(found.rows, found)
        opens = _folder(request) is not None
        return page(request, "mails.html", principal=principal, view=view, kinds=by_name, states=STATES, opens=opens)

    @router.get("/liste.csv", name="mails_csv")
    async def export(request: Request, principal: Coordinator, session: StreamSession) -> Response:
        """What was written as a spreadsheet, under the page's filters."""
        view = table.read(request)
        found = MailRepository.from_session(session).each(view["etat"], view["sujet"], view.q)
        return sheet_response("courriels.csv", HEADER, _rows(found, by_name), view, spoken=True)

    @router.post("/{mail_id}/reessayer", name="mail_again")
    async def again(mail_id: UUID, request: Request, principal: Coordinator, session: WriteSession) -> Response:
        if not await MailRepository.from_session(session).again(mail_id):
            raise NotGivenUp
        flash(request, _("Le courriel part à nouveau."))
        return redirect(path("mails"))

    @router.get("/preferences", name="mail_preferences")
    async def preferences(request: Request, principal: Anybody, session: WriteSession) -> Response:
        """A person's own choices; their address is the one that the identity provider tells."""
        address = await PersonRepository.from_session(session).address_of(principal.subject)
        if address is None:
            return page(request, "mail_choices.html", principal=principal, reader=None, kinds=[])
        mails = MailRepository.from_session(session)
        return redirect(path("mail_choices", reader_id=await mails.reader_of(address)))

    @router.get("/{mail_id}", name="mail")
    async def opened(mail_id: UUID, request: Request, principal: Coordinator) -> Response:
        """One letter, where letters are files: they reached nobody else."""
        letter = await _opened(request, mail_id)
        words = pieces(letter.text, [app_state(request).settings.public_url])
        return page(
            request,
            "mail.html",
            principal=principal,
            letter=letter,
            mail_id=mail_id,
            written=parsedate_to_datetime(letter.written),
            words=words,
            links=list(dict.fromkeys(one.text for one in words if one.is_link)),
        )

    @router.get("/{mail_id}/page", name="mail_as_page")
    async def as_page(mail_id: UUID, request: Request, principal: Coordinator) -> Response:
        """The letter as a mail program draws it, for the frame of its page."""
        letter = await _opened(request, mail_id)
        headers = {"content-security-policy": LETTER_POLICY, "x-frame-options": "SAMEORIGIN"}
        return HTMLResponse(letter.html, headers=headers)

    # Whoever has the link reads mail at that address: it stands in each letter, and nowhere else.
    @router.get("/choix/{reader_id}", name="mail_choices", dependencies=[public()])
    async def choices(request: Request, reader_id: UUID, session: ReadSession) -> Response:
        reader = await _reader(session, reader_id)
        kinds = await _for(request, session, reader)
        return page(request, "mail_choices.html", reader=reader, kinds=kinds)

    @router.post("/choix/{reader_id}", name="mail_choices", dependencies=[public()], openapi_extra=body_limit(4 * KIB))
    async def choose(request: Request, reader_id: UUID, session: WriteSession) -> Response:
        reader = await _reader(session, reader_id)
        kinds = await _for(request, session, reader)
        form = await request.form()
        wanted = set() if "rien" in form else {str(kind) for kind in form.getlist("kind")}
        # What this page does not show stays as it was.
        shown = {kind.name for kind in kinds}
        off = (reader.switched_off - shown) | (shown - wanted)
        await MailRepository.from_session(session).choose(reader_id, sorted(off))
        flash(request, _("C'est noté.") if wanted else _("C'est noté : vous ne recevrez plus ces courriels."))
        return redirect(path("mail_choices", reader_id=reader_id))

    return router


def one_click_router() -> APIRouter:
    """What the « se désabonner » of a mail program asks for (RFC 8058): it has no session, hence no token of a form."""
    router = APIRouter(route_class=UnitRoute, include_in_schema=False)

    @router.get("/courriels/arret/{reader_id}/{kind}", name="mail_stop", dependencies=[public()])
    async def asked(reader_id: UUID, kind: str) -> Response:
        """A person who opens the address: nothing is done by looking."""
        return redirect(path("mail_choices", reader_id=reader_id))

    @router.post(
        "/courriels/arret/{reader_id}/{kind}", name="mail_stop", dependencies=[public()], openapi_extra=body_limit(KIB)
    )
    async def stop(request: Request, reader_id: UUID, kind: str, session: WriteSession) -> Response:
        known = {one.name for one in app_state(request).service.mails if one.can_be_off}
        if kind not in known or not await MailRepository.from_session(session).switch_off(reader_id, kind):
            raise ReaderUnknown
        return Response(status_code=204)

    return router


def _folder(request: Request) -> Path | None:
    """Where letters become files; None where a server takes them."""
    settings = app_state(request).settings
    return None if settings.smtp_host else settings.mail_folder


async def _opened(request: Request, mail_id: UUID) -> OpenedLetter:
    folder = _folder(request)
    letter = await asyncio.to_thread(open_letter, folder, mail_id) if folder is not None else None
    if letter is None:
        raise LetterElsewhere
    return letter


async def _reader(session: AsyncReadSession, reader_id: UUID) -> Reader:
    reader = await MailRepository.from_session(session).reader(reader_id)
    if reader is None:
        raise ReaderUnknown
    return reader


async def _for(request: Request, session: AsyncReadSession, reader: Reader) -> Sequence[MailKind]:
    """What this reader may get; whoever has no account gets nothing that is for the coordination."""
    roles = await MailRepository.from_session(session).roles_of(reader.address)
    every = [kind for kind in app_state(request).service.mails if kind.can_be_off]
    return [
        kind for kind in every if kind.audience.value in roles or (not roles and kind.audience is not Role.COORDINATOR)
    ]
