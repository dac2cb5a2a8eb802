"""What happened to each line of an order, run by run: a later word never replaces an earlier one here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal, gettext, ngettext

from distribute.allocation.history_repository import Changed, HistoryRepository, Ran, TakenBackThen
from distribute.statuses import Side
from distribute.tenancy import relais_of
from distribute.why import reason_here

CHANGES = {
    Side.RELAIS: "Le Relais demande %(after)s au lieu de %(before)s.",
    Side.COORDINATION: "La coordination approuve %(after)s au lieu de %(before)s.",
}
REWRITTEN = "Le Relais a modifié sa commande."


class Happened(NamedTuple):
    """One thing that happened, in the language of the page."""

    at: datetime
    title: str
    text: str
    fewer: int = 0
    """Pieces that the coordination took off: said beside the line, not only in its history."""


async def of_order(
    session: AsyncReadSession | AsyncSession, principal: Principal, order_id: UUID
) -> Mapping[UUID | None, Sequence[Happened]]:
    """Line → what happened to it, newest first; under None, what concerns the whole order."""
    repository = HistoryRepository.from_session(session)
    scope = relais_of(principal)
    found: defaultdict[UUID | None, list[Happened]] = defaultdict(list)
    for ran in await repository.runs(scope, order_id):
        found[ran.line_id].append(_ran(ran))
    for ended in await repository.taken_back(scope, order_id):
        found[ended.line_id].append(_taken_back(ended))
    for change in await repository.changes(scope, order_id):
        found[change.line_id].append(_changed(change))
    return {line: sorted(happened, reverse=True) for line, happened in found.items()}


def _ran(ran: Ran) -> Happened:
    counts = {"number": ran.run, "allocated": ran.allocated, "requested": ran.requested}
    title = gettext("Attribution n° %(number)s : %(allocated)s sur %(requested)s") % counts
    return Happened(ran.at, title, reason_here(ran.why, ran.reason))


def _taken_back(ended: TakenBackThen) -> Happened:
    title = ngettext("%(num)s équipement repris", "%(num)s équipements repris", ended.devices) % {"num": ended.devices}
    return Happened(ended.at, title, reason_here(ended.why, ended.reason))


def _changed(change: Changed) -> Happened:
    title = (
        gettext(REWRITTEN)
        if change.line_id is None
        else gettext(CHANGES[change.by]) % {"after": change.after, "before": change.before}
    )
    took_off = change.line_id is not None and change.by is Side.COORDINATION
    fewer = max(0, (change.before or 0) - (change.after or 0)) if took_off else 0
    return Happened(change.at, title, change.reason or "", fewer)
