"""Tables of documents: what was issued, its bytes, and how far the numbers are."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Moment, Ref, Text


class DocumentTable(Base):
    """One issued document. It is never changed; one with other facts about the same thing is a new one."""

    __tablename__ = "document"
    __table_args__ = (
        # Without a gap: a number is drawn in the transaction that keeps its document.
        sa.UniqueConstraint("kind", "year", "sequence"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("number"),
        sa.Index(None, "subject", "issued_at"),
        sa.Index(None, "donor_id", "issued_at"),
        sa.Index(None, "donation_id", "issued_at"),
        sa.CheckConstraint("sequence > 0", name="sequence_counts"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    donation_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("donation.id"))
    kind: Mapped[Text]
    # What it speaks of; the newest of a subject is the one that holds.
    subject: Mapped[Text]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[Text]
    code: Mapped[Text]
    content_sha256: Mapped[str] = mapped_column(sa.Text, comment="of what it says, without number and date")
    sha256: Mapped[str] = mapped_column(sa.Text, comment="of its bytes")
    size: Mapped[int]
    issued_at: Mapped[Moment]
    few: Mapped[bool | None] = mapped_column(
        comment="whether it tells of fewer than five people, so that no link opens it; not known of older ones"
    )


class DocumentContentTable(Base):
    """The bytes of a document, apart from what lists read."""

    __tablename__ = "document_content"

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    document_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("document.id"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(pg.BYTEA)


class DocumentCounterTable(Base):
    """The last number of a kind in a year."""

    __tablename__ = "document_counter"

    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class ValuationTable(Base):
    """What a donor says that its devices of one donation are worth."""

    __tablename__ = "valuation"
    __table_args__ = (
        sa.CheckConstraint("amount_cents >= 0", name="amount_is_no_debt"),
        sa.CheckConstraint("method IN ('cost', 'book', 'market', 'zero')", name="method_known"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("donation.id"), primary_key=True)
    devices: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(sa.BigInteger)
    method: Mapped[Text]
    legal_form: Mapped[Text]
    declared_at: Mapped[Created]
