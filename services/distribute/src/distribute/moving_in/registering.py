"""Register the Relais of a network that moves in, with their agreements."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncSession
from filiere.geography import UnknownTerritory, departement_of_postcode
from filiere.identifiers import IdentifierError, normalise_siret
from filiere.movein.ids import carried_id
from filiere.movein.wire import CarriedRelais, Refused
from filiere.web import Principal
from pydantic import ValidationError

from distribute.moving_in.repository import MovingInRepository
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import RelaisIn
from distribute.relais.structure import OBJECT

_FACTS = ("name", "legal_form", "siret", "address", "postcode", "city", "publics", "people_supported", "may_sell")


async def register(
    session: AsyncSession, principal: Principal, source: str, said: Sequence[CarriedRelais]
) -> tuple[dict[str, UUID], int, list[Refused]]:
    """(ids by old name, how many are new, what was refused). One of a SIRET that is registered already is that one."""
    checked = [(one, _checked(one)) for one in said]
    refused = [Refused(key=one.key, sentence=found) for one, found in checked if isinstance(found, str)]
    good = [(one, found) for one, found in checked if not isinstance(found, str)]
    repository = RelaisRepository.from_session(session)
    moving = MovingInRepository.from_session(session)
    sirets = dict(await moving.siret_of([found.siret for _, found in good if found.siret]))
    ids: dict[str, UUID] = {}
    made = 0
    for one, found in good:
        id_ = sirets.get(found.siret or "") or carried_id(source, "relais", one.key)
        territory = departement_of_postcode(found.postcode).code
        if await repository.add(found, found.siret, territory, one.signed_on or today(), id_) is not None:
            made += 1
            if found.siret:
                sirets[found.siret] = id_
        ids[one.key] = id_
    await _sign(session, principal, source, {ids[one.key]: one for one, _ in good if one.signed_on is not None})
    return ids, made, refused


async def _sign(session: AsyncSession, principal: Principal, source: str, said: Mapping[UUID, CarriedRelais]) -> None:
    """Agreements of before, of Relais that never had one here: one that was ended since stays ended."""
    repository = RelaisRepository.from_session(session)
    for id_ in sorted(said):
        await repository.lock_agreement(id_)
    had = await MovingInRepository.from_session(session).ever_signed(list(said))
    notes = []
    for id_, one in said.items():
        if id_ not in had and one.signed_on is not None:
            await repository.sign(id_, one.signed_on, one.signed_by or "Repris sans signataire")
            notes.append(journal.Note(OBJECT, id_, "agreement-moved-in", {"source": source}))
    await journal.note_all(session, principal, notes)


def _checked(one: CarriedRelais) -> RelaisIn | str:
    """Its facts as ours, or why they are not."""
    try:
        siret = normalise_siret(one.siret) if one.siret else None
        departement_of_postcode(one.postcode)
        return RelaisIn.model_validate({name: getattr(one, name) for name in _FACTS} | {"siret": siret})
    except (IdentifierError, UnknownTerritory) as error:
        return str(error)
    except ValidationError as error:
        return f"« {error.errors()[0]['loc'][0]} » n'est pas une valeur connue."
