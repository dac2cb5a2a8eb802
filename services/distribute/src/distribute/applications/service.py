"""What is done when a structure applies: without an account, screen by screen; nothing counts before its address does.

What a stranger typed is in no letter before the coordination has read it: nobody sends words to others through us.
"""

from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.geography import departement_of_postcode, locality_of_address
from filiere.identifiers import uuid7
from filiere.mail import Letter, post

from distribute.applications.diagnosis import diagnosis_on
from distribute.applications.errors import (
    ApplicationNotFound,
    Incomplete,
    LetterSentLately,
    NoMoreLetters,
    NotOpen,
    TooManyApplications,
    Unanswered,
)
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import (
    ApplicationOut,
    DiagnosisForm,
    NeedsForm,
    PlaceForm,
    PublicsForm,
    StructureForm,
)
from distribute.applications.status import ApplicationStatus
from distribute.applications.structure_number import id_of, structure_number
from distribute.news.kinds import APPLICATION, APPLICATION_CHECK, APPLICATION_CONFIRM, APPLICATION_KNOWN

OBJECT = "application"  # of the journal
MOST_IN_AN_HOUR = 600
"""Of all: a program that applies from everywhere fills no letter box but for an hour."""
MOST_OF_A_NETWORK = 20
"""In an hour, of the addresses of one network: a stranger keeps nobody else out."""
MOST_UNPLACED = 60
"""In an hour, of those whose network is not known: behind a proxy that does not tell it they are one."""
MOST_OF_AN_ADDRESS = 3
"""In a day: nobody's letter box is filled by somebody else."""
PAUSE = timedelta(minutes=10)
"""Between two letters about one application."""
MOST_LETTERS = 5
"""Of one application, whatever its address is meanwhile: who needs more begins anew."""


async def begin(
    session: AsyncSession,
    said: StructureForm,
    network: str | None = None,
    form_id: UUID | None = None,
    running: UUID | None = None,
    campaign_id: UUID | None = None,
) -> tuple[UUID, bool]:
    """Keep the first screen: (the application, whether it has begun by it). Raises TooManyApplications.

    A page begins one application for each structure that is typed into it, however often it is sent: sent again, it
    corrects what it began. Of another page, it corrects `running` when that is the same structure's. Who asks may be
    anybody: whether the structure is known already is told by a letter alone, once its address is proven.

    Raises also LetterSentLately, NoMoreLetters where it corrects.
    """
    applications, number = ApplicationsRepository.from_session(session), structure_number(said.number)
    await applications.lock_beginning()
    application_id = id_of(form_id, number) if form_id is not None else uuid7()
    found = await applications.get(application_id)
    if found is not None and not found.status.is_open:  # answered or given up: its page may begin another
        found, application_id = None, uuid7()
    if found is None and running is not None:
        mine = await applications.get(running)
        found = mine if mine is not None and mine.status.is_open and structure_number(mine.number) == number else None
    if found is not None:
        await set_structure(session, found.id, said)
        return found.id, False
    lately, of_address = await applications.begun_lately(said.contact_email)
    of_network = await applications.begun_in(network)
    if (
        lately >= MOST_IN_AN_HOUR
        or of_address >= MOST_OF_AN_ADDRESS
        or of_network >= (MOST_OF_A_NETWORK if network else MOST_UNPLACED)
    ):
        raise TooManyApplications
    await applications.begin(application_id, said, number, network, campaign_id)
    await _write_to_check(session, application_id, said.contact_email)
    await journal.note(session, journal.NETWORK, OBJECT, application_id, "begun")
    return application_id, True


async def get(session: AsyncReadSession | AsyncSession, application_id: UUID | None) -> ApplicationOut:
    """The application of a link that was read; None opens none. Raises ApplicationNotFound."""
    found = (
        await ApplicationsRepository.from_session(session).get(application_id) if application_id is not None else None
    )
    if found is None:
        raise ApplicationNotFound
    return found


async def set_structure(session: AsyncSession, application_id: UUID, said: StructureForm) -> None:
    """Correct who asks. With another number it is sent anew: nobody learns by it which structures are known.

    Raises ApplicationNotFound, NotOpen, LetterSentLately, NoMoreLetters, TooManyApplications.
    """
    applications = ApplicationsRepository.from_session(session)
    await applications.lock_beginning()
    before = await _open_for_update(session, application_id)
    await applications.set_structure(application_id, said, structure_number(said.number))
    if said.contact_email != before.contact_email:
        _, of_address = await applications.begun_lately(said.contact_email)
        if of_address > MOST_OF_AN_ADDRESS:  # this one counts already
            raise TooManyApplications
        await _one_letter_more(applications, application_id)
        await _write_to_check(session, application_id, said.contact_email)


async def set_place(session: AsyncSession, application_id: UUID, said: PlaceForm) -> None:
    """Say where it is. Raises ApplicationNotFound, NotOpen."""
    await _open_for_update(session, application_id)
    territory = departement_of_postcode(said.postcode).code
    locality = locality_of_address(None, said.postcode)
    await ApplicationsRepository.from_session(session).set_place(application_id, said, territory, locality.value)


async def set_publics(session: AsyncSession, application_id: UUID, said: PublicsForm) -> None:
    """Say whom it supports. Raises ApplicationNotFound, NotOpen."""
    await _open_for_update(session, application_id)
    await ApplicationsRepository.from_session(session).set_publics(application_id, said)


