"""the till's journal

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The journal of the till only ever grows, each entry behind the last.
_TRIGGERS = (
    """
CREATE FUNCTION till_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'the journal of the till is neither changed nor deleted: enter a correction'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT sequence, hash, day, total_cents INTO last FROM till_entry
        WHERE relais_id = NEW.relais_id ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> coalesce(last.sequence, 0) + 1 OR NEW.previous <> coalesce(last.hash, repeat('0', 64))
        OR NEW.day < last.day
        OR NEW.total_cents <> coalesce(last.total_cents, 0) + NEW.person_cents + NEW.structure_cents
    THEN
        RAISE EXCEPTION 'entry % of the till does not follow the last one', NEW.sequence
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER till_entry_follows BEFORE INSERT OR UPDATE OR DELETE ON till_entry
    FOR EACH ROW EXECUTE FUNCTION till_entry_follows()
""",
    """
CREATE TRIGGER till_entry_stays BEFORE TRUNCATE ON till_entry
    FOR EACH STATEMENT EXECUTE FUNCTION till_entry_follows()
""",
)


def upgrade() -> None:
    op.create_table(
        "till_checkout",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.Column("bracket", sa.String(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("person_cents", sa.Integer(), nullable=False),
        sa.Column("person_means", sa.String(), nullable=True),
        sa.Column("structure_cents", sa.Integer(), nullable=False),
        sa.Column("structure_means", sa.String(), nullable=True),
        sa.CheckConstraint(
            "criterion IN ('family_quotient', 'left_to_live', 'attestation')",
            name=op.f("ck_till_checkout_criterion_known"),
        ),
        sa.CheckConstraint("kind IN ('sold', 'given')", name=op.f("ck_till_checkout_kind_known")),
        sa.CheckConstraint(
            "person_means IN ('cash', 'card', 'cheque', 'transfer', 'voucher', 'unsaid')",
            name=op.f("ck_till_checkout_person_means_known"),
        ),
        sa.CheckConstraint(
            "structure_means IN ('cash', 'card', 'cheque', 'transfer', 'voucher', 'unsaid')",
            name=op.f("ck_till_checkout_structure_means_known"),
        ),
        sa.CheckConstraint("tier IN ('gift', 'very_solidary', 'solidary')", name=op.f("ck_till_checkout_tier_known")),
        sa.CheckConstraint("(seen_by IS NULL) = (seen_on IS NULL)", name=op.f("ck_till_checkout_seen_by_is_dated")),
        sa.CheckConstraint(
            "person_cents >= 0 AND structure_cents >= 0", name=op.f("ck_till_checkout_parts_not_negative")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_till_checkout_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_checkout")),
    )
    op.create_index("ix_till_checkout_relais", "till_checkout", ["relais_id", "made_at"], unique=False)
    op.create_table(
        "till_entry",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("handover_id", sa.UUID(), nullable=True),
        sa.Column("device_id", sa.UUID(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("person_cents", sa.Integer(), nullable=False),
        sa.Column("person_means", sa.String(), nullable=True),
        sa.Column("structure_cents", sa.Integer(), nullable=False),
        sa.Column("structure_means", sa.String(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name=op.f("ck_till_entry_undo_names_its_entry")),
        sa.CheckConstraint(
            "kind IN ('sale', 'gift', 'undo', 'close_day', 'close_month', 'close_year')",
            name=op.f("ck_till_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "person_means IN ('cash', 'card', 'cheque', 'transfer', 'voucher', 'unsaid')",
            name=op.f("ck_till_entry_person_means_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('wrong_device', 'wrong_price', 'changed_mind', 'does_not_work', 'trial')",
            name=op.f("ck_till_entry_reason_known"),
        ),
        sa.CheckConstraint(
            "structure_means IN ('cash', 'card', 'cheque', 'transfer', 'voucher', 'unsaid')",
            name=op.f("ck_till_entry_structure_means_known"),
        ),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_till_entry_sequence_from_one")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_till_entry_relais_id")),
        sa.PrimaryKeyConstraint("relais_id", "sequence", name=op.f("pk_till_entry")),
        sa.UniqueConstraint("relais_id", "undoes", name=op.f("uq_till_entry_relais_id_undoes")),
    )
    op.create_index("ix_till_entry_day", "till_entry", ["relais_id", "day", "sequence"], unique=False)
    op.create_index(
        "uq_till_entry_handover", "till_entry", ["handover_id"], unique=True, postgresql_where=sa.text("undoes IS NULL")
    )
    op.add_column("handover", sa.Column("checkout_id", sa.UUID(), nullable=True))
    op.add_column("handover", sa.Column("sequence", sa.BigInteger(), nullable=True))
    for statement in _TRIGGERS:
        op.execute(statement)
    index_concurrently("ix_handover_checkout_id", "handover (checkout_id) WHERE checkout_id IS NOT NULL")
    # Small once what is from before has its entries: each till does so itself when it is used next.
    index_concurrently("ix_handover_unchained", "handover (relais_id) WHERE sequence IS NULL")


def downgrade() -> None:
    op.execute("DROP FUNCTION till_entry_follows CASCADE")
    op.drop_index("ix_handover_unchained", table_name="handover", postgresql_where=sa.text("sequence IS NULL"))
    op.drop_index("ix_handover_checkout_id", table_name="handover", postgresql_where=sa.text("checkout_id IS NOT NULL"))
    op.drop_column("handover", "sequence")
    op.drop_column("handover", "checkout_id")
    op.drop_index("uq_till_entry_handover", table_name="till_entry", postgresql_where=sa.text("undoes IS NULL"))
    op.drop_index("ix_till_entry_day", table_name="till_entry")
    op.drop_table("till_entry")
    op.drop_index("ix_till_checkout_relais", table_name="till_checkout")
    op.drop_table("till_checkout")
