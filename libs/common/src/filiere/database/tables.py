"""The tables that every service has: outbox, inbox, dead letters, memberships, ended sessions, persons,
invitations, journal, idempotency keys.

For migrations alone: what runs writes its SQL by hand.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

NOW = sa.text("now()")


def add_shared_tables(metadata: sa.MetaData) -> None:
    """Declare the shared tables in one service's metadata."""
    _outbox(metadata)
    _inbox(metadata)
    _dead_letter(metadata)
    _membership(metadata)
    _session_end(metadata)
    _person(metadata)
    _invitation(metadata)
    _journal(metadata)
    _idempotency_key(metadata)


def _outbox(metadata: sa.MetaData) -> None:
    # Column names are those of Debezium's outbox router (aggregatetype, aggregateid, type, payload),
    # so that change data capture can replace our relay without a change of code.
    table = sa.Table(
        "outbox",
        metadata,
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", pg.UUID(as_uuid=True), nullable=False, unique=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("aggregatetype", sa.Text, nullable=False),
        sa.Column("aggregateid", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("correlation_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text),
    )
    # The relay looks only for what is not sent yet, in order; sent rows must cost it nothing.
    sa.Index("ix_outbox_unpublished", table.c.seq, postgresql_where=table.c.published_at.is_(None))
    # Keys held back by a failed row: nearly always none.
    sa.Index(
        "ix_outbox_held",
        table.c.topic,
        table.c.aggregateid,
        postgresql_where=sa.and_(table.c.published_at.is_(None), table.c.next_attempt_at.is_not(None)),
    )
    # `events republish --since` and pruning walk by age.
    sa.Index("ix_outbox_created_at", table.c.created_at)


def _inbox(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    )
    sa.Index("ix_inbox_processed_at", table.c.processed_at)  # pruning walks by age


def _dead_letter(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "dead_letter",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("consumer", sa.Text, nullable=False),
        # Null when the message is so broken that it has no readable id.
        sa.Column("event_id", pg.UUID(as_uuid=True)),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        # For a person: text, whatever the bytes were.
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("headers", pg.JSONB, nullable=False),
        # The message itself. No names: parked by a release that kept the text alone. No key: the message has none.
        sa.Column("raw_key", pg.BYTEA),
        sa.Column("header_names", pg.ARRAY(pg.BYTEA)),
        sa.Column("header_values", pg.ARRAY(pg.BYTEA)),
        sa.Column("payload", pg.BYTEA, nullable=False),
        sa.Column("tombstone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('open', 'replayed', 'discarded')", name="status_known"),
        sa.CheckConstraint("(status = 'open') = (resolved_at IS NULL)", name="resolved_when_not_open"),
        sa.CheckConstraint(
            "reason IN ('undecodable', 'invalid', 'exhausted', 'handler_error', 'behind')", name="reason_known"
        ),
    )
    # Every batch asks which of its keys have an open letter; resolved ones must cost it nothing.
    sa.Index(
        "ix_dead_letter_open", table.c.consumer, table.c.topic, table.c.key, postgresql_where=table.c.status == "open"
    )


def _membership(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "membership",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("organisation_id", pg.UUID(as_uuid=True)),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("duty", sa.Text, nullable=False, server_default="lead"),  # within the organisation: `Duty`
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("role IN ('donor', 'workshop', 'relais', 'coordinator', 'service')", name="role_known"),
        # Coordinators and services act for the network; everybody else acts for one organisation.
        sa.CheckConstraint(
            "(role IN ('coordinator', 'service')) = (organisation_id IS NULL)", name="organisation_by_role"
        ),
    )
    sa.Index(
        "uq_membership_subject_role_organisation",
        table.c.subject,
        table.c.role,
        table.c.organisation_id,
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _session_end(metadata: sa.MetaData) -> None:
    # A session lives in its cookie; what is here says which of them count no more. Rows are forgotten once every
    # session that they end has ended by itself.
    sa.Table(
        "session_end",
        metadata,
        sa.Column("subject", sa.Text, primary_key=True),  # empty: everybody
        sa.Column("session", sa.Text, primary_key=True),  # one that was logged out; empty: all that are older
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("subject <> '' OR session = ''", name="everybody_has_no_session"),
    )


def _person(metadata: sa.MetaData) -> None:
    # Who has logged in here: what the identity provider says of them, for screens and for letters.
    sa.Table(
        "person",
        metadata,
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text),  # of mail, when the provider tells it
        sa.Column("language", sa.Text),  # of the pages at the last login; letters speak it
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    )


def _invitation(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "invitation",
        metadata,
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organisation_id", pg.UUID(as_uuid=True)),
        sa.Column("duty", sa.Text, nullable=False, server_default="lead"),
        # Of what the link holds: whoever reads this table cannot make the link.
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("invited_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_by", sa.Text),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('donor', 'workshop', 'relais', 'coordinator')", name="role_known"),
        sa.CheckConstraint("(role = 'coordinator') = (organisation_id IS NULL)", name="organisation_by_role"),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
    )
    # One link at a time for a person and what they are invited to.
    sa.Index(
        "uq_invitation_open",
        table.c.address,
        table.c.role,
        table.c.organisation_id,
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.and_(table.c.accepted_at.is_(None), table.c.revoked_at.is_(None)),
    )


def _journal(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "journal",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("object_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("verb", sa.Text, nullable=False),
        # Null: the network itself, by an event or a rule.
        sa.Column("actor", sa.Text),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("details", pg.JSONB, nullable=False, server_default="{}"),
    )
    sa.Index("ix_journal_object", table.c.object, table.c.object_id, table.c.id)
    sa.Index("ix_journal_at", table.c.at)  # pruning walks by age


def _idempotency_key(metadata: sa.MetaData) -> None:
    table = sa.Table(
        "idempotency_key",
        metadata,
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_hash", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("body", pg.BYTEA, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    )
    sa.Index("ix_idempotency_key_created_at", table.c.created_at)  # pruning walks by age
