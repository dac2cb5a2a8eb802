"""a handover that a process of the release before writes says its line too

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

# While an update rolls, processes of the release before sell without knowing of lines: campaigns would not count them.
_SAY = """
CREATE FUNCTION handover_say_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.line_id := (SELECT i.line_id FROM stock_item i WHERE i.device_id = NEW.device_id);
    RETURN NEW;
END $$
"""
_BEFORE = """
CREATE TRIGGER handover_say_line BEFORE INSERT ON handover FOR EACH ROW
WHEN (NEW.line_id IS NULL AND NEW.carried_over IS NULL) EXECUTE FUNCTION handover_say_line()
"""
# What they wrote since the column is there, while its device is still promised to nobody else.
_MEANWHILE = """
UPDATE handover h SET line_id = i.line_id FROM stock_item i
WHERE i.device_id = h.device_id AND i.status = 'handed_over' AND i.line_id IS NOT NULL
    AND h.line_id IS NULL AND h.returned_at IS NULL AND h.carried_over IS NULL
"""


def upgrade() -> None:
    op.execute(_SAY)
    op.execute(_BEFORE)
    op.execute(_MEANWHILE)


def downgrade() -> None:
    op.execute("DROP TRIGGER handover_say_line ON handover")
    op.execute("DROP FUNCTION handover_say_line()")
