"""The bank's tables."""

import sqlalchemy as sa

from filiere.database.base import service_metadata

metadata = service_metadata()
sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
)
sa.Table(
    "account",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("balance", sa.BigInteger, nullable=False),
)
