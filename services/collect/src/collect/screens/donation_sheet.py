"""The list of donations as a spreadsheet: one row each, with what its devices have become."""

from collections.abc import AsyncIterator

from filiere.database import AsyncReadSession
from filiere.web import Principal, TableView, told

from collect.devices.repository import DeviceRepository
from collect.donations.donation import Donation
from collect.donations.repository import DonationRepository
from collect.tenancy import donors_of, drafts_of

HEADER = (
    "Don", "Donateur", "Organisme public", "État", "Envoyé le", "Répondu le", "Collecte le", "Collecté le",
    "Compté le", "Terminé le", "Déclarés", "Acceptés", "Refusés", "Prêts", "Remis", "Non réemployables", "Absents",
)  # fmt: skip
_TOGETHER = 200
"""Donations whose devices are counted in one query."""


async def rows(session: AsyncReadSession, principal: Principal, view: TableView) -> AsyncIterator[tuple[object, ...]]:
    """What the page lists under the same filters, without its pages."""
    found = DonationRepository.from_session(session).each(
        donors_of(principal),
        drafts_of(principal),
        status=[view["statut"]] if view["statut"] else [],
        q=view.q,
        waiting_days=int(view.values.get("depuis") or 0) or None,
        news=view.values.get("nouvelles", ""),
        order=view.order,
    )
    waiting: list[Donation] = []
    async for donation in found:
        waiting.append(donation)
        if len(waiting) == _TOGETHER:
            for row in await _counted(session, principal, waiting):
                yield row
            waiting = []
    for row in await _counted(session, principal, waiting):
        yield row


async def _counted(
    session: AsyncReadSession, principal: Principal, donations: list[Donation]
) -> list[tuple[object, ...]]:
    threads = await DeviceRepository.from_session(session).threads(
        donors_of(principal), {one.id: one.declared for one in donations}
    )
    return [
        (
            *(one.reference, one.donor_name, one.public_body, told(one.status.label_fr)),
            *(one.submitted_at, one.answered_at, one.pickup_on, one.collected_at, one.received_at, one.closed_at),
            *(one.declared, one.accepted, one.refused),
            *(threads[one.id].ready, threads[one.id].handed_over, threads[one.id].withdrawn, threads[one.id].missing),
        )
        for one in donations
    ]
