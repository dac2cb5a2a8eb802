"""files by their hash, and keys of workshops' tools

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_file_hash_is_sha256")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_file")),
    )
    op.create_index("ix_file_wanted_at", "file", ["wanted_at"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('donor', 'workshop', 'relais', 'coordinator')", name=op.f("ck_api_key_role_known")
        ),
        sa.CheckConstraint(
            "(role = 'coordinator') = (organisation_id IS NULL)", name=op.f("ck_api_key_organisation_by_role")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_name IS NULL)", name=op.f("ck_api_key_revoked_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_index("ix_api_key_organisation", "api_key", ["organisation_id", "created_at"], unique=False)
    op.create_table(
        "api_key_secret",
        sa.Column("key_id", sa.UUID(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("secret_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_api_key_secret_hash_is_sha256")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_api_key_secret_key_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_api_key_secret")),
    )
    op.create_index("ix_api_key_secret_key", "api_key_secret", ["key_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_api_key_secret_key", table_name="api_key_secret")
    op.drop_table("api_key_secret")
    op.drop_index("ix_api_key_organisation", table_name="api_key")
    op.drop_table("api_key")
    op.drop_index("ix_file_wanted_at", table_name="file")
    op.drop_table("file")
