"""top-ups: offers with dated prices, sealed codes, and their handovers; dues of sales that have no category

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# What nobody sells at these prices any more: to begin with, and marked so.
EXAMPLES = (
    (
        "Opérateur d'exemple",
        "data",
        "500 Mo",
        100,
        "1 € les 500 Mo en 2012 (laforumotheque.fr) : un exemple, pas un tarif",
    ),
    ("Opérateur d'exemple", "data", "2 Go", 500, "5 € les 2 Go en 2012 (laforumotheque.fr) : un exemple, pas un tarif"),
    (
        "Opérateur d'exemple",
        "sim",
        "Kit carte SIM",
        250,
        "Cartes vendues de 2,50 à 13 € en 2013 (infocatho) : un exemple, pas un tarif",
    ),
    (
        "Opérateur d'exemple",
        "abroad",
        "Appels à l'étranger",
        1300,
        "Cartes vendues de 2,50 à 13 € en 2013 (infocatho) : un exemple, pas un tarif",
    ),
)
HOW_TO = {
    "sim": "Mettez la carte dans le téléphone, puis suivez l'activation que l'opérateur demande.",
    "data": "Appelez le numéro de recharge de l'opérateur, puis tapez le code.",
    "abroad": "Appelez le numéro de recharge de l'opérateur, puis tapez le code.",
}
_TRIGGERS = (
    """
CREATE FUNCTION topup_price_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a price of a top-up is neither changed nor deleted: another one begins on a later day'
        USING ERRCODE = 'check_violation';
END $$
""",
    """
CREATE TRIGGER topup_price_stays BEFORE UPDATE OR DELETE ON topup_price
    FOR EACH ROW EXECUTE FUNCTION topup_price_stays()
""",
    # Codes are never thrown away, for what was taken in must be somewhere; one that left comes back by an undone sale.
    """
CREATE FUNCTION topup_code_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a code is never deleted: it is somewhere' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'left' AND NEW.status <> 'left'
        AND EXISTS (SELECT 1 FROM topup_sale WHERE code_id = OLD.id AND undone_at IS NULL) THEN
        RAISE EXCEPTION 'a code that somebody was handed is no longer there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER topup_code_stays BEFORE UPDATE OF status OR DELETE ON topup_code
    FOR EACH ROW EXECUTE FUNCTION topup_code_stays()
