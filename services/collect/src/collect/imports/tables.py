"""Tables of imports: the file's summary and its rows, until the donor confirms and as a record afterwards.

The file itself is never kept: it may hold people's names. What is kept to read a list again has none.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Json, Ref, Text
from collect.eligibility.tables import JudgedLine


class FleetImportTable(Base):
    """One file of one donor. The file itself is not kept: it may hold people's names."""

    __tablename__ = "fleet_import"
    __table_args__ = (
        # The same file twice is one import; a declined donation frees its file to be declared again.
        sa.Index(
            "uq_fleet_import_content",
            "donor_id",
            "content_hash",
            unique=True,
            postgresql_where=sa.text("status <> 'released'"),
        ),
        sa.Index("ix_fleet_import_donation_id", "donation_id"),
        sa.CheckConstraint("status IN ('previewed', 'confirmed', 'released')", name="status_known"),
        sa.CheckConstraint("rows = accepted + refused + errors", name="every_row_has_a_verdict"),
        sa.CheckConstraint("(status = 'previewed') = (donation_id IS NULL)", name="donation_when_confirmed"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    content_hash: Mapped[Text]
    filename: Mapped[Text]
    status: Mapped[Text]
    rows: Mapped[int]
    accepted: Mapped[int]
    refused: Mapped[int]
    errors: Mapped[int]
    devices: Mapped[int]
    accepted_devices: Mapped[int]
    layout: Mapped[Json]
    donation_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("donation.id"))
    created_at: Mapped[Created]
    # Sent by the coordination.
    by_network: Mapped[bool] = mapped_column(server_default="false")


class ImportRowTable(JudgedLine, Base):
    """One row of the file as understood, with its verdict. Only the columns that describe a device."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.PrimaryKeyConstraint("import_id", "position"),
        # By how a number begins: in a preview of 100,000 rows every one was read for it.
        *(
            sa.Index(
                f"ix_import_row_{number}",
                "import_id",
                number,
                postgresql_ops={number: "text_pattern_ops"},
                postgresql_where=sa.text(f"{number} IS NOT NULL"),
            )
            for number in ("serial", "asset_tag")
        ),
        sa.CheckConstraint("verdict IN ('accepted', 'refused', 'error')", name="verdict_known"),
    )

    donor_id: Mapped[Ref]  # the import's: a reference of its own would be looked up for each of 100,000 rows
    # Its rows go with an import by a trigger: a reference, too, would be looked up for each row.
    import_id: Mapped[Ref]


class ImportCopyTable(Base):
    """A list as it was read, without the people in it (`kept_copy`): until it is declared or its preview forgotten."""

    __tablename__ = "import_copy"

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    import_id: Mapped[Ref] = mapped_column(sa.ForeignKey("fleet_import.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ColumnCorrectionTable(Base):
    """What a donor said of the columns of files with these titles: column → field, empty for one not to read."""

    __tablename__ = "column_correction"
    __table_args__ = (sa.PrimaryKeyConstraint("donor_id", "heading"),)

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    heading: Mapped[Text]
    columns: Mapped[Json]
    changed_at: Mapped[Created]
