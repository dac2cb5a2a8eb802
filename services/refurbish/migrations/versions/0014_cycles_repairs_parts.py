"""who answered which point of a sheet; cycles of a device; repairs and spare parts

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("test_sheet", sa.Column("answered", pg.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("test_sheet", sa.Column("cycle", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("device", sa.Column("cycle", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_table(
        "past_cycle",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("cosmetic", sa.String(), nullable=True),
        sa.Column("battery", sa.String(), nullable=True),
        sa.Column("reasons", pg.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("tested_at", _MOMENT, nullable=True),
        sa.Column("ready_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.CheckConstraint("cycle >= 1", name=op.f("ck_past_cycle_cycles_count_from_one")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_past_cycle_device_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_past_cycle_workshop_id")),
        sa.PrimaryKeyConstraint("device_id", "cycle", name=op.f("pk_past_cycle")),
    )
    op.create_table(
        "part",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fits", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("source_device_id", sa.UUID(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lost", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND lost >= 0 AND used + lost <= quantity", name=op.f("ck_part_never_more_than_there_was")
        ),
        sa.CheckConstraint(
            "(origin = 'harvested') = (source_device_id IS NOT NULL)", name=op.f("ck_part_harvested_from_a_device")
        ),
        sa.CheckConstraint("unit_cents >= 0", name=op.f("ck_part_cost_is_no_gain")),
        sa.ForeignKeyConstraint(["source_device_id"], ["device.id"], name=op.f("fk_part_source_device_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_part_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
    )
    op.create_index("ix_part_workshop_kind", "part", ["workshop_id", "kind", "id"], unique=False)
    op.create_index(
        "ix_part_source", "part", ["source_device_id"], unique=False,
        postgresql_where=sa.text("source_device_id IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "repair",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("barrier", sa.String(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("part_id", sa.UUID(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("repaired_at", _MOMENT, nullable=False),
        sa.CheckConstraint("(outcome = 'fixed') = (barrier IS NULL)", name=op.f("ck_repair_barrier_unless_fixed")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_repair_minutes_of_a_day")),
        sa.CheckConstraint("(part_id IS NULL) = (pieces = 0) AND cents >= 0", name=op.f("ck_repair_pieces_of_a_part")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_repair_device_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_repair_part_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_repair_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
    )
    op.create_index("ix_repair_device", "repair", ["device_id", "id"], unique=False)
    op.create_index("ix_repair_workshop", "repair", ["workshop_id", "repaired_at"], unique=False)
    op.create_index("ix_repair_part", "repair", ["part_id"], unique=False)


def downgrade() -> None:
    op.drop_table("repair")
    op.drop_table("part")
    op.drop_table("past_cycle")
    op.drop_column("device", "cycle")
    op.drop_column("test_sheet", "cycle")
    op.drop_column("test_sheet", "answered")
