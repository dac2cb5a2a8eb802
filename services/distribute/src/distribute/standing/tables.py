"""Table of what the network has been told."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Id


class RelaisToldTable(Base):
    """The newest `relais-changed` of each Relais: what differs from it is told."""

    __tablename__ = "relais_told"

    relais_id: Mapped[Id] = mapped_column(sa.ForeignKey("relais.id"), primary_key=True)
    name: Mapped[str]
    city: Mapped[str]
    territory: Mapped[str]
    agreement: Mapped[str]
    since: Mapped[date]
