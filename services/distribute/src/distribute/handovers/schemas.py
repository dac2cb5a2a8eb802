"""What the API and the till take and give about handovers."""

import re
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from filiere.catalogue import CatalogueError, Category, Grade, Tier, check_published_text
from filiere.web.bounded_types import Instant, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from distribute.handovers.status import Criterion, HandoverKind
from distribute.publics import Public
from distribute.recipient_alias import Local, no_contact
from distribute.relais.till_rights import TillRights
from distribute.stock.schemas import Installed
from distribute.till_journal.status import Means, UndoReason


def publishable(text: str) -> str:
    """A text that goes onto a receipt: no « état neuf », no address. Raises ValueError."""
    try:
        check_published_text(text)
    except CatalogueError as error:
        raise ValueError(str(error)) from error
    return no_contact(text)


Defects = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Visible, AfterValidator(publishable)
]


MOST_AT_ONCE = 20  # devices for one person or structure
DEAREST_CENTS = 1_000_000
Cents = Annotated[int, Field(ge=0, le=DEAREST_CENTS), NoFlag]


_BRACKET = re.compile(r"(?:(?:moins|plus) de )?\d{1,4}(?: ?(?:-|–|à) ?\d{1,4})?(?: ?€)?")


def bracket(text: str) -> str:
    """Two round figures, no income of somebody. Raises ValueError."""
    said = " ".join(text.split())
    if not _BRACKET.fullmatch(said):
        raise ValueError("Écrivez une tranche, par exemple « 500-700 » ou « moins de 700 ».")
    return said


Bracket = Annotated[str, StringConstraints(max_length=200), AfterValidator(bracket)]


class PersonIn(BaseModel):
    """All that may be said of a person: each part may be left out."""

    model_config = ConfigDict(extra="forbid")

    person_alias: Local | None = None
    public: Public | None = None


class OpenedIn(BaseModel):
    """What opened the tier. The bracket and who saw it, never the document."""

    criterion: Criterion | None = None
    bracket: Bracket | None = Field(None, description="A bracket of local rules, such as « 500-700 ».")
    seen_by: Local | None = Field(None, description="Initials or function of the colleague who saw the paper, today.")


class TierIn(OpenedIn):
    """The same, or a slip that says it."""

    slip: Annotated[str, StringConstraints(max_length=300)] | None = Field(
        None, description="Code of a referral slip: taken once; it fills the tier and what opened it, where unsaid."
    )


class PaymentIn(BaseModel):
    """How it is paid: the rest, after the structure's part, by the person."""

    means: Means = Field(Means.UNSAID, description="How the person pays their part.")
    structure_cents: Cents = Field(0, description="Paid by a structure for the person, of the whole.")
    structure_means: Means | None = None

    @model_validator(mode="after")
    def _says_how_the_structure_pays(self) -> "PaymentIn":
        if self.structure_cents and self.structure_means is None:
            self.structure_means = Means.UNSAID
        return self


class HandoverIn(PersonIn, TierIn, PaymentIn):
    """A device for a person. The person is at most a local alias and a public."""

    device_id: UUID | None = None
    label: Annotated[str, StringConstraints(max_length=200)] | None = None
    kind: HandoverKind
    tier: Tier | None = Field(None, description="Opened by the Relais; a gift needs none.")
    declared_defects: Defects | None = Field(None, description="Said to the buyer and printed: not covered afterwards.")

    @model_validator(mode="after")
    def _names_a_device(self) -> "HandoverIn":
        return _names_one(self)


class CartDeviceIn(BaseModel):
    """One device of a cart, by its label or its id."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID | None = None
    label: Annotated[str, StringConstraints(max_length=200)] | None = None
    declared_defects: Defects | None = Field(None, description="Said to the buyer and printed: not covered afterwards.")

    @model_validator(mode="after")
    def _names_a_device(self) -> "CartDeviceIn":
        return _names_one(self)


class CheckoutIn(PersonIn, TierIn, PaymentIn):
    """Devices for one person or structure in one go, with one tier."""

    id: UUID | None = Field(None, description="Your own new UUID: the same one again sells nothing more.")
    devices: list[CartDeviceIn] = Field(min_length=1, max_length=MOST_AT_ONCE)
    kind: HandoverKind
    tier: Tier | None = Field(None, description="Opened by the Relais; a gift needs none.")
    sold_at: Instant | None = Field(
        None, description="When it was, if that was without the network: at most seven days ago."
    )


class SaleKept(BaseModel):
    """A sale that a device had kept is made."""

    is_kept: Literal[True] = True
    receipt: str = Field(description="Address of its receipt.")


class UndoIn(BaseModel):
    """Why a handover is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: UndoReason


