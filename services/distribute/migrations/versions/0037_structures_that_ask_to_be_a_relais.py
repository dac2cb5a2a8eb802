"""structures that ask to be a Relais

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("rna", sa.String(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("locality", sa.String(), nullable=True),
        sa.Column("legal_form", sa.String(), nullable=True),
        sa.Column("publics", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("people_supported", sa.Integer(), nullable=True),
        sa.Column("volunteers", sa.Integer(), nullable=True),
        sa.Column("may_sell", sa.Boolean(), nullable=True),
        sa.Column("needs", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("diagnosis", sa.String(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "check_id",
            sa.UUID(),
            sa.Computed("md5(id::text || ' ' || contact_email)::uuid", persisted=True),
            nullable=True,
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("letters", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("relais_id", sa.UUID(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(status = 'accepted') = (relais_id IS NOT NULL)", name=op.f("ck_application_accepted_is_a_relais")
        ),
        sa.CheckConstraint(
            "legal_form IS NULL OR legal_form IN ('association', 'public_body', 'cooperative', 'foundation', 'company', 'other')",
            name=op.f("ck_application_legal_form_known"),
        ),
        sa.CheckConstraint(
            "status <> 'refused' OR reason IS NOT NULL", name=op.f("ck_application_refused_with_a_reason")
        ),
        sa.CheckConstraint(
            "status IN ('started', 'to_check', 'given_up') OR checked_at IS NOT NULL",
            name=op.f("ck_application_checked_before_it_counts"),
        ),
        sa.CheckConstraint(
            "status IN ('started', 'to_check', 'sent', 'taken_up', 'accepted', 'refused', 'given_up')",
            name=op.f("ck_application_status_known"),
        ),
        sa.CheckConstraint("(diagnosis IS NULL) = (answers IS NULL)", name=op.f("ck_application_answers_of_a_version")),
        sa.CheckConstraint("siret IS NOT NULL OR rna IS NOT NULL", name=op.f("ck_application_has_a_number")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_application_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index("uq_application_check", "application", ["check_id"], unique=True)
    op.create_index("ix_application_created", "application", ["created_at"], unique=False)
    op.create_index("ix_application_sent", "application", ["sent_at", "id"], unique=False)
    op.create_index(
        "uq_application_rna",
        "application",
        ["rna"],
        unique=True,
        postgresql_where=sa.text("status IN ('sent', 'taken_up')"),
    )
    op.create_index(
        "uq_application_siret",
        "application",
        ["siret"],
        unique=True,
        postgresql_where=sa.text("status IN ('sent', 'taken_up')"),
    )


def downgrade() -> None:
    op.drop_table("application")
