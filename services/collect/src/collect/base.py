"""Declarative base of this service and the column shapes its tables share."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from filiere.database.base import ServiceBase, service_metadata
from filiere.files.tables import add_file_table
from filiere.identifiers import uuid7
from filiere.jobs.tables import add_job_table
from filiere.keys.tables import add_key_tables
from filiere.links.tables import add_link_table
from filiere.mail.tables import add_mail_tables
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import mapped_column


class Base(ServiceBase):
    """Every table of collect. Each tenant table names its donor first: the key of a later row-level security."""

    __abstract__ = True
    metadata = service_metadata()


add_job_table(Base.metadata)
add_mail_tables(Base.metadata)
add_file_table(Base.metadata)
add_link_table(Base.metadata)
add_key_tables(Base.metadata)


Id = Annotated[UUID, mapped_column(pg.UUID(as_uuid=True), primary_key=True, default=uuid7)]
Ref = Annotated[UUID, mapped_column(pg.UUID(as_uuid=True))]
Moment = Annotated[datetime, mapped_column(sa.DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(sa.DateTime(timezone=True), server_default=sa.text("now()"))]
Text = Annotated[str, mapped_column(sa.Text)]
Json = Annotated[str, mapped_column(pg.JSONB)]
Words = Annotated[list[str], mapped_column(pg.ARRAY(sa.Text), server_default="{}")]
