"""Tables of donors."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Ref, Text
from collect.donors.repository import SEARCHED


class DonorTable(Base):
    """A company or public body. `id` is the organisation that memberships and tenant tables name."""

    __tablename__ = "donor"
    # One SIREN, one donor: two accounts of one company would not see each other's duplicates.
    __table_args__ = (
        sa.UniqueConstraint("siren"),
        sa.Index("ix_donor_refused_people", "refused_people", postgresql_using="gin"),
        sa.Index("ix_donor_search", sa.text(f"{SEARCHED} gin_trgm_ops"), postgresql_using="gin"),
        sa.CheckConstraint("siren ~ '^[0-9]{9}$' OR refused_at IS NOT NULL", name="siren_digits"),
    )

    id: Mapped[Id]
    siren: Mapped[Text]
    name: Mapped[Text]
    # Binds the legal price ceiling to every device the donor gives (CG3P L. 3212-2).
    public_body: Mapped[bool]
    # Of one that registered itself, until the coordination has confirmed who it is.
    to_confirm: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    legal_category: Mapped[str | None] = mapped_column(sa.Text)
    # The coordination does not take it for who it says it is. Its number is then followed by `-` and its id: nobody
    # holds it, and whose it really is may register.
    refused_at: Mapped[datetime | None] = mapped_column(sa.TIMESTAMP(timezone=True))
    refused_reason: Mapped[str | None] = mapped_column(sa.Text)
    # Who acted for it until then: to be told why.
    refused_people: Mapped[list[str] | None] = mapped_column(sa.ARRAY(sa.Text))
    # Those of them who led, to lead again should the refusal be taken back.
    refused_leads: Mapped[list[str] | None] = mapped_column(sa.ARRAY(sa.Text))
    # Whether anybody who scans a device of theirs reads who gave it.
    named_on_sheets: Mapped[bool] = mapped_column(server_default=sa.false())
    created_at: Mapped[Created]


class SiteTable(Base):
    """A place where devices are fetched."""

    __tablename__ = "site"
    __table_args__ = (sa.Index(None, "donor_id"),)

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    label: Mapped[Text]
    address: Mapped[Text]
    postcode: Mapped[Text]
    city: Mapped[Text]
    insee: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Created]


class ContactTable(Base):
    """Whom to call at the donor. Stays in collect: no event carries it."""

    __tablename__ = "contact"
    __table_args__ = (sa.Index(None, "donor_id"),)

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    name: Mapped[Text]
    email: Mapped[Text]
    created_at: Mapped[Created]
