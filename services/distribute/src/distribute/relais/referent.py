"""The person to telephone, on both sides: what concerns one Relais is settled with one call."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal
from filiere.web.bounded_types import Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from distribute.relais import service
from distribute.relais.referent_repository import ReferentRepository
from distribute.tenancy import relais_of

OBJECT = "relais"  # of the journal
DIGITS = "0123456789"
FEWEST_DIGITS, MOST_DIGITS = 4, 15  # E.164 has fifteen at most; a switchboard may have few


class Side(StrEnum):
    """Whose person it is."""

    NETWORK = "network"
    RELAIS = "relais"


class ReferentIn(BaseModel):
    """Somebody at work, by the number of their work; both left empty name nobody any more."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] = ""
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30, pattern=r"^[+0-9 .()/-]*$")] = ""

    @model_validator(mode="after")
    def _both_or_none(self) -> "ReferentIn":
        if bool(self.name) != bool(self.phone):
            raise ValueError("Écrivez le nom et le téléphone, ou ni l'un ni l'autre.")
        if self.phone and not FEWEST_DIGITS <= len(_digits(self.phone)) <= MOST_DIGITS:
            raise ValueError("Ce n'est pas un numéro de téléphone : vérifiez-le.")
        return self


class ReferentOut(BaseModel):
    """Whom to telephone."""

    name: str
    phone: str

    @property
    def dialled(self) -> str:
        """What a telephone dials: behind a country's code, its own zero is left out."""
        if self.phone.startswith("+"):
            return "+" + _digits(self.phone.replace("(0)", ""))
        return _digits(self.phone)


class ReferentsOut(BaseModel):
    """Whom a Relais telephones, and whom the coordination does."""

    network: ReferentOut | None = Field(None, description="Of the coordination, for this Relais.")
    relais: ReferentOut | None = Field(None, description="Of the Relais.")


NONE = ReferentsOut()


async def of_one(session: AsyncReadSession | AsyncSession, principal: Principal, relais_id: UUID) -> ReferentsOut:
    """Seen by the two sides alone. Raises RelaisNotFound."""
    relais = await service.get(session, principal, relais_id)
    return (await of_each(session, principal, [relais.id])).get(relais.id, NONE)


async def of_each(
    session: AsyncReadSession | AsyncSession, principal: Principal, relais_ids: Collection[UUID]
) -> Mapping[UUID, ReferentsOut]:
    """Those of the Relais that the caller may see; a Relais that has none is left out."""
    rows = await ReferentRepository.from_session(session).of(relais_of(principal), relais_ids)
    found: dict[UUID, dict[str, ReferentOut]] = {}
    for row in rows:
        found.setdefault(row.relais_id, {})[row.side] = ReferentOut(name=row.name, phone=row.phone)
    return {relais_id: ReferentsOut.model_validate(sides) for relais_id, sides in found.items()}


async def name_for_network(
    session: AsyncSession, principal: Principal, relais_id: UUID, said: ReferentIn
) -> ReferentsOut:
    """Whom this Relais telephones at the coordination, from now on. Raises RelaisNotFound."""
    await service.get(session, principal, relais_id)
    return await _name(session, principal, relais_id, Side.NETWORK, said)


async def name_for_relais(
    session: AsyncSession, principal: Principal, relais_id: UUID, said: ReferentIn
) -> ReferentsOut:
    """Whom the coordination telephones at this Relais, from now on. Raises RelaisNotFound."""
    await service.own(session, principal, relais_id)
    return await _name(session, principal, relais_id, Side.RELAIS, said)


async def _name(
    session: AsyncSession, principal: Principal, relais_id: UUID, side: Side, said: ReferentIn
) -> ReferentsOut:
    repository = ReferentRepository.from_session(session)
    if said.name:
        await repository.name(relais_id, side, said.name, said.phone)
    else:
        await repository.forget(relais_id, side)
    # Who it is stands where it is changed and goes with it: the journal would keep it.
    await journal.note(
        session, principal, OBJECT, relais_id, "referent-named", {"side": side.value, "named": bool(said.name)}
    )
    return await of_one(session, principal, relais_id)


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one in DIGITS)
