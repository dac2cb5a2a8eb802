"""The table of files, for the services that keep any. For migrations alone."""

import sqlalchemy as sa

NOW = sa.text("now()")


def add_file_table(metadata: sa.MetaData) -> None:
    """Declare the table in one service's metadata; what names a file has a foreign key to its hash."""
    sa.Table(
        "file",
        metadata,
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        # Somebody was about to name it: nobody takes it away for a day.
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Index("ix_file_wanted_at", "wanted_at"),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash_is_sha256"),
    )
