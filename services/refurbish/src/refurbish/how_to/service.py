"""Find the advice for a machine; keep what a workshop adds, with who wrote it in its journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal, Role
from filiere.web import gettext as _

from refurbish.how_to.errors import MOST, ForWhichWorkshop, HowToNotFound, TooManyHowTos
from refurbish.how_to.kinds import HowToKind
from refurbish.how_to.published import keys_for
from refurbish.how_to.repository import HowTo, HowToRepository
from refurbish.how_to.schemas import NewHowTo
from refurbish.tenancy import workshops_of
from refurbish.workshops.repository import WorkshopRepository
from refurbish.workshops.service import JOURNAL


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of the card; `own`: the workshop's, which is read before what is published."""

    topic: HowToKind
    text: str
    source: str
    own: UUID | None = None


def starting(maker: str | None, model: str | None) -> str:
    """How to choose the USB key on this machine, as a line of the steps: by its maker, never by another's."""
    entry = keys_for("boot", maker, model)
    if entry is None:
        return _("Allume-le. L'écran dit quelle touche ouvre le menu de démarrage. Choisis la clé.")
    return _("Allume, touche {keys}, choisis la clé.").format(keys=entry.words)


def entering_setup(maker: str | None, model: str | None) -> str:
    """The same for its settings, where booting from USB is allowed."""
    entry = keys_for("setup", maker, model)
    if entry is None:
        return _("S'il ne démarre pas sur la clé : entre dans le BIOS par la touche que dit l'écran au démarrage,"
                 " autorise le démarrage par USB.")  # fmt: skip
    return _("S'il ne démarre pas sur la clé : touche {keys} au démarrage, autorise le démarrage par USB.").format(
        keys=entry.words
    )


async def advice(
    session: AsyncReadSession, scope: Scope, workshop_id: UUID, maker: str | None, model: str | None,
    topics: Sequence[HowToKind],
) -> list[Advice]:  # fmt: skip
    """What helps with these topics: the workshop's own words first, then what is published."""
    found: list[Advice] = []
    if maker and topics:
        own = await HowToRepository.from_session(session).fitting(scope, workshop_id, maker, model or "")
        found += [Advice(one.topic, one.text, one.source, one.id) for one in own if one.topic in topics]
    for topic, keys in (
        (HowToKind.BOOT, keys_for("boot", maker, model)),
        (HowToKind.SETUP, keys_for("setup", maker, model)),
    ):
        if keys is not None and topic in topics:
            found.append(Advice(topic, _("Touche {keys}.").format(keys=keys.words), keys.source))
    return found


async def find(session: AsyncReadSession, principal: Principal, how_to_id: UUID) -> HowTo:
    """Raises HowToNotFound."""
    found = await HowToRepository.from_session(session).get(workshops_of(principal), how_to_id)
    if found is None:
        raise HowToNotFound
    return found


async def add(session: AsyncSession, principal: Principal, workshop_id: UUID | None, new: NewHowTo) -> HowTo:
    """For the workshop that is named, or the caller's only one. Raises ForWhichWorkshop, TooManyHowTos."""
    mine = principal.organisations(Role.WORKSHOP)
    if workshop_id is None and len(mine) == 1:
        [workshop_id] = mine
    workshops = WorkshopRepository.from_session(session)
    if workshop_id is None or await workshops.get(workshops_of(principal), workshop_id) is None:
        raise ForWhichWorkshop
    repository = HowToRepository.from_session(session)
    if await repository.count(workshop_id) >= MOST:
        raise TooManyHowTos
    await journal.note(session, principal, JOURNAL, workshop_id, "how-to-added", _about(new))
    return await repository.insert(workshop_id, new, now())


async def change(session: AsyncSession, principal: Principal, how_to_id: UUID, new: NewHowTo) -> HowTo:
    """Raises HowToNotFound."""
    changed = await HowToRepository.from_session(session).change(workshops_of(principal), how_to_id, new, now())
    if changed is None:
        raise HowToNotFound
    await journal.note(session, principal, JOURNAL, changed.workshop_id, "how-to-changed", _about(new))
    return changed


async def remove(session: AsyncSession, principal: Principal, how_to_id: UUID, *, back: bool = False) -> None:
    """Show it on no device any more, or again (`back`); saying it twice changes nothing. Raises HowToNotFound."""
    found = await find(session, principal, how_to_id)
    if await HowToRepository.from_session(session).remove(workshops_of(principal), how_to_id, None if back else now()):
        verb = "how-to-put-back" if back else "how-to-removed"
        about = {"maker": found.maker, "model": found.model}
        await journal.note(session, principal, JOURNAL, found.workshop_id, verb, about)


def _about(new: NewHowTo) -> dict[str, str]:
    return {"maker": new.maker, "model": new.model}
