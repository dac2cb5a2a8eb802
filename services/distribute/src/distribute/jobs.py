"""What the worker does beside its events: compute proposals, promise what becomes ready, keep the till in order."""

import asyncio

from filiere.database import Database
from filiere.housekeeping import take_away_files, until_stopped

from distribute.allocation.continuous import promise_what_becomes_ready
from distribute.allocation.proposals.worker import compute_proposals
from distribute.applications.forgetting import forget_applications
from distribute.campaign_accounts.service import ask_for_accounts
from distribute.campaign_invitations import service as campaign_invitations
from distribute.campaign_stock.arrivals import set_arrivals_aside
from distribute.campaign_stock.closing import close_ended
from distribute.dues.service import prove_by_itself, remind_of_invoices
from distribute.handovers.before_the_journal import enter_what_is_from_before
from distribute.handovers.used import send_back_what_was_used
from distribute.loans.reminders import remind_of_loans
from distribute.orders.arrival_letters import write_of_what_is_near
from distribute.retention import service as retention
from distribute.settings import DistributeSettings
from distribute.signing.service import remind as remind_of_signatures
from distribute.standing.service import tell
from distribute.statistics.service import tell_of_what_is_over

_FORGET_EVERY_S = 6 * 3600.0
_REMIND_EVERY_S = 3600.0
_CAMPAIGNS_EVERY_S = 300.0
_TELL_EVERY_S = 30.0


async def forget_old_aliases(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: repères without contact for two years, with a report to each Relais."""

    async def once() -> None:
        await retention.forget_old(database)

    await until_stopped("aliases", once, _FORGET_EVERY_S, stopping)


async def forget_unsent(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: applications that led to nothing, with whoever's name and address they hold."""

    async def once() -> None:
        await forget_applications(database)

    await until_stopped("applications", once, _FORGET_EVERY_S, stopping)


async def write_reminders(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: letters that no act of anybody causes, but the day. Once for ever each; of signatures weekly."""

    async def once() -> None:
        await write_of_what_is_near(database)
        await remind_of_loans(database)
        await remind_of_invoices(database)
        await remind_of_signatures(database)

    await until_stopped("reminders", once, _REMIND_EVERY_S, stopping)


async def keep_campaigns(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: a campaign's share of what becomes ready is set aside; what has had its last day is closed, and
    its structures are asked for their accounts; addresses that were invited are forgotten."""

    async def once() -> None:
        await close_ended(database)
        await set_arrivals_aside(database)
        await ask_for_accounts(database)
        await campaign_invitations.forget(database)

    await until_stopped("campaigns", once, _CAMPAIGNS_EVERY_S, stopping)


async def tell_of_relais(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: where the agreement of each Relais stands, told to the network when it changes."""

    async def once() -> None:
        await tell(database)

    await until_stopped("standing", once, _TELL_EVERY_S, stopping)


async def prove_dues(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: what Relais owe and paid is held against what it comes from, since the last time."""

    async def once() -> None:
        await prove_by_itself(database)

    await until_stopped("dues", once, _REMIND_EVERY_S, stopping)


async def send_back_the_used(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: what the release before left in a Relais' stock though somebody had used it."""

    async def once() -> None:
        await send_back_what_was_used(database)

    await until_stopped("used", once, _REMIND_EVERY_S, stopping)


async def tell_of_quarters(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work: who was served in a quarter that is over, written once."""

    async def once() -> None:
        await tell_of_what_is_over(database)

    await until_stopped("statistics", once, _FORGET_EVERY_S, stopping)


BACKGROUND = [
    take_away_files,
    compute_proposals,
    promise_what_becomes_ready,
    enter_what_is_from_before,
    forget_old_aliases,
    forget_unsent,
    write_reminders,
    send_back_the_used,
    prove_dues,
    keep_campaigns,
    tell_of_relais,
    tell_of_quarters,
]
