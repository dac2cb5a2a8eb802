"""what Relais owe and have paid: dues written with their sale or device, invoices, payments

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TRIGGERS = (
    """
CREATE FUNCTION dues_terms_on(relais uuid, on_day date, OUT basis text, OUT percent int) LANGUAGE sql STABLE AS $$
    SELECT t.basis, t.percent FROM dues_terms t
    WHERE t.relais_id = relais AND t.from_day <= on_day ORDER BY t.from_day DESC LIMIT 1
$$
""",
    # Of a sale: its share, by the terms of its day. Of what takes it back: the same, below nothing.
    """
CREATE FUNCTION due_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    terms record;
    cents int := NEW.person_cents + NEW.structure_cents;
BEGIN
    IF NEW.kind = 'sale' THEN
        SELECT * INTO terms FROM dues_terms_on(NEW.relais_id, NEW.day);
        IF terms.basis = 'per_sale' AND (cents * terms.percent + 50) / 100 > 0 THEN
            INSERT INTO due (relais_id, day, kind, sequence, receipt, device_id, label, category, base_cents, percent,
                             amount_cents)
            VALUES (NEW.relais_id, NEW.day, 'sale', NEW.sequence, NEW.receipt, NEW.device_id, NEW.label, NEW.category,
                    cents, terms.percent, (cents * terms.percent + 50) / 100);
        END IF;
    ELSE
        INSERT INTO due (relais_id, day, kind, sequence, receipt, device_id, label, category, base_cents, percent,
                         amount_cents, reverses)
        SELECT d.relais_id, NEW.day, 'undo', NEW.sequence, d.receipt, d.device_id, d.label, d.category, -d.base_cents,
               d.percent, -d.amount_cents, d.id
        FROM due d WHERE d.relais_id = NEW.relais_id AND d.sequence = NEW.undoes;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER due_of_entry AFTER INSERT ON till_entry FOR EACH ROW
    WHEN (NEW.kind IN ('sale', 'undo') AND NEW.person_cents + NEW.structure_cents <> 0) EXECUTE FUNCTION due_of_entry()
""",
    # Of a device: the share of the price that its order's line keeps, once the Relais has it; credited once it is gone.
    """
CREATE FUNCTION due_of_device() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    terms record;
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
    price int;
BEGIN
    IF NEW.status IN ('delivered', 'lent', 'handed_over') THEN
        SELECT * INTO terms FROM dues_terms_on(NEW.relais_id, today);
        IF terms.basis IS DISTINCT FROM 'per_order' THEN
            RETURN NULL;
        END IF;
        SELECT (p ->> CASE WHEN NEW.public_body THEN 'public_cents' ELSE 'cents' END)::int INTO price
        FROM order_line l CROSS JOIN LATERAL jsonb_array_elements(l.prices) p
        WHERE l.id = NEW.line_id AND p ->> 'category' = NEW.category AND p ->> 'grade' = NEW.grade
          AND p ->> 'tier' = coalesce(l.tier, 'solidary');
        IF (price * terms.percent + 50) / 100 > 0 THEN
            INSERT INTO due (relais_id, day, kind, order_id, line_id, device_id, label, category, grade, base_cents,
                             percent, amount_cents)
            VALUES (NEW.relais_id, today, 'received', NEW.order_id, NEW.line_id, NEW.device_id, NEW.label,
                    NEW.category, NEW.grade, price, terms.percent, (price * terms.percent + 50) / 100);
        END IF;
    ELSE
        INSERT INTO due (relais_id, day, kind, order_id, line_id, device_id, label, category, grade, base_cents,
                         percent, amount_cents, reverses)
        SELECT d.relais_id, today, 'gone', d.order_id, d.line_id, d.device_id, d.label, d.category, d.grade,
               -d.base_cents, d.percent, -d.amount_cents, d.id
        FROM due d WHERE d.device_id = NEW.device_id AND d.kind = 'received' AND d.relais_id = OLD.relais_id
          AND NOT EXISTS (SELECT 1 FROM due u WHERE u.reverses = d.id);
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER due_of_device AFTER UPDATE OF status ON stock_item FOR EACH ROW
    WHEN ((OLD.status IN ('delivered', 'lent', 'handed_over')) <> (NEW.status IN ('delivered', 'lent', 'handed_over')))
    EXECUTE FUNCTION due_of_device()
""",
    """
