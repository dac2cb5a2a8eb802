"""Tables of attachments."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Ref, Text


class AttachmentTable(Base):
    """A file on a donation. Its bytes are the store's; `name` is what its sender called it."""

    __tablename__ = "donation_attachment"
    __table_args__ = (sa.Index(None, "donation_id"), sa.Index(None, "file_hash"))

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"))
    id: Mapped[Id]
    file_hash: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("file.hash"))
    name: Mapped[Text]
    added_by: Mapped[Text]
    added_by_name: Mapped[Text]
    created_at: Mapped[Created]
