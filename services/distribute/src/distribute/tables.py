"""Every slice's models, so that the metadata is whole."""

from distribute.allocation import models as allocation
from distribute.demand import models as demand
from distribute.handovers import models as handovers
from distribute.models import Base
from distribute.orders import models as orders
from distribute.proposals import models as proposals
from distribute.relais import models as relais
from distribute.shipments import models as shipments
from distribute.stock import models as stock

__all__ = ["Base", "allocation", "demand", "handovers", "orders", "proposals", "relais", "shipments", "stock"]
