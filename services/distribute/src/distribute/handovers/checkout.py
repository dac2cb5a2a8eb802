"""Devices for one person or structure in one go: priced, paid, entered into the journal, told."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from filiere import outbox
from filiere.calendar import day_of, now, today
from filiere.catalogue import Tier
from filiere.database import AsyncSession, Scope
from filiere.identifiers import uuid7
from filiere.web import Principal

from distribute.handovers.chaining import entry_kind, locked_journal, shares
from distribute.handovers.errors import (
    CheckoutKeyReused,
    DifferentRelais,
    MayNotSell,
    NotInYourStock,
    NotThen,
    StructurePaysTooMuch,
    TierDoesNotFit,
    TwiceInTheCart,
)
from distribute.handovers.events import DeviceHandedOver
from distribute.handovers.repository import Checkout, HandoversRepository, Line
from distribute.handovers.schemas import CartDeviceIn, CheckoutIn, CheckoutOut, TierPrice, TillDevice, receipt_number
from distribute.handovers.service import deliverable, label_of, priced
from distribute.handovers.status import HandoverKind
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.price_lists.service import price_book
from distribute.tenancy import own_relais_of
from distribute.till_journal.entry import Draft, Entry
from distribute.till_journal.service import enter
from distribute.till_journal.status import Means

Taken = Callable[[UUID, Collection[str]], Awaitable[None]]
LATEST = timedelta(days=7)
FAST = timedelta(hours=1)


async def check_out(
    session: AsyncSession, principal: Principal, body: CheckoutIn, taken: Taken | None = None
) -> CheckoutOut:
    """Sell or give delivered devices; `taken`: what is taken with them, told the checkout and what it hands over.

    Raises NotInYourStock, NotDeliveredYet, MayNotSell, AgreementForbids, TierDoesNotFit, TwiceInTheCart,
    DifferentRelais, StructurePaysTooMuch, CheckoutKeyReused, NotThen.
    """
    tier, sold_at = _tier(body), _when(body)
    scope, repository = own_relais_of(principal), HandoversRepository.from_session(session)
    labels = [label_of(one.label) if one.label is not None else None for one in body.devices]
    orders, found = await _held(session, scope, body.devices, labels)
    # Whoever asked the same meanwhile has it done.
    if body.id is not None and (made := await repository.checkout(scope, body.id)) is not None:
        return _the_same(made, body.devices, labels)
    devices = _in_the_cart(found, body.devices, labels)
    if body.kind is HandoverKind.SOLD and not devices[0].rights.statutes_allow:
        raise MayNotSell(devices[0].relais_name)
    if sold_at is None:
        # What left without the network has left: refused now, it would be in no journal and still in the stock.
        for one in devices:
            one.rights.check(is_sold=body.kind is HandoverKind.SOLD, on=today())
    prices = [one.price(tier) for one in devices]
    checkout = _checkout(devices[0].relais_id, principal, body, tier, sum(price.amount_cents for price in prices))
    if not await repository.add_checkout(checkout):
        raise CheckoutKeyReused
    entries = await _entered(session, checkout, devices, prices, sold_at)
    if taken is not None:
        await taken(checkout.id, {one.category.value for one in devices})
    defects = {_key(one, label): one.declared_defects for one, label in zip(body.devices, labels, strict=True)}
    lines = [
        _line(checkout, body, entry, device, price, defects, sold_at)
        for device, price, entry in zip(devices, prices, entries, strict=True)
    ]
    await repository.add(lines)
    await outbox.append(
        session,
        [
            DeviceHandedOver(device_id=one.device_id, relais_id=one.relais_id, territory=one.territory, how=body.kind)
            for one in devices
        ],
    )
    await restate(session, orders)
    done = await repository.checkout(scope, checkout.id)
    assert done is not None  # of devices of the same Relais
    return done


async def _held(
    session: AsyncSession, scope: Scope, asked: Sequence[CartDeviceIn], labels: Sequence[str | None]
) -> tuple[list[UUID], list[TillDevice]]:
    """(orders, devices) of a cart, locked in everybody's order; prices as their lines were quoted."""
    repository = HandoversRepository.from_session(session)
    named = [one.device_id for one in asked if one.device_id], [one for one in labels if one is not None]
    orders = await repository.orders_of(scope, *named)
    if not orders:
        raise NotInYourStock
    await OrdersRepository.from_session(session).for_update(orders)
    book = await price_book(session)
    return orders, [priced(book, one) for one in await repository.devices_for_update(scope, *named)]


