"""What a structure's lead says of it: hours at once; publics, which weigh in the allocation, by the coordination."""

from uuid import UUID

from filiere import journal
from filiere.database import AsyncSession
from filiere.web import Principal

from distribute.relais import service
from distribute.relais.errors import AnsweredMeanwhile, SamePublics
from distribute.relais.schemas import AnswerPublicsIn, AskPublicsIn, HoursForm, RelaisOut
from distribute.relais.structure_repository import StructureRepository

OBJECT = "relais"  # of the journal


async def set_hours(session: AsyncSession, principal: Principal, relais_id: UUID, said: HoursForm) -> RelaisOut:
    """When it is open, from now on. Raises RelaisNotFound."""
    await service.own(session, principal, relais_id)
    await StructureRepository.from_session(session).set_hours(relais_id, said.kept)
    await journal.note(session, principal, OBJECT, relais_id, "hours", {"hours": said.kept})
    return await service.own(session, principal, relais_id)


async def ask_publics(session: AsyncSession, principal: Principal, relais_id: UUID, said: AskPublicsIn) -> None:
    """Ask for other publics; nothing weighs otherwise until the coordination says so.

    Raises RelaisNotFound, SamePublics.
    """
    relais = await service.own(session, principal, relais_id)
    if set(said.publics) == set(relais.publics):
        raise SamePublics
    publics = sorted(set(said.publics))
    await StructureRepository.from_session(session).ask(relais_id, publics, said.why)
    await journal.note(session, principal, OBJECT, relais_id, "publics-asked", {"publics": publics})


async def answer_publics(
    session: AsyncSession, principal: Principal, relais_id: UUID, asked_id: UUID, said: AnswerPublicsIn
) -> None:
    """Accept, from the next allocation on, or refuse with a reason. Raises RelaisNotFound, AnsweredMeanwhile."""
    await service.get(session, principal, relais_id)
    repository = StructureRepository.from_session(session)
    if not await repository.decide(relais_id, asked_id, accepted=said.accept, answer=said.answer):
        raise AnsweredMeanwhile
    verb = "publics-accepted" if said.accept else "publics-refused"
    await journal.note(session, principal, OBJECT, relais_id, verb, {})
