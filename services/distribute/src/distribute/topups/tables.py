"""Tables of the topups slice. What a code says stands in `topup_code.secret` alone, sealed."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.handovers.status import Criterion, HandoverKind
from distribute.topups.status import Activation, CodeStatus, OfferKind, ReturnReason, ToldBy, Unused


class TopupOfferTable(Base):
    """What an operator offers. Its prices are rows of their own, each from a day on."""

    __tablename__ = "topup_offer"

    id: Mapped[Id] = mapped_column(primary_key=True)
    operator: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    # How one uses it: said on the slip.
    how_to: Mapped[str]
    created_at: Mapped[Created]
    # Neither asked for nor handed over any more; what there is of it stays where it is, until it is given back.
    closed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", OfferKind), name="kind_known"),
        sa.UniqueConstraint("operator", "name"),
    )


class TopupPriceTable(Base):
    """What an offer costs from a day on. A trigger refuses to change one, and to take it away once it has begun."""

    __tablename__ = "topup_price"

    offer_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_offer.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    cents: Mapped[int]
    source: Mapped[str]
    # Nobody's tariff: an example that the coordination replaces.
    is_example: Mapped[bool]
    set_at: Mapped[Created]

    __table_args__ = (sa.CheckConstraint("cents BETWEEN 0 AND 20000", name="cents_bounded"),)


class TopupLotTable(Base):
    """A file of codes that was taken in."""

    __tablename__ = "topup_lot"

    id: Mapped[Id] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_offer.id"))
    name: Mapped[str]
    imported: Mapped[int]
    refused: Mapped[int]
    imported_at: Mapped[Created]
    # Taken in by mistake: its codes are gone, for nobody had or saw one.
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (sa.Index("ix_topup_lot_offer", "offer_id", "imported_at"),)


class TopupCodeTable(Base):
    """One code, sealed. It is in one place, and leaves once: see `topup_sale`."""

    __tablename__ = "topup_code"

    relais_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    # What people call it by, instead of what it says.
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    offer_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_offer.id"))
    lot_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_lot.id"))
    key_id: Mapped[str]
    secret: Mapped[bytes]
    fingerprint: Mapped[bytes] = mapped_column(unique=True)
    expires_on: Mapped[date | None]
    status: Mapped[str]
    # Somebody has read it since it was sealed.
    was_shown: Mapped[bool] = mapped_column(server_default=sa.text("false"))
    returned_why: Mapped[str | None]
    moved_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", CodeStatus), name="status_known"),
        sa.CheckConstraint("(status = 'in_stock') = (relais_id IS NULL)", name="at_a_relais_or_in_stock"),
        sa.CheckConstraint(
            f"{one_of('returned_why', ReturnReason)} OR {one_of('returned_why', Unused)}", name="returned_why_known"
        ),
        sa.CheckConstraint("(status = 'returned') = (returned_why IS NOT NULL)", name="returned_with_a_reason"),
        sa.Index("ix_topup_code_place", "offer_id", "status", "relais_id", "expires_on", "number"),
        sa.Index("ix_topup_code_relais", "relais_id"),
        sa.Index("ix_topup_code_lot", "lot_id"),
        sa.Index("ix_topup_code_key", "key_id"),
    )


class TopupSaleTable(Base):
    """A code that was handed over to somebody; taken back, it stays, and says so."""

    __tablename__ = "topup_sale"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    # Chosen by whoever asks, so that asking twice sells once.
    id: Mapped[Id] = mapped_column(primary_key=True)
    code_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_code.id"))
    offer_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_offer.id"))
    kind: Mapped[str]
    amount_cents: Mapped[int]
    # The price of the day, whoever paid it: what the monthly ceiling counts.
    worth_cents: Mapped[int]
    person_alias: Mapped[str | None]
    person_public: Mapped[str | None]
    criterion: Mapped[str | None]
    bracket: Mapped[str | None]
    seen_by: Mapped[str | None]
    sold_by: Mapped[str]
    sold_at: Mapped[Created]
    # Its entry in the journal of the till.
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    receipt: Mapped[str]
    shown_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    times_shown: Mapped[int] = mapped_column(server_default=sa.text("0"))
    activation: Mapped[str | None]
    activation_told_by: Mapped[str | None]
    activation_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        # A code leaves once: whatever runs beside it, and whoever asks.
        sa.Index("uq_topup_sale_code", "code_id", unique=True, postgresql_where=sa.text("undone_at IS NULL")),
        sa.UniqueConstraint("relais_id", "sequence"),
        sa.CheckConstraint(one_of("kind", HandoverKind), name="kind_known"),
        sa.CheckConstraint(one_of("criterion", Criterion), name="criterion_known"),
        sa.CheckConstraint(one_of("activation", Activation), name="activation_known"),
        sa.CheckConstraint(one_of("activation_told_by", ToldBy), name="told_by_known"),
        sa.CheckConstraint(
            "(activation IS NULL) = (activation_told_by IS NULL) AND (activation IS NULL) = (activation_at IS NULL)",
            name="activation_is_told",
        ),
        sa.CheckConstraint("kind = 'sold' OR amount_cents = 0", name="gifts_are_free"),
        sa.CheckConstraint("amount_cents >= 0 AND worth_cents >= 0", name="amounts_not_negative"),
        sa.CheckConstraint("(shown_at IS NULL) = (times_shown = 0)", name="shown_is_counted"),
        sa.Index("ix_topup_sale_relais", "relais_id", "sold_at"),
        sa.Index("ix_topup_sale_code", "code_id"),
    )


class TopupRequestTable(Base):
    """What a Relais asks for of an offer: one at a time, until it has all or gives it up."""

    __tablename__ = "topup_request"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("topup_offer.id"))
    codes: Mapped[int]
    given: Mapped[int] = mapped_column(server_default=sa.text("0"))
    asked_at: Mapped[Created]
    closed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint("codes BETWEEN 1 AND 1000", name="codes_bounded"),
        sa.CheckConstraint("given BETWEEN 0 AND codes", name="given_within_what_is_asked"),
        sa.Index(
            "uq_topup_request_open",
            "offer_id",
            "relais_id",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_topup_request_relais", "relais_id", "asked_at"),
    )
