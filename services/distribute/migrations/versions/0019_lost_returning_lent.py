"""what is lost, comes back or is lent; incidents on the way, with their photos

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql as pg

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BEFORE = "'available', 'reserved', 'shipped', 'delivered', 'handed_over', 'withdrawn'"
_NOW = "'available', 'reserved', 'shipped', 'delivered', 'lent', 'handed_over', 'returning', 'lost', 'withdrawn'"
_PROMISED = (
    "(status IN ({free})) = (line_id IS NULL)"
    " AND (line_id IS NULL) = (order_id IS NULL) AND (line_id IS NULL) = (relais_id IS NULL)"
)


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    op.add_column("stock_item", sa.Column("identifiers", pg.ARRAY(sa.Text()), nullable=True))
    op.add_column("shipment", sa.Column("carrier", sa.String(), nullable=True))
    op.add_column("shipment", sa.Column("tracking", sa.String(), nullable=True))
    _check("stock_item", "ck_stock_item_status_known", f"status IN ({_NOW})")
    _check(
        "stock_item",
        "ck_stock_item_promised_when_leaving",
        _PROMISED.format(free="'available', 'withdrawn', 'lost', 'returning'"),
    )
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
        "incident",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("shipment_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("file_hash", sa.Text(), nullable=True),
        sa.Column("replacement_id", sa.UUID(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('missing', 'damaged', 'wrong')", name=op.f("ck_incident_kind_known")),
        sa.CheckConstraint("side IN ('relais', 'workshop', 'coordination')", name=op.f("ck_incident_side_known")),
        sa.CheckConstraint(
            "outcome IN ('received', 'on_its_way', 'lost', 'found', 'kept', 'replaced', 'short', 'returned')",
            name=op.f("ck_incident_outcome_known"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_incident_settled_is_dated")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_incident_relais_id_relais")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_incident_shipment_id_shipment")),
        sa.ForeignKeyConstraint(["device_id"], ["stock_item.device_id"], name=op.f("fk_incident_device_id_stock_item")),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["stock_item.device_id"], name=op.f("fk_incident_replacement_id_stock_item")
        ),
        sa.ForeignKeyConstraint(["file_hash"], ["file.hash"], name=op.f("fk_incident_file_hash_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_shipment_id", "incident", ["shipment_id"])
    op.create_index("ix_incident_file_hash", "incident", ["file_hash"])
    op.create_index("ix_incident_said_at", "incident", ["said_at", "id"])
    op.create_index("ix_incident_device_id", "incident", ["device_id"])
    op.create_index(
        "uq_incident_open", "incident", ["device_id"], unique=True, postgresql_where=sa.text("settled_at IS NULL")
    )
    # A serial is scanned at a Relais: read among its own devices.
    index_concurrently("ix_stock_item_relais_serial", "stock_item (relais_id, serial) WHERE relais_id IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_stock_item_relais_serial")
    op.drop_table("incident")
    op.drop_table("file")
    _check("stock_item", "ck_stock_item_promised_when_leaving", _PROMISED.format(free="'available', 'withdrawn'"))
    _check("stock_item", "ck_stock_item_status_known", f"status IN ({_BEFORE})")
    op.drop_column("shipment", "tracking")
    op.drop_column("shipment", "carrier")
    op.drop_column("stock_item", "identifiers")
