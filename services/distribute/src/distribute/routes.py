"""Every router of the service: API and pages. Loaded by the api process only."""

from collections.abc import Sequence

from fastapi import APIRouter

from distribute.allocation import api as allocation
from distribute.handovers import api as handovers
from distribute.orders import api as orders
from distribute.relais import api as relais
from distribute.shipments import api as shipments
from distribute.stock import api as stock


def routers() -> Sequence[APIRouter]:
    return [
        relais.router,
        relais.workshops,
        stock.router,
        orders.router,
        allocation.router,
        shipments.router,
        handovers.router,
    ]