""",
)


def upgrade() -> None:
    op.create_table(
        "topup_offer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("how_to", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('sim', 'data', 'abroad')", name=op.f("ck_topup_offer_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topup_offer")),
        sa.UniqueConstraint("operator", "name", name=op.f("uq_topup_offer_operator_name")),
    )
    op.create_table(
        "topup_price",
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cents BETWEEN 0 AND 20000", name=op.f("ck_topup_price_cents_bounded")),
        sa.ForeignKeyConstraint(["offer_id"], ["topup_offer.id"], name=op.f("fk_topup_price_offer_id_topup_offer")),
        sa.PrimaryKeyConstraint("offer_id", "valid_from", name=op.f("pk_topup_price")),
    )
    op.create_table(
        "topup_lot",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["topup_offer.id"], name=op.f("fk_topup_lot_offer_id_topup_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topup_lot")),
    )
    op.create_index("ix_topup_lot_offer", "topup_lot", ["offer_id", "imported_at"])
    op.create_table(
        "topup_code",
        sa.Column("relais_id", sa.UUID(), nullable=True),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("lot_id", sa.UUID(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("was_shown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("returned_why", sa.String(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('in_stock', 'at_relais', 'left', 'returned')", name=op.f("ck_topup_code_status_known")
        ),
        sa.CheckConstraint(
            "(status = 'in_stock') = (relais_id IS NULL)", name=op.f("ck_topup_code_at_a_relais_or_in_stock")
        ),
        sa.CheckConstraint(
            "returned_why IN ('not_asked_for', 'expires', 'no_coverage')"
            " OR returned_why IN ('operator_says', 'still_here', 'refused')",
            name=op.f("ck_topup_code_returned_why_known"),
        ),
        sa.CheckConstraint(
            "(status = 'returned') = (returned_why IS NOT NULL)", name=op.f("ck_topup_code_returned_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_topup_code_relais_id_relais")),
        sa.ForeignKeyConstraint(["offer_id"], ["topup_offer.id"], name=op.f("fk_topup_code_offer_id_topup_offer")),
        sa.ForeignKeyConstraint(["lot_id"], ["topup_lot.id"], name=op.f("fk_topup_code_lot_id_topup_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topup_code")),
        sa.UniqueConstraint("number", name=op.f("uq_topup_code_number")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_topup_code_fingerprint")),
    )
    op.create_index("ix_topup_code_place", "topup_code", ["offer_id", "status", "relais_id", "expires_on", "number"])
    op.create_index("ix_topup_code_relais", "topup_code", ["relais_id"])
    op.create_index("ix_topup_code_lot", "topup_code", ["lot_id"])
    op.create_index("ix_topup_code_key", "topup_code", ["key_id"])
    op.create_table(
        "topup_sale",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("code_id", sa.UUID(), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("worth_cents", sa.Integer(), nullable=False),
        sa.Column("person_alias", sa.String(), nullable=True),
        sa.Column("person_public", sa.String(), nullable=True),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.Column("bracket", sa.String(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("sold_by", sa.String(), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("activation", sa.String(), nullable=True),
        sa.Column("activation_told_by", sa.String(), nullable=True),
        sa.Column("activation_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('sold', 'given')", name=op.f("ck_topup_sale_kind_known")),
        sa.CheckConstraint(
            "criterion IN ('family_quotient', 'left_to_live', 'attestation')",
            name=op.f("ck_topup_sale_criterion_known"),
        ),
        sa.CheckConstraint("activation IN ('asked', 'active', 'refused')", name=op.f("ck_topup_sale_activation_known")),
        sa.CheckConstraint(
            "activation_told_by IN ('person', 'colleague', 'operator')", name=op.f("ck_topup_sale_told_by_known")
        ),
        sa.CheckConstraint(
            "(activation IS NULL) = (activation_told_by IS NULL) AND (activation IS NULL) = (activation_at IS NULL)",
            name=op.f("ck_topup_sale_activation_is_told"),
        ),
        sa.CheckConstraint("kind = 'sold' OR amount_cents = 0", name=op.f("ck_topup_sale_gifts_are_free")),
        sa.CheckConstraint("amount_cents >= 0 AND worth_cents >= 0", name=op.f("ck_topup_sale_amounts_not_negative")),
        sa.CheckConstraint("(shown_at IS NULL) = (times_shown = 0)", name=op.f("ck_topup_sale_shown_is_counted")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_topup_sale_relais_id_relais")),
        sa.ForeignKeyConstraint(["code_id"], ["topup_code.id"], name=op.f("fk_topup_sale_code_id_topup_code")),
        sa.ForeignKeyConstraint(["offer_id"], ["topup_offer.id"], name=op.f("fk_topup_sale_offer_id_topup_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topup_sale")),
        sa.UniqueConstraint("relais_id", "sequence", name=op.f("uq_topup_sale_relais_id_sequence")),
    )
    op.create_index(
        "uq_topup_sale_code", "topup_sale", ["code_id"], unique=True, postgresql_where=sa.text("undone_at IS NULL")
    )
    op.create_index("ix_topup_sale_relais", "topup_sale", ["relais_id", "sold_at"])
    op.create_index("ix_topup_sale_code", "topup_sale", ["code_id"])
    for statement in _TRIGGERS:
        op.execute(statement)
    # What the trigger of dues takes from an entry of a top-up names no category.
    op.alter_column("due", "category", existing_type=sa.String(), nullable=True)
    for operator, kind, name, cents, source in EXAMPLES:
        op.execute(
            sa.text(
                "WITH made AS (INSERT INTO topup_offer (id, operator, kind, name, how_to)"
                " VALUES (gen_random_uuid(), :operator, :kind, :name, :how_to) RETURNING id)"
                " INSERT INTO topup_price (offer_id, valid_from, cents, source, is_example)"
                " SELECT id, '2026-01-01', :cents, :source, true FROM made"
            ).bindparams(operator=operator, kind=kind, name=name, how_to=HOW_TO[kind], cents=cents, source=source)
        )


def downgrade() -> None:
    op.alter_column("due", "category", existing_type=sa.String(), nullable=False)
    for table in ("topup_sale", "topup_code", "topup_lot", "topup_price", "topup_offer"):
        op.drop_table(table)
    op.execute("DROP FUNCTION topup_price_stays")
    op.execute("DROP FUNCTION topup_code_stays")
