"""Tables of the Relais slice."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import NOW, Base, Created, Id, Words, one_of
from distribute.relais.legal_form import LegalForm
from distribute.relais.mode import Mode


class RelaisTable(Base):
    """A social structure that orders equipment and hands it over."""

    __tablename__ = "relais"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    legal_form: Mapped[str]
    siret: Mapped[str | None]
    address: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    insee: Mapped[str | None]
    # Code of the département: the `territory` of events.
    territory: Mapped[str]
    publics: Mapped[Words]
    people_supported: Mapped[int]
    may_sell: Mapped[bool]
    # May be given what public bodies gave (CG3P, art. L. 3212-2).
    may_receive_public_origin: Mapped[bool] = mapped_column(server_default=sa.true())
    # When the agreement was asked for: the start of the clock of the known pain (five months to sign).
    requested_on: Mapped[date] = mapped_column()
    # What anybody may be told to reach it by: printed with each device. Nobody's own number, says its form.
    public_contact: Mapped[str | None]
    # When it is open, in the words of OpenStreetMap's `opening_hours`.
    opening_hours: Mapped[str | None]
    # Of its commune, in degrees; unknown when the address names none.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    created_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("legal_form", LegalForm), name="legal_form_known"),
        sa.CheckConstraint("people_supported >= 0", name="people_not_negative"),
        # One structure registers once; those without a number yet are told apart by people.
        sa.Index("uq_relais_siret", "siret", unique=True, postgresql_where=sa.text("siret IS NOT NULL")),
    )


class AgreementTable(Base):
    """A signed agreement (convention). A Relais may order while one is in force."""

    __tablename__ = "agreement"

    relais_id: Mapped[Id] = mapped_column(sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    signed_on: Mapped[date]
    signed_by: Mapped[str]
    ended_on: Mapped[date | None]
    # What the Relais does; not said by what was signed before it was asked.
    mode: Mapped[str | None]
    created_at: Mapped[Created] = mapped_column(server_default=NOW)

    __table_args__ = (
        sa.CheckConstraint(f"mode IS NULL OR {one_of('mode', Mode)}", name="mode_known"),
        sa.CheckConstraint("ended_on >= signed_on", name="ends_after_signature"),
        # One agreement in force at a time.
        sa.Index("uq_agreement_in_force", "relais_id", unique=True, postgresql_where=sa.text("ended_on IS NULL")),
    )


class ReferentTable(Base):
    """Somebody at work whom the other side telephones; it holds whoever it is today, and nobody before."""

    __tablename__ = "relais_referent"

    relais_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relais.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]

    __table_args__ = (sa.CheckConstraint("side IN ('network', 'relais')", name="side_known"),)


class PublicsAskedTable(Base):
    """Publics that a structure asks to be known for: they weigh, so the coordination answers."""

    __tablename__ = "publics_asked"

    relais_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    publics: Mapped[Words]
    why: Mapped[str]
    asked_at: Mapped[Created] = mapped_column(server_default=NOW)
    decided_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    accepted: Mapped[bool | None]
    answer: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided_or_not"),
        sa.CheckConstraint("accepted OR answer IS NOT NULL", name="refused_with_a_reason"),
        # One question of a structure waits at a time.
        sa.Index("uq_publics_asked_open", "relais_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
        sa.Index("ix_publics_asked_relais", "relais_id", "asked_at"),
    )
