"""The table of links, for the services that have any."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg


def add_link_table(metadata: sa.MetaData) -> None:
    """Declare the table in one service's metadata."""
    table = sa.Table(
        "link",
        metadata,
        # Whose it is: who may list and revoke it.
        sa.Column("organisation_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        # What it opens.
        sa.Column("subject_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("expires_at > created_at", name="ends_later"),
    )
    sa.Index("ix_link_subject", table.c.subject_id, table.c.purpose, table.c.created_at)