async def _entered(
    session: AsyncSession,
    checkout: Checkout,
    devices: Sequence[TillDevice],
    prices: Sequence[TierPrice],
    sold_at: datetime | None,
) -> list[Entry]:
    """Each device has its receipt and its entry in the journal, with its part of what each side paid."""
    year = day_of(checkout.made_at).year
    # The counter is locked before the journal: what the release before hands over meanwhile is chained first.
    first = await HandoversRepository.from_session(session).next_receipts(checkout.relais_id, year, len(devices))
    last = await locked_journal(session, checkout.relais_id)
    parts = shares([price.amount_cents for price in prices], checkout.structure_cents)
    drafts = [
        Draft(
            kind=entry_kind(checkout.kind),
            at=checkout.made_at,
            by=checkout.made_by,
            handover_id=uuid7(),
            device_id=device.device_id,
            receipt=receipt_number(year, number),
            label=device.label,
            category=device.category.value,
            tier=checkout.tier.value,
            person_cents=persons,
            person_means=checkout.person_means if persons else None,
            structure_cents=structures,
            structure_means=checkout.structure_means if structures else None,
            details={"checkout": str(checkout.id)} | ({"sold_at": sold_at.isoformat()} if sold_at else {}),
        )
        for number, (device, (persons, structures)) in enumerate(zip(devices, parts, strict=True), first)
    ]
    return await enter(session, checkout.relais_id, last, drafts)


def _line(
    checkout: Checkout,
    body: CheckoutIn,
    entry: Entry,
    device: TillDevice,
    price: TierPrice,
    defects: Mapping[UUID | str, str | None],
    sold_at: datetime | None,
) -> Line:
    """The handover of one device, as its Relais keeps it beside the journal."""
    year, _, number = (entry.draft.receipt or "").partition("-")
    return Line(
        checkout.relais_id,
        _handover_of(entry.draft),
        int(year),
        int(number),
        device.device_id,
        checkout.kind,
        checkout.tier,
        price.amount_cents,
        price.explanation,
        body.person_alias or None,
        body.public,
        defects.get(device.device_id) or defects.get(device.label),
        checkout.id,
        entry.sequence,
        sold_at or checkout.made_at,
    )


def _tier(body: CheckoutIn) -> Tier:
    if body.kind is HandoverKind.GIVEN:
        if body.tier not in (None, Tier.GIFT) or body.structure_cents:
            raise TierDoesNotFit
        return Tier.GIFT
    if body.tier in (None, Tier.GIFT):
        raise TierDoesNotFit
    assert body.tier is not None
    return body.tier


def _when(body: CheckoutIn) -> datetime | None:
    """When it was handed over, if that was without the network. A device's clock may be a little fast."""
    if body.sold_at is None:
        return None
    if not now() - LATEST <= body.sold_at <= now() + FAST:
        raise NotThen
    return min(body.sold_at, now()).astimezone(UTC)


def _key(one: CartDeviceIn, label: str | None) -> UUID | str:
    return one.device_id or label or ""


def _in_the_cart(
    found: Sequence[TillDevice], asked: Sequence[CartDeviceIn], labels: Sequence[str | None]
) -> list[TillDevice]:
    """The devices that were asked for, in that order; each may be handed over."""
    by_key: dict[UUID | str, TillDevice] = {}
    for device in found:
        by_key[device.device_id] = by_key[device.label] = device
    devices = []
    for one, label in zip(asked, labels, strict=True):
        if (named := by_key.get(_key(one, label))) is None:
            raise NotInYourStock
        devices.append(deliverable(named))
    if len({one.device_id for one in devices}) < len(devices):
        raise TwiceInTheCart
    if len({one.relais_id for one in devices}) > 1:
        raise DifferentRelais
    return devices


def _the_same(made: CheckoutOut, asked: Sequence[CartDeviceIn], labels: Sequence[str | None]) -> CheckoutOut:
    """What was made for this id, unless something else is asked for by it now."""
    known = {key for one in made.handovers for key in (one.device_id, one.label)}
    if made.handovers and not all(_key(one, label) in known for one, label in zip(asked, labels, strict=True)):
        raise CheckoutKeyReused
    return made


def _checkout(relais_id: UUID, principal: Principal, body: CheckoutIn, tier: Tier, total: int) -> Checkout:
    if body.structure_cents > total:
        raise StructurePaysTooMuch
    at = now()
    persons = total - body.structure_cents
    return Checkout(
        relais_id,
        body.id or uuid7(),
        principal.subject,
        at,
        body.kind,
        tier,
        body.criterion,
        body.bracket,
        body.seen_by,
        day_of(at) if body.seen_by else None,
        persons,
        body.means if persons else None,
        body.structure_cents,
        (body.structure_means or Means.UNSAID) if body.structure_cents else None,
    )


def _handover_of(draft: Draft) -> UUID:
    assert draft.handover_id is not None  # given to each draft of a checkout
    return draft.handover_id
