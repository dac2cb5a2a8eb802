"""What the pages and the API of top-ups take and give. No model but the import's holds a code."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from filiere.catalogue import Tier
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from distribute.handovers.schemas import CheckoutOut, OpenedIn, PaymentIn, PersonIn, TierIn
from distribute.handovers.status import Criterion, HandoverKind
from distribute.till_journal.status import Means, UndoReason
from distribute.topups.status import Activation, CodeStatus, OfferKind, ReturnReason, ShownAgain, ToldBy, Unused
from distribute.typed_euros import cents_of

DEAREST_CENTS = 20_000
MOST_SENT = 1_000
MOST_LINES = 300
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60), Visible]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]
Cents = Annotated[int, Field(ge=0, le=DEAREST_CENTS), NoFlag]
Euros = Annotated[Cents, BeforeValidator(cents_of)]
Many = Annotated[int, Field(ge=1, le=MOST_SENT), NoFlag]
Wanted = Annotated[int, Field(ge=0, le=MOST_SENT), NoFlag]
Typed = Annotated[Wanted, BeforeValidator(lambda typed: typed or 0)]
Number = Annotated[int, Field(ge=1, le=10**12), NoFlag]
Numbers = Annotated[list[Number], Field(max_length=MOST_SENT)]


class PriceIn(BaseModel):
    """What an offer costs from a day on."""

    model_config = ConfigDict(extra="forbid")

    cents: Euros = Field(description="Solidarity price in euro cents, or as people write it.")
    valid_from: Day = Field(description="Its first day: tomorrow at the earliest, but for the first price.")
    source: Sentence = Field(description="Where the figure comes from.")
    is_example: bool = Field(False, description="Nobody's tariff: to be replaced.")


class OfferWords(BaseModel):
    """What an offer is called, and how one uses it."""

    model_config = ConfigDict(extra="forbid")

    operator: Word
    name: Word = Field(description="As people say it, such as « 2 Go, 30 jours ».")
    how_to: Sentence = Field(description="How one uses it: printed on the slip.")


class OfferIn(OfferWords, PriceIn):
    """An offer with its first price."""

    kind: OfferKind


class WrongLine(BaseModel):
    """A line of a file of codes that was not taken in."""

    line: int
    why: str = Field(description="A French sentence; it repeats no code.")


class ImportedOut(BaseModel):
    """What became of a file of codes."""

    imported: int
    refused: int
    wrong: list[WrongLine] = Field(max_length=100, description="The first hundred of those that were refused.")


class SendIn(BaseModel):
    """Codes for a Relais."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID
    codes: Many


class AskIn(BaseModel):
    """How many codes of an offer a Relais asks for: instead of what it still waits for; 0 gives that up."""

    model_config = ConfigDict(extra="forbid")

    codes: Wanted
    relais_id: UUID | None = Field(None, description="Which of your structures, where you have several.")


class AskLineIn(AskIn):
    """One offer for one structure."""

    offer_id: UUID


class AskAllIn(BaseModel):
    """What a person asks for in one go, for one structure or several; a line that changes nothing leaves its place."""

    model_config = ConfigDict(extra="forbid")

    lines: list[AskLineIn] = Field(min_length=1, max_length=MOST_LINES)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({(one.relais_id, one.offer_id) for one in self.lines}) < len(self.lines):
            raise ValueError("Une offre est demandée deux fois pour la même structure.")
        return self


class RequestOut(BaseModel):
    """What a Relais still waits for."""

    relais_id: UUID
    relais_name: str
    offer_id: UUID
    codes: int = Field(description="Asked for.")
    given: int = Field(description="Of these, sent.")
    asked_at: datetime

    @property
    def missing(self) -> int:
        return self.codes - self.given


class ShareOut(BaseModel):
    """What a Relais was sent of a sharing."""

    relais_id: UUID
    wanted: int
    given: int


