"""Tables of applications."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.applications.status import ApplicationStatus
from distribute.base import Base, Created, Id, one_of
from distribute.relais.legal_form import LegalForm


class ApplicationTable(Base):
    """A structure that asks to be a Relais; filled screen by screen, so most of it may be missing."""

    __tablename__ = "application"

    id: Mapped[Id] = mapped_column(primary_key=True)
    status: Mapped[str]
    name: Mapped[str]
    siret: Mapped[str | None]
    rna: Mapped[str | None]
    # Somebody's at work: taken away with the application that led to nothing.
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    contact_phone: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    territory: Mapped[str | None]
    locality: Mapped[str | None]
    legal_form: Mapped[str | None]
    publics: Mapped[list[str] | None] = mapped_column(pg.ARRAY(sa.Text))
    people_supported: Mapped[int | None]
    volunteers: Mapped[int | None]
    may_sell: Mapped[bool | None]
    needs: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB)
    # The version of the questions, and what was answered: what it proposes follows from both.
    diagnosis: Mapped[str | None]
    answers: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB)
    # Stands in the letter to the address, and in none to another one.
    check_id: Mapped[UUID | None] = mapped_column(
        pg.UUID(as_uuid=True), sa.Computed("md5(id::text || ' ' || contact_email)::uuid", persisted=True)
    )
    # When somebody who reads mail at the address said so.
    checked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # When the last letter with the link to confirm was written.
    letter_at: Mapped[Created]
    # How many were: a stranger fills nobody's letter box.
    letters: Mapped[int] = mapped_column(server_default=sa.text("1"))
    sent_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    reason: Mapped[str | None]
    relais_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relais.id"))
    # Of which network it was begun, as a keyed hash: counted for an hour, gone after a day.
    network: Mapped[str | None]
    # By whose link it came.
    campaign_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    # Its structure was a Relais, or had applied: it ended, and a letter said so.
    known_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    created_at: Mapped[Created]
    changed_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", ApplicationStatus), name="status_known"),
        sa.CheckConstraint(f"legal_form IS NULL OR {one_of('legal_form', LegalForm)}", name="legal_form_known"),
        sa.CheckConstraint("siret IS NOT NULL OR rna IS NOT NULL", name="has_a_number"),
        sa.CheckConstraint("(diagnosis IS NULL) = (answers IS NULL)", name="answers_of_a_version"),
        sa.CheckConstraint("status <> 'refused' OR reason IS NOT NULL", name="refused_with_a_reason"),
        sa.CheckConstraint("(status = 'accepted') = (relais_id IS NOT NULL)", name="accepted_is_a_relais"),
        # Nothing counts before its address is confirmed.
        sa.CheckConstraint(
            "status IN ('started', 'to_check', 'given_up') OR checked_at IS NOT NULL", name="checked_before_it_counts"
        ),
        # One structure waits once; what nobody has confirmed keeps nobody out.
        sa.Index(
            "uq_application_siret", "siret", unique=True, postgresql_where=sa.text("status IN ('sent', 'taken_up')")
        ),
        sa.Index("uq_application_rna", "rna", unique=True, postgresql_where=sa.text("status IN ('sent', 'taken_up')")),
        # What waits, the oldest first; what is counted before another begins.
        sa.Index("ix_application_sent", "sent_at", "id"),
        sa.Index("uq_application_check", "check_id", unique=True),
        sa.Index("ix_application_created", "created_at"),
    )
