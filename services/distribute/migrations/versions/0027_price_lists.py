"""price lists as rows: published ones never change, and the two that came with the package are the first

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GRADES = ("PREMIUM", "A", "B", "C", "D")
# As libs/common/src/filiere/catalogue/data has them: (solidary, very solidary) per grade, in euro cents.
PACKAGED = {
    ("prices_2023", "prix solidaires 2023", "2023-01-01"): {
        "laptop": ([15000, 12000, 9000, 7000, 5000], [7500, 6000, 4500, 3500, 2500]),
        "desktop": ([12000, 10000, 8000, 5000, 3000], [6000, 5000, 4000, 2500, 1500]),
        "tablet": ([9000, 7500, 6000, 4000, 2000], [4500, 3800, 3000, 2000, 1000]),
        "smartphone": ([10000, 8000, 6000, 4000, 2000], [5000, 4000, 3000, 2000, 1000]),
        "basic_phone": ([1500, 1200, 1000, 800, 500], [800, 600, 500, 400, 200]),
        "monitor": ([3000, 2500, 2000, 1500, 1000], [1500, 1200, 1000, 800, 500]),
        "printer": ([3000, 2500, 2000, 1500, 1000], [1500, 1200, 1000, 800, 500]),
    },
    ("prices_2026", "prix solidaires 2026", "2026-01-01"): {
        "laptop": ([15000, 12000, 9000, 7000, 4000], [7500, 6000, 4500, 3500, 2000]),
        "desktop": ([12000, 10000, 7000, 5000, 3000], [6000, 5000, 3500, 2500, 1500]),
        "tablet": ([9000, 7000, 5000, 3500, 2000], [4500, 3500, 2500, 1500, 1000]),
        "smartphone": ([10000, 8000, 6000, 4000, 2000], [5000, 4000, 3000, 2000, 1000]),
        "basic_phone": ([1500, 1200, 1000, 800, 500], [800, 600, 500, 400, 200]),
        "monitor": ([3000, 2500, 2000, 1500, 1000], [1500, 1000, 1000, 500, 500]),
        "printer": ([3000, 2500, 2000, 1500, 1000], [1500, 1000, 1000, 500, 500]),
    },
}
SOURCES = {
    "prices_2023": [
        "Prix solidaires observés, cités à chaque catégorie ; le reste est une proposition de Filière",
        "Paliers : « très solidaire » vaut environ la moitié de « solidaire » ; proposition de Filière",
        "Liste de référence pour les remises antérieures à 2026 ; proposition de Filière",
    ],
    "prices_2026": [
        "Prix solidaires observés, cités à chaque catégorie ; le reste est une proposition de Filière",
        "Paliers : « très solidaire » vaut environ la moitié de « solidaire » ; proposition de Filière",
        "Arrondi à 5 € des paliers pour rendre la monnaie (téléphones à touches exceptés) ; D baissé pour les portables : le jeu de règles de 2025 y classe des machines plus faibles",
    ],
}
# A draft may be anything. What was published stays as it is; it may be withdrawn, once.
_TRIGGERS = (
    """
CREATE FUNCTION price_list_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.status <> 'published' OR NEW.status <> 'withdrawn'
        OR (NEW.id, NEW.version, NEW.name, NEW.label, NEW.valid_from, NEW.source, NEW.prices, NEW.published_at,
            NEW.published_why) IS DISTINCT FROM
           (OLD.id, OLD.version, OLD.name, OLD.label, OLD.valid_from, OLD.source, OLD.prices, OLD.published_at,
            OLD.published_why)
    THEN
        RAISE EXCEPTION 'a published price list neither changes nor goes: publish another one'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER price_list_stays BEFORE UPDATE OR DELETE ON price_list
    FOR EACH ROW EXECUTE FUNCTION price_list_stays()
""",
)


def upgrade() -> None:
    op.create_table(
        "price_list",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("prices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_why", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_price_list_status_known")),
        sa.CheckConstraint(
            "(status = 'draft') = (published_at IS NULL)", name=op.f("ck_price_list_published_is_dated")
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_price_list_withdrawn_is_dated")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("version", name=op.f("uq_price_list_version")),
        sa.UniqueConstraint("name", name=op.f("uq_price_list_name")),
    )
    op.create_index(
        "uq_price_list_begins",
        "price_list",
        ["valid_from"],
        unique=True,
        postgresql_where=sa.text("status = 'published'"),
    )
    for statement in _TRIGGERS:
        op.execute(statement)
    add = sa.text(
        "INSERT INTO price_list (id, name, label, valid_from, source, prices, status, published_at, published_why)"
        " VALUES (gen_random_uuid(), :name, :label, CAST(:day AS date), ARRAY(SELECT jsonb_array_elements_text("
        "CAST(:source AS jsonb))), CAST(:prices AS jsonb), 'published', now(), 'Livrée avec Filière.')"
    )
    for (name, label, day), cells in PACKAGED.items():
        prices = {
            category: {
                tier: dict(zip(GRADES, figures, strict=True))
                for tier, figures in zip(("solidary", "very_solidary"), both, strict=True)
            }
            for category, both in cells.items()
        }
        said = {"name": name, "label": label, "day": day}
        op.execute(add.bindparams(**said, source=json.dumps(SOURCES[name]), prices=json.dumps(prices)))


def downgrade() -> None:
    op.execute("DROP FUNCTION price_list_stays CASCADE")
    op.drop_table("price_list")
