"""offers of top-ups that are closed, prices and files of codes that are taken back, and no examples in real stock

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_PRICE = """
CREATE OR REPLACE FUNCTION topup_price_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {begun}
    RAISE EXCEPTION 'a price of a top-up is neither changed nor deleted: another one begins on a later day'
        USING ERRCODE = 'check_violation';
END $$
"""
# Nothing was sold at a price that has not begun.
_TO_COME = """
    IF TG_OP = 'DELETE' AND OLD.valid_from > (now() AT TIME ZONE 'Europe/Paris')::date THEN
        RETURN OLD;
    END IF;
"""
_CODE = """
CREATE OR REPLACE FUNCTION topup_code_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {withdrawn}
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a code is never deleted: it is somewhere' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'left' AND NEW.status <> 'left'
        AND EXISTS (SELECT 1 FROM topup_sale WHERE code_id = OLD.id AND undone_at IS NULL) THEN
        RAISE EXCEPTION 'a code that somebody was handed is no longer there' USING ERRCODE = 'check_violation';
    END IF;
    {refused}
    RETURN NEW;
END $$
"""
# A file that was taken in by mistake, of which nobody has seen or had a code.
_WITHDRAWN = """
    IF TG_OP = 'DELETE' AND OLD.status = 'in_stock' AND NOT OLD.was_shown
        AND EXISTS (SELECT 1 FROM topup_lot WHERE id = OLD.lot_id AND withdrawn_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
"""
_REFUSED = """
    IF OLD.status = 'returned' AND OLD.returned_why = 'refused' AND NEW.status <> 'returned' THEN
        RAISE EXCEPTION 'a code that its operator refused is no stock' USING ERRCODE = 'check_violation';
    END IF;
"""
# What an earlier revision wrote everywhere, where nobody has used it: whoever wants examples asks for them.
_NO_EXAMPLES = """
DO $$
DECLARE
    unused uuid[] := ARRAY(
        SELECT o.id FROM topup_offer o WHERE o.operator = 'Opérateur d''exemple'
            AND NOT EXISTS (SELECT 1 FROM topup_lot l WHERE l.offer_id = o.id)
            AND NOT EXISTS (SELECT 1 FROM topup_request q WHERE q.offer_id = o.id)
            AND NOT EXISTS (SELECT 1 FROM topup_price p WHERE p.offer_id = o.id AND NOT p.is_example)
    );
BEGIN
    DELETE FROM topup_price WHERE offer_id = ANY(unused);
    DELETE FROM topup_offer WHERE id = ANY(unused);
END $$
"""
_EXAMPLES_END = "IF TG_OP = 'DELETE' AND OLD.is_example THEN RETURN OLD; END IF;"


def upgrade() -> None:
    op.add_column("topup_offer", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("topup_lot", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_PRICE.format(begun=_EXAMPLES_END))
    op.execute(_NO_EXAMPLES)
    op.execute(_PRICE.format(begun=_TO_COME))
    op.execute(_CODE.format(withdrawn=_WITHDRAWN, refused=_REFUSED))


def downgrade() -> None:
    op.execute(_PRICE.format(begun=""))
    op.execute(_CODE.format(withdrawn="", refused=""))
    op.drop_column("topup_lot", "withdrawn_at")
    op.drop_column("topup_offer", "closed_at")
