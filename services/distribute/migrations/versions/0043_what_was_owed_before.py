"""what a Relais owed before its network came here is said once, and stands beside what it owes since

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('sale', 'undo', 'received', 'gone', 'carried', 'corrected')"
_CREDITS = "(kind IN ('undo', 'gone', 'corrected')) = (reverses IS NOT NULL)"
_TRIGGERS = (
    # Its due, in the transaction in which it is said; of a correction the opposite of the first.
    """
CREATE FUNCTION due_of_carried_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.corrects IS NULL THEN
        INSERT INTO due (relais_id, day, kind, label, base_cents, percent, amount_cents)
        VALUES (NEW.relais_id, NEW.day, 'carried', coalesce(nullif(NEW.reference, ''), NEW.what_for),
                NEW.amount_cents, 100, NEW.amount_cents)
        RETURNING id INTO NEW.due_id;
    ELSE
        INSERT INTO due (relais_id, day, kind, label, base_cents, percent, amount_cents, reverses)
        SELECT d.relais_id, NEW.day, 'corrected', d.label, -d.base_cents, d.percent, -d.amount_cents, d.id
        FROM carried_over c JOIN due d ON d.id = c.due_id
        WHERE c.id = NEW.corrects AND c.relais_id = NEW.relais_id
        RETURNING id INTO NEW.due_id;
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER due_of_carried_over BEFORE INSERT ON carried_over FOR EACH ROW"
    " EXECUTE FUNCTION due_of_carried_over()",
    "CREATE TRIGGER carried_over_stays BEFORE UPDATE OR DELETE ON carried_over FOR EACH ROW"
    " EXECUTE FUNCTION money_stays()",
)


def _wider(name: str, condition: str) -> None:
    """What was allowed is allowed still, so that nothing has to be looked at under the lock: the revision after this
    one does.
    """
    op.drop_constraint(op.f(name), "due", type_="check")
    op.execute(f"ALTER TABLE due ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")


def upgrade() -> None:
    # A debt of before is of no device that we know.
    op.alter_column("due", "device_id", existing_type=sa.UUID(), nullable=True)
    _wider("ck_due_kind_known", _KINDS)
    _wider("ck_due_credit_names_its_due", _CREDITS)
    op.create_table(
        "carried_over",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("what_for", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.UUID(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("due_on IS NULL OR reference <> ''", name=op.f("ck_carried_over_invoiced_names_its_paper")),
        sa.CheckConstraint(
            "(corrects IS NULL) = (amount_cents > 0) AND amount_cents <> 0", name=op.f("ck_carried_over_minus_corrects")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_carried_over_relais_id_relais")),
        sa.ForeignKeyConstraint(["due_id"], ["due.id"], name=op.f("fk_carried_over_due_id_due")),
        sa.ForeignKeyConstraint(["corrects"], ["carried_over.id"], name=op.f("fk_carried_over_corrects_carried_over")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_over")),
        sa.UniqueConstraint("due_id", name=op.f("uq_carried_over_due_id")),
        sa.UniqueConstraint("corrects", name=op.f("uq_carried_over_corrects")),
    )
    op.create_index("ix_carried_over_relais", "carried_over", ["relais_id", "stated_at", "id"])
    for statement in _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("carried_over")
    op.execute("DROP FUNCTION due_of_carried_over")
