"""a refund of a part credits its share of the due

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# As in 0029, but for what takes back a part of a sale: it credited all of it.
_DUE_OF_ENTRY = """
CREATE OR REPLACE FUNCTION due_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
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
        SELECT d.relais_id, NEW.day, 'undo', NEW.sequence, d.receipt, d.device_id, d.label, d.category, cents,
               d.percent,
               CASE WHEN NEW.details ? 'part_of'
                   THEN -least(d.amount_cents, (-cents * d.percent + 50) / 100) ELSE -d.amount_cents END,
               d.id
        FROM due d WHERE d.relais_id = NEW.relais_id AND d.sequence = NEW.undoes;
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(_DUE_OF_ENTRY)
