"""Shapes of documents in the API and on pages."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from filiere.web.bounded_types import Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from collect.documents.kinds import DocumentKind
from collect.documents.valuation import Method

MOST_EUROS = 100_000_000


def _euros(written: str) -> str:
    """« 1 234,50 € » → « 1234.50 »."""
    plain = "".join(written.split()).rstrip("€").replace(",", ".")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", plain) or Decimal(plain) > MOST_EUROS:
        raise ValueError("Écrivez un montant en euros, avec deux décimales au plus : 1 234,50.")
    return plain


Euros = Annotated[str, StringConstraints(max_length=30), AfterValidator(_euros)]


class AskDocument(BaseModel):
    """Which document is wanted."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind


class ValuationIn(BaseModel):
    """The donor's own value of all that was accepted and collected, in euros, and how it was determined."""

    model_config = ConfigDict(extra="forbid")

    amount: Euros
    method: Method
    legal_form: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60), Visible]

    @property
    def amount_cents(self) -> int:
        return int(Decimal(self.amount) * 100)

    @model_validator(mode="after")
    def _zero_is_zero(self) -> Self:
        if (self.method is Method.ZERO) != (self.amount_cents == 0):
            raise ValueError("« Sans valeur » va avec 0 €, et 0 € avec « sans valeur ».")
        return self


class DocumentOut(BaseModel):
    """An issued document. `code`: what the public page confirms; `sha256`: of its bytes."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    donation_id: UUID | None
    kind: DocumentKind
    number: str
    code: str
    sha256: str
    size: int
    issued_at: datetime


class DocumentState(BaseModel):
    """One kind of document of a donation, and how far it is.

    `waiting`: for what `waits_for` says; `possible`: it can be asked for; `preparing`; `available`: `newest` is the
    document that holds; a new one is made when what it says has changed.
    """

    kind: DocumentKind
    state: Literal["waiting", "possible", "preparing", "available"]
    waits_for: str | None
    failure: str | None
    newest: DocumentOut | None


class LotCertificateState(BaseModel):
    """A lot's certificate of erasure, and how far it is.

    `remaining`: devices that are there and neither wiped nor known to be without a medium; while there are any, a
    certificate is partial, and says so in its title. `withdrawn`: those of them that the workshop took out.
    `waits_for`: why none can be made yet.
    """

    lot_id: UUID
    code: str
    wiped: int
    without_medium: int
    remaining: int
    withdrawn: int
    missing: int
    state: Literal["waiting", "possible", "preparing", "available"]
    waits_for: str | None
    failure: str | None
    newest: DocumentOut | None


class AskYear(BaseModel):
    """Of which year the file is wanted."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=2000, le=2999)]


class YearState(BaseModel):
    """One year of a donor, and the file that holds of it, once there is one."""

    year: int
    is_preparing: bool
    failure: str | None
    newest: DocumentOut | None


class ConfirmedOut(BaseModel):
    """What is confirmed of a document to anybody: nothing about whom it is for."""

    kind: DocumentKind
    kind_fr: str
    number: str
    issued_at: datetime
    sha256: str
    replaced_by: str | None


class LinkOut(BaseModel):
    """A link to a donation's proof for people without an account. `address` is null once it opens nothing."""

    id: UUID
    state: Literal["open", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    address: str | None
