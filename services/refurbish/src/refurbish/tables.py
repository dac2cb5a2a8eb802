"""Every table of the service, slice by slice: read by migrations and by tests, never by what runs."""

import refurbish.arrivals.tables
import refurbish.audits.tables
import refurbish.devices.tables
import refurbish.erasure.tables
import refurbish.queue.tables
import refurbish.tests_and_repairs.tables
import refurbish.workshops.tables  # noqa: F401
from refurbish.base import Base

metadata = Base.metadata
