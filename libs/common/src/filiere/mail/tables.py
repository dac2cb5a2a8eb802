"""The tables of mail: who reads, and what is written to them. For migrations alone."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

NOW = sa.text("now()")


def add_mail_tables(metadata: sa.MetaData) -> None:
    """Declare the tables in one service's metadata."""
    sa.Table(
        "mail_reader",
        metadata,
        # Random, and told to this reader alone: whoever shows it may choose what the address gets.
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("switched_off", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("address = lower(address)", name="address_in_lower_case"),
    )
    mail = sa.Table(
        "mail",
        metadata,
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column(
            "reader_id", pg.UUID(as_uuid=True), sa.ForeignKey("mail_reader.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("once", sa.Text),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        # Why the last attempt failed, without a word of the server's that may repeat the address.
        sa.Column("failure", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'unwanted')", name="state_known"),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="end_is_dated"),
    )
    # What a worker looks for; ended letters cost it nothing.
    sa.Index("ix_mail_waiting", mail.c.next_attempt_at, postgresql_where=mail.c.ended_at.is_(None))
    # Pruning walks by age.
    sa.Index("ix_mail_ended_at", mail.c.ended_at, postgresql_where=mail.c.ended_at.is_not(None))
    # The same news twice to one reader is one letter.
    sa.Index("uq_mail_once", mail.c.reader_id, mail.c.once, unique=True, postgresql_where=mail.c.once.is_not(None))
