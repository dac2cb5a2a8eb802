"""Every route of collect, in the order they are matched."""

from collect.donations.api import router as donations
from collect.donors.api import router as donors
from collect.imports.api import router as imports
from collect.lots.api import router as lots
from collect.outcomes.api import router as devices
from collect.pickups.api import router as pickups
from collect.workshops.api import router as workshops

routers = [imports, donations, devices, pickups, lots, workshops, donors]
