"""The columns of a judged line, which donations and imports keep alike: see `columns.py` for their order in SQL."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Text, Words


class JudgedLine:
    """What a line says of its device(s), and the verdict on it. A mixin: no table of its own."""

    position: Mapped[int]
    quantity: Mapped[int]
    category: Mapped[str | None] = mapped_column(sa.Text)
    written_category: Mapped[str | None] = mapped_column(sa.Text)
    manufacturer: Mapped[str | None] = mapped_column(sa.Text)
    model: Mapped[str | None] = mapped_column(sa.Text)
    serial: Mapped[str | None] = mapped_column(sa.Text)
    asset_tag: Mapped[str | None] = mapped_column(sa.Text)
    year: Mapped[int | None]
    ram_gb: Mapped[float | None]
    storage_gb: Mapped[float | None]
    verdict: Mapped[Text]
    rule: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[Text]
    imeis: Mapped[list[str]] = mapped_column(
        pg.ARRAY(sa.Text), server_default=sa.text("'{}'"), comment="besides the number that identifies"
    )
    flags: Mapped[Words]
    # As it was written, of what could not be taken so.
    cells: Mapped[str | None] = mapped_column(pg.JSONB)
