"""Every table of the service, slice by slice: read by migrations and by tests, never by what runs."""

import collect.appeals.tables
import collect.attachments.tables
import collect.devices.history.tables
import collect.devices.tables
import collect.documents.tables
import collect.donations.tables
import collect.donors.tables
import collect.imports.tables
import collect.lots.tables
import collect.network.tables
import collect.packing.tables
import collect.pickups.tables
import collect.wanted.tables
import collect.webhooks.tables
import collect.workshops.tables  # noqa: F401
from collect.base import Base

metadata = Base.metadata
