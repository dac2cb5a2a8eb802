"""know again whether certificates of erasure tell where a device is, by its label: the worker draws them anew

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is not known is opened by no link, by the release before too. An edition made for links tells of nobody.
    op.execute(
        "UPDATE document SET few = NULL WHERE few IS NOT NULL AND kind = 'erasure' AND subject LIKE '%:donation:%'"
    )


def downgrade() -> None:
    """Nothing: what was known is drawn again."""