CREATE FUNCTION money_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'invoice' THEN
        IF to_jsonb(NEW) - 'reminded_at' = to_jsonb(OLD) - 'reminded_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what is due, invoiced or paid is neither changed nor deleted: enter its opposite'
        USING ERRCODE = 'check_violation';
END $$
""",
    *(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION money_stays()"
        for table in ("due", "invoice", "invoice_line", "payment", "settlement")
    ),
)


def upgrade() -> None:
    op.create_table(
        "dues_terms",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("days_to_pay", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("basis IN ('nothing', 'per_sale', 'per_order')", name=op.f("ck_dues_terms_basis_known")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_dues_terms_percent_is_a_share")),
        sa.CheckConstraint("days_to_pay BETWEEN 0 AND 365", name=op.f("ck_dues_terms_days_to_pay_bounded")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_dues_terms_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_terms")),
        sa.UniqueConstraint("relais_id", "from_day", name=op.f("uq_dues_terms_relais_id_from_day")),
    )
    op.create_table(
        "due",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("order_id", sa.UUID(), nullable=True),
        sa.Column("line_id", sa.UUID(), nullable=True),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("base_cents", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('sale', 'undo', 'received', 'gone')", name=op.f("ck_due_kind_known")),
        sa.CheckConstraint(
            "(kind IN ('undo', 'gone')) = (reverses IS NOT NULL)", name=op.f("ck_due_credit_names_its_due")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_due_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("reverses", name=op.f("uq_due_reverses")),
    )
    op.create_index(
        "uq_due_entry", "due", ["relais_id", "sequence"], unique=True, postgresql_where=sa.text("sequence IS NOT NULL")
    )
    op.create_index("ix_due_relais", "due", ["relais_id", "day", "id"])
    op.create_index("ix_due_device", "due", ["device_id", "id"])
    op.create_table(
        "invoice_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_invoice_counter")),
    )
    op.create_table(
        "invoice",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("parties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_invoice_kind_known")),
        sa.CheckConstraint(
            "(kind = 'invoice') = (total_cents >= 0)", name=op.f("ck_invoice_credit_note_below_nothing")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_invoice_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_invoice_year_serial")),
    )
    op.create_index("ix_invoice_relais", "invoice", ["relais_id", "issued_on", "id"])
    op.create_table(
        "invoice_line",
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["due_id"], ["due.id"], name=op.f("fk_invoice_line_due_id_due")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("due_id", name=op.f("pk_invoice_line")),
    )
    op.create_index("ix_invoice_line_invoice", "invoice_line", ["invoice_id"])
    op.create_table(
        "payment",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("undoes", sa.UUID(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "means IN ('transfer', 'cheque', 'debit', 'cash', 'other')", name=op.f("ck_payment_means_known")
        ),
        sa.CheckConstraint(
            "(undoes IS NULL) = (amount_cents > 0) AND amount_cents <> 0", name=op.f("ck_payment_minus_undoes")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_payment_relais_id_relais")),
        sa.ForeignKeyConstraint(["undoes"], ["payment.id"], name=op.f("fk_payment_undoes_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("undoes", name=op.f("uq_payment_undoes")),
    )
    op.create_index("ix_payment_relais", "payment", ["relais_id", "received_on", "id"])
    op.create_table(
        "settlement",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("invoice_id", sa.UUID(), nullable=False),
        sa.Column("payment_id", sa.UUID(), nullable=True),
        sa.Column("credit_note_id", sa.UUID(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (credit_note_id IS NULL)", name=op.f("ck_settlement_by_one_or_the_other")
        ),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_settlement_something")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_settlement_relais_id_relais")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_settlement_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_settlement_payment_id_payment")),
        sa.ForeignKeyConstraint(["credit_note_id"], ["invoice.id"], name=op.f("fk_settlement_credit_note_id_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    for name, column in (
        ("invoice", "invoice_id"),
        ("relais", "relais_id"),
        ("payment", "payment_id"),
        ("credit_note", "credit_note_id"),
    ):
        op.create_index(f"ix_settlement_{name}", "settlement", [column])
    for statement in _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    for function in ("money_stays", "due_of_device", "due_of_entry", "dues_terms_on"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for table in (
        "settlement", "payment", "invoice_line", "invoice", "invoice_counter", "due", "dues_terms",
    ):  # fmt: skip
        op.drop_table(table)
