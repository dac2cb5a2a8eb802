"""What refurbish reads of `distribute.demand`."""

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.events import Incoming


class DemandUpdated(Incoming, type="org.filiere.distribute.demand-updated.v1"):
    """The open demand of one category, grade and territory; the last one per key is the truth."""

    category: Category
    grade: Grade
    territory: str
    wanted: int
