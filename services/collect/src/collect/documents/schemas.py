"""Shapes of documents in the API and on pages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from collect.documents.kinds import DocumentKind


class AskDocument(BaseModel):
    """Which document is wanted."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind


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
