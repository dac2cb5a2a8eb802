"""drafts of orders, and templates

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_draft",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lines", pg.JSONB(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_order_draft_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_draft")),
    )
    op.create_index("ix_order_draft_relais", "order_draft", ["relais_id", "updated_at", "id"])


def downgrade() -> None:
    op.drop_table("order_draft")
