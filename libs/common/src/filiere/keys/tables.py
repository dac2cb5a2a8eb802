"""The tables of keys, for the services that give any. For migrations alone."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

NOW = sa.text("now()")


def add_key_tables(metadata: sa.MetaData) -> None:
    """Declare the tables in one service's metadata."""
    key = sa.Table(
        "api_key",
        metadata,
        # Null: of the coordination.
        sa.Column("organisation_id", pg.UUID(as_uuid=True)),
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by_name", sa.Text),
        sa.CheckConstraint("role IN ('donor', 'workshop', 'relais', 'coordinator')", name="role_known"),
        sa.CheckConstraint("(role = 'coordinator') = (organisation_id IS NULL)", name="organisation_by_role"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by_name IS NULL)", name="revoked_by_somebody"),
    )
    sa.Index("ix_api_key_organisation", key.c.organisation_id, key.c.created_at)
    secret = sa.Table(
        "api_key_secret",
        metadata,
        sa.Column("key_id", pg.UUID(as_uuid=True), sa.ForeignKey("api_key.id", ondelete="CASCADE"), nullable=False),
        # Of the secret: whoever reads this table has no key.
        sa.Column("secret_hash", sa.Text, primary_key=True),
        # How the secret begins, for people.
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        # Set when the key is renewed: until then both open.
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("secret_hash ~ '^[0-9a-f]{64}$'", name="hash_is_sha256"),
    )
    sa.Index("ix_api_key_secret_key", secret.c.key_id, secret.c.created_at)