AnyDevice = TypeVar("AnyDevice", HandoverIn, CartDeviceIn)


def _names_one(named: AnyDevice) -> AnyDevice:
    if (named.device_id is None) == (named.label is None):
        raise ValueError("Indiquez l'étiquette ou l'identifiant de l'équipement.")
    return named


class TierPrice(BaseModel):
    """What the device costs in one tier, in euro cents."""

    tier: Tier
    label: str
    amount_cents: int
    explanation: list[str]


class TillDevice(BaseModel):
    """A device at the till: what it is, and its price for each tier."""

    device_id: UUID
    order_id: UUID
    label: str
    category: Category
    grade: Grade
    name: str
    serial: str | None
    public_body: bool
    software: Installed = None
    battery_percent: float | None = None
    identifiers: list[str] = Field(default_factory=list, description="Other numbers on it: IMEI, another serial.")
    relais_id: UUID
    relais_name: str
    territory: str
    may_sell: bool = Field(description="Its statutes and its agreement let the Relais take money for it.")
    may_give: bool = Field(True, description="Its agreement lets the Relais give it.")
    limit: str | None = Field(None, description="Why it may not do both, in French.")
    rights: TillRights = Field(description="Where that comes from.")
    status: str
    is_kept: bool = Field(False, description="Kept for whoever brought a broken one back: handed over by their case.")
    is_used: bool = Field(False, description="Somebody used it since it came: wiped before anybody else has it.")
    is_recalled: bool = Field(False, description="The coordination takes it back: handed over to nobody.")
    prices: list[TierPrice]

    def price(self, tier: Tier) -> TierPrice:
        return next(price for price in self.prices if price.tier is tier)


class HandoverOut(BaseModel):
    """A handover, for the Relais that made it."""

    id: UUID
    receipt: str = Field(description="Number of the receipt, without a gap per year.")
    relais_id: UUID
    device_id: UUID
    label: str
    category: Category
    grade: Grade
    name: str
    serial: str | None
    kind: HandoverKind
    tier: Tier
    amount_cents: int
    explanation: list[str]
    declared_defects: str | None
    person_alias: str | None
    public: str | None
    handed_over_at: datetime
    checkout_id: UUID | None = Field(None, description="What was handed over together has one.")
    sequence: int | None = Field(None, description="Its entry in the journal.")
    person_cents: int = Field(0, description="The person's part of the amount.")
    means: Means | None = Field(None, description="How the person paid their part.")
    structure_cents: int = Field(0, description="A structure's part of the amount.")
    structure_means: Means | None = None
    fingerprint: str | None = Field(None, description="Of its entry in the journal: SHA-256.")
    returned_at: datetime | None = Field(None, description="The device was brought back; the sale stands.")
    guaranteed_until: date | None = Field(None, description="After a swap or a repair: the last day of the guarantee.")


class CheckoutOut(BaseModel):
    """What was handed over in one go, with its receipts."""

    id: UUID
    relais_id: UUID
    made_at: datetime
    kind: HandoverKind
    tier: Tier
    criterion: Criterion | None
    bracket: str | None
    seen_by: str | None
    seen_on: date | None
    amount_cents: int
    person_cents: int
    person_means: Means | None
    structure_cents: int
    structure_means: Means | None
    handovers: list[HandoverOut] = Field(description="Without those that were taken back since.")


class CardOut(BaseModel):
    """A SIM card that left with a device, as its receipt says it. Never its code."""

    label: str
    receipt: str
    offer: str
    person_cents: int
    structure_cents: int

    @property
    def amount_cents(self) -> int:
        return self.person_cents + self.structure_cents


class UndoOut(BaseModel):
    """The entry that takes a handover back."""

    handover_id: UUID
    sequence: int = Field(description="Its number in the journal.")
    amount_cents: int = Field(description="What is given back: not above zero.")
    reason: UndoReason


class SummaryOut(BaseModel):
    """Handovers of one Relais in one month: counts and amounts, nothing about persons."""

    relais_id: UUID
    relais_name: str
    month: date
    sold: int
    given: int
    amount_cents: int


def receipt_number(year: int, number: int) -> str:
    """« 2026-0042 »."""
    return f"{year}-{number:04d}"
