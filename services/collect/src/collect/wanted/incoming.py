"""What collect reads of `distribute.demand`."""

from filiere.catalogue import Category
from filiere.events import Incoming


class DemandUpdated(Incoming, type="org.filiere.distribute.demand-updated.v1"):
    """The open demand of one category, grade and territory; the last one per key is the truth."""

    category: Category
    grade: str
    territory: str
    wanted: int
