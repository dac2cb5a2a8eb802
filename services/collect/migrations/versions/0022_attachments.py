"""files by their hash, and what is attached to a donation

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
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
        "donation_attachment",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("donation_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_donation_attachment_donation_id")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_donation_attachment_donor_id")),
        sa.ForeignKeyConstraint(["file_hash"], ["file.hash"], name=op.f("fk_donation_attachment_file_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_attachment")),
    )
    op.create_index(op.f("ix_donation_attachment_donation_id"), "donation_attachment", ["donation_id"], unique=False)
    op.create_index(op.f("ix_donation_attachment_file_hash"), "donation_attachment", ["file_hash"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_donation_attachment_file_hash"), table_name="donation_attachment")
    op.drop_index(op.f("ix_donation_attachment_donation_id"), table_name="donation_attachment")
    op.drop_table("donation_attachment")
    op.drop_index("ix_file_wanted_at", table_name="file")
    op.drop_table("file")
