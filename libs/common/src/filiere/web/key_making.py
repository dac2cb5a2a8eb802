"""Make, renew and revoke keys: what the page of keys does, in the transaction of its caller."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from filiere import journal
from filiere.calendar import start_of, today
from filiere.database import AsyncSession
from filiere.keys.repository import Key, KeyRepository
from filiere.keys.secret import SHOWN, hash_of, new_secret
from filiere.roles import Role
from filiere.service import Service
from filiere.web.errors import Conflict, FieldError, NotFound, Unprocessable
from filiere.web.i18n import gettext as _
from filiere.web.principal import Principal

OWN = "coordination"
"""In addresses and in the journal, in place of an organisation's id."""
MOST = 20
"""Keys of one organisation that open something."""


class KeyNotFound(NotFound):
    title = "Cette clé n'existe pas, ou n'est pas la vôtre."


class TooManyKeys(Conflict):
    title = "Vingt clés servent déjà : révoquez celles qui ne servent plus."


class KeyIsOver(Conflict):
    title = "Cette clé n'ouvre plus rien : faites-en une autre."


class AlreadyShown(Conflict):
    title = "Cette clé est déjà faite, et son secret n'est montré qu'une fois. S'il est perdu, renouvelez-la."


class EndsInThePast(Unprocessable):
    title = "Choisissez un jour à venir."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("until", self.title)])


class Wanted(NamedTuple):
    """A key as it is asked for; `id` is made with the form, so that the form sent twice makes one."""

    id: UUID
    name: str
    scopes: Sequence[str]
    until: date | None


async def make(
    session: AsyncSession, service: Service, principal: Principal, organisation_id: UUID | None, wanted: Wanted
) -> str:
    """A key of an organisation, or of the coordination; its secret, which nobody is told again.

    Raises TooManyKeys, AlreadyShown, EndsInThePast. The caller acts for the organisation.
    """
    keys = KeyRepository.from_session(session)
    open_now = await keys.lock_of(organisation_id)
    role = Role.COORDINATOR if organisation_id is None else service.organisation_role
    assert role is not None
    by = (principal.subject, principal.name)
    made = await keys.make(
        organisation_id, wanted.id, role.value, wanted.name, wanted.scopes, by, _end_of(wanted.until)
    )
    if not made:
        raise AlreadyShown
    if open_now >= MOST:
        raise TooManyKeys
    await _noted(session, service, principal, organisation_id, "key-made", wanted.name)
    return await _add_secret(keys, wanted.id)


async def renew(
    session: AsyncSession,
    service: Service,
    principal: Principal,
    organisation_id: UUID | None,
    key_id: UUID,
    overlap: timedelta,
    until: date | None,
) -> tuple[Key, str]:
    """A new secret for a key; the one before opens for the overlap still. The key, and the secret.

    Raises KeyNotFound, KeyIsOver, EndsInThePast.
    """
    keys = KeyRepository.from_session(session)
    found = await _get(keys, organisation_id, key_id)
    if found.is_over:
        raise KeyIsOver
    await keys.expire(key_id, _end_of(until))
    await keys.end_secrets(key_id, overlap)
    await _noted(session, service, principal, organisation_id, "key-renewed", found.name)
    return found, await _add_secret(keys, key_id)


async def revoke(
    session: AsyncSession, service: Service, principal: Principal, organisation_id: UUID | None, key_id: UUID
) -> Key:
    """Let a key open nothing any more; once or twice. Raises KeyNotFound."""
    keys = KeyRepository.from_session(session)
    found = await _get(keys, organisation_id, key_id)
    if found.revoked_at is None:
        await keys.revoke(key_id, principal.name)
        await _noted(session, service, principal, organisation_id, "key-revoked", found.name)
    return found


async def _get(keys: KeyRepository, organisation_id: UUID | None, key_id: UUID) -> Key:
    found = await keys.get_for_update(organisation_id, key_id)
    if found is None:
        raise KeyNotFound
    return found


async def _add_secret(keys: KeyRepository, key_id: UUID) -> str:
    secret = new_secret()
    await keys.add_secret(key_id, hash_of(secret), secret[:SHOWN])
    return secret


def _end_of(until: date | None) -> datetime | None:
    """A key opens until the end of its last day."""
    if until is None:
        return None
    if until < today():
        raise EndsInThePast
    return start_of(until + timedelta(days=1))


async def _noted(
    session: AsyncSession, service: Service, principal: Principal, organisation_id: UUID | None, verb: str, name: str
) -> None:
    object_, object_id = journal_at(service, organisation_id)
    await journal.note(session, principal, object_, object_id, verb, {"key": name})


def journal_at(service: Service, organisation_id: UUID | None) -> tuple[str, UUID]:
    """Whose journal tells of keys: the organisation's; the coordination, which is no object, has one of its own."""
    return (OWN, UUID(int=0)) if organisation_id is None else (service.organisation_table, organisation_id)


def said(entry: journal.Entry) -> str:
    """What was done to a key, in the language of the page."""
    key = {"key": entry.details["key"]}
    match entry.verb:
        case "key-made":
            return _("Clé faite pour un outil : %(key)s") % key
        case "key-renewed":
            return _("Clé renouvelée : %(key)s") % key
        case "key-revoked":
            return _("Clé révoquée : %(key)s") % key
    return entry.verb