class ReturnIn(BaseModel):
    """Codes that a Relais gives back: so many, or these."""

    model_config = ConfigDict(extra="forbid")

    codes: Many | None = Field(None, description="So many: those to use first.")
    numbers: Numbers = Field(default_factory=list, description="These, of whichever of your structures.")
    reason: ReturnReason
    relais_id: UUID | None = Field(None, description="Which of your structures, where you have several.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.codes is None) == (not self.numbers):
            raise ValueError("Choisissez au moins un code.")
        return self


class RestockIn(BaseModel):
    """Codes that came back, for whoever is sent some next."""

    model_config = ConfigDict(extra="forbid")

    numbers: Annotated[Numbers, Field(min_length=1)]
    operator_confirms: bool = Field(
        False, description="Of those that somebody has read: their operator says that nobody used them."
    )


class CodeOut(BaseModel):
    """A code by its number. Never what it says."""

    number: int = Field(description="What people call it by.")
    status: CodeStatus
    relais_id: UUID | None
    relais_name: str | None
    expires_on: date | None
    was_shown: bool = Field(description="Somebody has read it since it was sealed.")
    returned_why: ReturnReason | Unused | None
    moved_at: datetime

    @property
    def code_number(self) -> str:
        return code_number(self.number)

    def works_on(self, day: date) -> bool:
        return self.expires_on is None or self.expires_on >= day

    def may_be_stock(self, day: date) -> bool:
        """Refused by its operator it never is."""
        return self.works_on(day) and self.returned_why is not Unused.REFUSED


class PriceOut(BaseModel):
    """A price of an offer."""

    offer_id: UUID
    valid_from: date
    cents: int
    source: str
    is_example: bool


class OfferOut(BaseModel):
    """An offer as it stands today, with what is there of it."""

    id: UUID
    operator: str
    kind: OfferKind
    name: str
    how_to: str
    closed_at: datetime | None = Field(None, description="Since then it is neither asked for nor handed over.")
    cents: int | None = Field(description="Its price today; none: it is not sold yet.")
    source: str | None
    is_example: bool
    in_stock: int = Field(description="Codes at the network that work today; for a Relais nothing.")
    at_relais: int = Field(description="Codes at the caller's Relais that work today; for the coordination at all.")
    left: int = Field(description="Codes that were handed over there.")
    returned: int = Field(description="Codes that came back and wait for the coordination.")
    expired: int = Field(description="Codes at the network or a Relais that work no more; for a Relais its own.")
    expires_on: date | None = Field(description="The next day after which some of those to hand over do not work.")

    @property
    def title(self) -> str:
        return f"{self.operator} · {self.name}"

    @property
    def to_give_back(self) -> int:
        """Codes that a Relais may give back: those that work no more leave first."""
        return self.at_relais + self.expired


class AtRelais(BaseModel):
    """How many codes of an offer a Relais has."""

    relais_id: UUID
    relais_name: str
    at_relais: int
    left: int


class LotOut(BaseModel):
    """A file that was taken in."""

    id: UUID
    name: str
    imported: int
    refused: int
    imported_at: datetime
    withdrawn_at: datetime | None = Field(None, description="Taken in by mistake: its codes are gone.")
    may_be_withdrawn: bool = Field(False, description="Nobody has had or seen one of its codes.")


class SaleIn(PersonIn, TierIn, PaymentIn):
    """A top-up for a person, who is at most a local alias and a public."""

    id: UUID = Field(description="Your own new UUID: the same one again sells nothing more.")
    offer_id: UUID
    kind: HandoverKind
    relais_id: UUID | None = Field(None, description="Which of your structures, where you have several.")


class KitIn(PersonIn, OpenedIn, PaymentIn):
    """A device and a SIM card for one person, in one go; by no slip, which is for one of them."""

    model_config = ConfigDict(extra="forbid")

    id: UUID = Field(description="Your own new UUID: the same one again hands nothing more over.")
    label: Annotated[str, StringConstraints(max_length=200)] = Field(description="Of the device.")
    offer_id: UUID = Field(description="Of the SIM card.")
    kind: HandoverKind
    tier: Tier | None = Field(None, description="Of the device, opened by the Relais; a gift needs none.")


class KitForm(KitIn):
    """The same as the page sends it: what the device costs says whether it is sold."""

    model_config = ConfigDict(extra="ignore")

    kind: HandoverKind = HandoverKind.SOLD
    tier: Tier
    structure_cents: Euros = 0

    @model_validator(mode="after")
    def _is_given(self) -> Self:
        if self.tier is Tier.GIFT:
            self.kind = HandoverKind.GIVEN
        return self


class SellForm(SaleIn):
    """The same as the page sends it; the fields of the page that mean nothing here are left alone."""

    model_config = ConfigDict(extra="ignore")

    structure_cents: Euros = 0


class SaleOut(BaseModel):
    """A top-up that was handed over, for the Relais that did. Never its code."""

    id: UUID
    relais_id: UUID
    relais_name: str
    offer_id: UUID
    operator: str
    offer_kind: OfferKind
    name: str
    how_to: str
    code_id: UUID
    number: int = Field(description="What people call the code by, instead of what it says.")
    expires_on: date | None
    kind: HandoverKind
    amount_cents: int
    person_cents: int
    means: Means | None
    structure_cents: int
    structure_means: Means | None
    person_alias: str | None
    public: str | None
    criterion: Criterion | None
    sold_by: str = Field(description="Subject of the colleague who handed it over.")
    sold_at: datetime
    sequence: int = Field(description="Its entry in the journal of the till.")
    receipt: str
    fingerprint: str = Field(description="Of its entry in the journal: SHA-256.")
    shown_at: datetime | None
    times_shown: int
    activation: Activation | None
    activation_told_by: ToldBy | None
    activation_at: datetime | None
    undone_at: datetime | None

    @property
    def title(self) -> str:
        return f"{self.operator} · {self.name}"

    @property
    def code_number(self) -> str:
        return code_number(self.number)

    @property
    def was_used(self) -> bool:
        """Somebody began to use it: it does not come back."""
        return self.activation in (Activation.ASKED, Activation.ACTIVE)


class KitOut(BaseModel):
    """What left together. Never the code of the card."""

    id: UUID
    amount_cents: int
    checkout: CheckoutOut = Field(description="The device, with its receipt.")
    card: SaleOut = Field(description="The SIM card, a line of the same receipt.")


class ShowIn(BaseModel):
    """Why a code is shown; the first time needs no reason."""

    again: ShownAgain | None = None


class UndoTopupIn(BaseModel):
    """Why it is taken back, and how one knows that nobody used a code that was shown."""

    model_config = ConfigDict(extra="forbid")

    reason: UndoReason
    unused: Unused | None = None


class UndoForm(UndoTopupIn):
    """The same as the page sends it."""

    model_config = ConfigDict(extra="ignore")


class ActivationIn(BaseModel):
    """How far the operator's activation is."""

    model_config = ConfigDict(extra="forbid")

    activation: Activation
    told_by: ToldBy


def code_number(number: int) -> str:
    """« R-000042 »: on slips, in the journal of the till, in the accountant's file."""
    return f"R-{number:06d}"


class OfferForm(OfferIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class PriceForm(PriceIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class SendForm(SendIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class ReturnForm(ReturnIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class ActivationForm(ActivationIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class FileForm(BaseModel):
    """What a file of codes is called; the file itself is read beside it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Visible] = "lot"


class RestockForm(RestockIn):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class WordsForm(OfferWords):
    """As the page sends it."""

    model_config = ConfigDict(extra="ignore")


class LastPriceForm(BaseModel):
    """The price that is taken back, by its first day."""

    valid_from: Day


class LotForm(BaseModel):
    """The file that is taken back."""

    lot_id: UUID


class AskForm(BaseModel):
    """As the page sends it: each line names a structure and an offer, and how many codes beside it; empty is none.

    What is left as it was shown says nothing: somebody else may have said another number meanwhile.
    """

    line: Annotated[list[Annotated[str, StringConstraints(max_length=73)]], Field(max_length=MOST_LINES)]
    codes: Annotated[list[Typed], Field(max_length=MOST_LINES)]
    shown: Annotated[list[Typed], Field(max_length=MOST_LINES)]
    lines: Annotated[list[AskLineIn], Field(max_length=MOST_LINES)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_lines(self) -> Self:
        for line, codes, shown in zip(self.line, self.codes, self.shown, strict=True):
            relais, _, offer = line.partition(" ")
            asked = AskLineIn(relais_id=UUID(relais), offer_id=UUID(offer), codes=codes)
            if codes != shown:
                self.lines.append(asked)
        return self

    @property
    def said(self) -> AskAllIn | None:
        """None when nothing was edited."""
        return AskAllIn(lines=self.lines) if self.lines else None