async def set_answers(session: AsyncSession, application_id: UUID, said: DiagnosisForm) -> None:
    """Answer the questions of the version in force. Raises ApplicationNotFound, NotOpen, Unanswered."""
    await _open_for_update(session, application_id)
    version = diagnosis_on(today())
    answers = {question.id: answer for question, answer in zip(version.questions, said.answered, strict=True)}
    wrong = [
        f"q{number}"
        for number, question in enumerate(version.questions, 1)
        if answers[question.id] not in question.answers
    ]
    if said.version != version.name:
        wrong = [f"q{number}" for number in range(1, len(version.questions) + 1)]
    if wrong:
        raise Unanswered(wrong)
    await ApplicationsRepository.from_session(session).set_answers(application_id, version.name, answers)


async def set_needs(session: AsyncSession, application_id: UUID, said: NeedsForm) -> None:
    """Say what it needs. Raises ApplicationNotFound, NotOpen."""
    await _open_for_update(session, application_id)
    await ApplicationsRepository.from_session(session).set_needs(application_id, said.needs)


async def send(session: AsyncSession, application_id: UUID) -> ApplicationStatus:
    """Its applicant is done: it counts now, or as soon as the address is confirmed.

    Raises ApplicationNotFound, NotOpen, Incomplete.
    """
    await ApplicationsRepository.from_session(session).lock_beginning()
    application = await _open_for_update(session, application_id)
    if application.next_step is not None:
        raise Incomplete
    if application.checked_at is None:
        await ApplicationsRepository.from_session(session).move(application_id, ApplicationStatus.TO_CHECK)
        return ApplicationStatus.TO_CHECK
    await _count(session, application)
    return ApplicationStatus.SENT


async def of_letter(session: AsyncReadSession | AsyncSession, check_id: UUID | None) -> UUID | None:
    """The application that a letter confirms the address of; None when it has another address by now."""
    return await ApplicationsRepository.from_session(session).of_check(check_id) if check_id is not None else None


async def confirm(session: AsyncSession, application_id: UUID | None) -> ApplicationOut:
    """Whoever opened the letter reads mail at the address; twice is once. Raises ApplicationNotFound."""
    await ApplicationsRepository.from_session(session).lock_beginning()
    application = await _for_update(session, application_id)
    if application.checked_at is None:
        await ApplicationsRepository.from_session(session).checked(application.id)
        await journal.note(session, journal.NETWORK, OBJECT, application.id, "address-confirmed")
        if application.status is ApplicationStatus.TO_CHECK:
            await _count(session, application)
    return await get(session, application.id)


async def write_again(session: AsyncSession, application_id: UUID) -> None:
    """The letter was lost. Raises ApplicationNotFound, NotOpen, LetterSentLately, NoMoreLetters."""
    application = await _open_for_update(session, application_id)
    if application.checked_at is not None:
        return
    await _one_letter_more(ApplicationsRepository.from_session(session), application_id)
    await _write_to_check(session, application_id, application.contact_email)


async def give_up(session: AsyncSession, application_id: UUID) -> None:
    """Its applicant does not want it any more. Raises ApplicationNotFound, NotOpen."""
    await _open_for_update(session, application_id)
    await ApplicationsRepository.from_session(session).move(application_id, ApplicationStatus.GIVEN_UP)
    await journal.note(session, journal.NETWORK, OBJECT, application_id, "given-up")


async def _count(session: AsyncSession, application: ApplicationOut) -> None:
    """From now on it waits for its answer, and keeps others of the same structure out.

    Of a structure that is known it ends here, and a letter says why: one number is asked about by an application.
    The caller has locked what begins before the application, as whoever begins one does.
    """
    applications = ApplicationsRepository.from_session(session)
    if await applications.is_known(structure_number(application.number), application.id):
        await applications.is_of_a_known_structure(application.id)
        page = APPLICATION.format(application_id=application.id)
        await post(session, [Letter(application.contact_email, APPLICATION_KNOWN, {}, page)])
        await journal.note(session, journal.NETWORK, OBJECT, application.id, "known")
        return
    await applications.move(application.id, ApplicationStatus.SENT)
    await journal.note(session, journal.NETWORK, OBJECT, application.id, "sent")


async def _open_for_update(session: AsyncSession, application_id: UUID | None) -> ApplicationOut:
    application = await _for_update(session, application_id)
    if not application.status.is_open:
        raise NotOpen
    return application


async def _for_update(session: AsyncSession, application_id: UUID | None) -> ApplicationOut:
    found = (
        await ApplicationsRepository.from_session(session).get(application_id, for_update=True)
        if application_id is not None
        else None
    )
    if found is None:
        raise ApplicationNotFound
    return found


async def _one_letter_more(applications: ApplicationsRepository, application_id: UUID) -> None:
    """Raises LetterSentLately, NoMoreLetters."""
    written = await applications.letters_written(application_id, PAUSE.total_seconds(), MOST_LETTERS)
    if written < 0:
        raise NoMoreLetters
    if written == 0:
        raise LetterSentLately


async def _write_to_check(session: AsyncSession, application_id: UUID, address: str) -> None:
    check_id = await ApplicationsRepository.from_session(session).check_id(application_id)
    page = APPLICATION_CONFIRM.format(check_id=check_id)
    await post(session, [Letter(address, APPLICATION_CHECK, {}, page)])
