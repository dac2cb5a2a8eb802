"""Every table of the service, slice by slice: read by migrations and by tests, never by what runs."""

import refurbish.agreements.tables
import refurbish.aliases.tables
import refurbish.announcements.tables
import refurbish.arrivals.remarks.tables
import refurbish.arrivals.tables
import refurbish.audits.tables
import refurbish.bulk.tables
import refurbish.complaints.tables
import refurbish.cycles.tables
import refurbish.demand.tables
import refurbish.devices.tables
import refurbish.erasure.exits.tables
import refurbish.erasure.reports.tables
import refurbish.erasure.tables
import refurbish.erasure.verifications.tables
import refurbish.grading.tables
import refurbish.how_to.tables
import refurbish.installs.tables
import refurbish.looks.tables
import refurbish.moving_in.tables
import refurbish.parts.tables
import refurbish.photos.tables
import refurbish.repairs.tables
import refurbish.test_sheets.tables
import refurbish.waste.tables
import refurbish.workshops.periods.tables
import refurbish.workshops.tables  # noqa: F401
from refurbish.base import Base

metadata = Base.metadata
