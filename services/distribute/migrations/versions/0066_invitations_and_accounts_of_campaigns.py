"""invitations to campaigns, and what structures say of one at its end

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_invitation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("campaign_id", sa.UUID(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_campaign_invitation_address_in_lower_case")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_invitation_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_invitation")),
    )
    op.create_index("uq_campaign_invitation_address", "campaign_invitation", ["campaign_id", "address"], unique=True)
    op.create_table(
        "campaign_account",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("campaign_id", sa.UUID(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(said IS NULL) = (said_at IS NULL)", name=op.f("ck_campaign_account_said_is_dated")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_account_campaign_id")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_campaign_account_relais_id")),
        sa.PrimaryKeyConstraint("relais_id", "campaign_id", name=op.f("pk_campaign_account")),
    )
    op.create_index("ix_campaign_account_campaign", "campaign_account", ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_table("campaign_account")
    op.drop_table("campaign_invitation")
