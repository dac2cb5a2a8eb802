"""The page of an organisation's keys: made, renewed and revoked by its people; the coordination has keys of its own.

The coordination sees and revokes an organisation's keys, and makes none: whoever has made a key can act as its
organisation. A secret is in the answer to its form and nowhere else: neither in an address, nor in a cookie.
"""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from starlette.requests import Request
from starlette.responses import Response

from filiere.identifiers import uuid7
from filiere.keys import KeyScope
from filiere.keys.repository import KeyRepository
from filiere.roles import Role
from filiere.service import Service
from filiere.web import key_making
from filiere.web.access import allow
from filiere.web.addresses import path
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Day
from filiere.web.errors import Conflict, NotFound
from filiere.web.forms import Form, read_form
from filiere.web.i18n import gettext as _
from filiere.web.invitations import name_of
from filiere.web.journal import journal_of
from filiere.web.pages import flash, page, redirect
from filiere.web.principal import Principal
from filiere.web.routers import API_PREFIX, page_router
from filiere.web.sessions import ReadSession, WriteSession, attempt

SHOWN = 50
OVERLAPS = {"0": "Tout de suite", "1": "Dans un jour", "7": "Dans sept jours", "30": "Dans trente jours"}


class NoSuchKeys(NotFound):
    title = "Cette organisation n'existe pas, ou n'est pas la vôtre."


class NotYoursToMake(Conflict):
    title = "Une clé agit au nom de l'organisation : seules ses personnes en font. Vous pouvez la révoquer."


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MakeKey(_In):
    id: UUID
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=20)]
    until: Day | None = None

    @field_validator("name")
    @classmethod
    def printable(cls, name: str) -> str:
        """It stands in journals."""
        if not name.isprintable():
            raise ValueError(_("Écrivez un nom sans caractère invisible."))
        return name


class RenewKey(_In):
    overlap: Literal["0", "1", "7", "30"] = "7"
    until: Day | None = None


def key_router(service: Service) -> APIRouter:
    """The pages of a service that gives keys."""
    router = page_router("/cles")
    assert service.organisation_role is not None
    role = service.organisation_role
    known = {scope.name: scope for scope in service.key_scopes}

    def offered(organisation_id: UUID | None) -> dict[str, KeyScope]:
        return {name: one for name, one in known.items() if organisation_id is None or not one.is_networks}

    Maker = Annotated[Principal, allow(role, Role.COORDINATOR)]  # noqa: N806 - a type

    @router.get("/{owner}", name="keys")
    async def listing(request: Request, owner: str, principal: Maker, session: ReadSession) -> Response:
        return await show(request, session, owner, principal, Form())

    @router.post("/{owner}", name="keys")
    async def make(request: Request, owner: str, principal: Maker, session: WriteSession) -> Response:
        organisation_id, _name = await checked(session, owner, principal)
        if not may_make(principal, organisation_id):
            raise NotYoursToMake
        form = await read_form(request, MakeKey, lists=("scopes",))
        if form.is_valid and not set(form.data.scopes) <= offered(organisation_id).keys():
            form.errors["scopes"] = _("Choisissez dans la liste.")
        if form.is_valid:
            wanted = key_making.Wanted(form.data.id, form.data.name, sorted(set(form.data.scopes)), form.data.until)
            async with attempt(
                request, form, key_making.TooManyKeys, key_making.EndsInThePast, key_making.AlreadyShown
            ):
                secret = await key_making.make(session, service, principal, organisation_id, wanted)
                return told(request, owner, principal, wanted.name, secret)
        return await show(request, session, owner, principal, form, 422)

    @router.post("/{owner}/{key_id}/renouveler", name="renew_key")
    async def renew(request: Request, owner: str, key_id: UUID, principal: Maker, session: WriteSession) -> Response:
        organisation_id, _name = await checked(session, owner, principal)
        if not may_make(principal, organisation_id):
            raise NotYoursToMake
        form = await read_form(request, RenewKey)
        if form.is_valid:
            overlap = timedelta(days=int(form.data.overlap))
            async with attempt(request, form, key_making.KeyIsOver, key_making.EndsInThePast):
                key, secret = await key_making.renew(
                    session, service, principal, organisation_id, key_id, overlap, form.data.until
                )
                app_state(request).forget_key(key_id)
                return told(request, owner, principal, key.name, secret, overlap.days)
        flash(request, form.first_error, "stop")
        return redirect(path("keys", owner=owner))

    @router.post("/{owner}/{key_id}/revoquer", name="revoke_key")
    async def revoke(request: Request, owner: str, key_id: UUID, principal: Maker, session: WriteSession) -> Response:
        organisation_id, _name = await checked(session, owner, principal)
        key = await key_making.revoke(session, service, principal, organisation_id, key_id)
        app_state(request).forget_key(key_id)
        flash(request, _("La clé « %(name)s » est révoquée : elle n'ouvre plus rien.") % {"name": key.name})
        return redirect(path("keys", owner=owner))

    async def show(
        request: Request,
        session: ReadSession,
        owner: str,
        principal: Principal,
        form: Form[MakeKey],
        status: int = 200,
    ) -> Response:
        organisation_id, name = await checked(session, owner, principal)
        keys = await KeyRepository.from_session(session).of(organisation_id, SHOWN)
        return page(
            request,
            "keys.html",
            principal=principal,
            status=status,
            owner=owner,
            name=name,
            keys=[key for key in keys if not key.is_over],
            ended=[key for key in keys if key.is_over],
            scopes=offered(organisation_id),
            overlaps=OVERLAPS,
            form=form,
            new_id=uuid7(),
            can_make=may_make(principal, organisation_id),
            # An organisation's journal is on its own page.
            journal=await journal_of(request, session, *key_making.journal_at(service, None), key_making.said)
            if organisation_id is None
            else None,
        )

    def told(
        request: Request, owner: str, principal: Principal, name: str, secret: str, overlap: int | None = None
    ) -> Response:
        """The one page that shows a secret: no cache keeps it."""
        answer = page(
            request,
            "key_made.html",
            principal=principal,
            owner=owner,
            name=name,
            secret=secret,
            overlap=overlap,
            api=f"{app_state(request).settings.public_url.rstrip('/')}{API_PREFIX}",
        )
        answer.headers["cache-control"] = "no-store"
        return answer

    def may_make(principal: Principal, organisation_id: UUID | None) -> bool:
        return organisation_id is None or organisation_id in principal.organisations(role)

    async def checked(session: ReadSession, owner: str, principal: Principal) -> tuple[UUID | None, str]:
        """(organisation, its name); (None, "") for the coordination. Raises NoSuchKeys, for somebody else's too."""
        if owner == key_making.OWN and principal.is_coordinator:
            return None, ""
        organisation_id = _uuid(owner)
        if organisation_id is None or not principal.may_act_for(role, organisation_id):
            raise NoSuchKeys
        name = await name_of(session, service, organisation_id)
        if name is None:
            raise NoSuchKeys
        return organisation_id, name

    return router


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
