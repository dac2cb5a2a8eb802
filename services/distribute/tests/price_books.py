"""Price lists to quote from in tests: those of the package, and one that costs the same everywhere."""

from datetime import date

from distribute.price_book import PriceBook
from filiere.catalogue import Category, Grade, price_lists
from filiere.catalogue.pricing_files import PriceList

PACKAGED = PriceBook(list(price_lists().values()))


def flat(cents: int, valid_from: date = date(2020, 1, 1)) -> PriceList:
    """One price for every category, grade and tier."""
    grades = {grade.value: cents for grade in Grade}
    cells = {"solidary": grades, "very_solidary": grades, "anchors": [], "note": ""}
    said = {"name": f"flat_{cents}", "version": 1, "label": "partout le même", "valid_from": valid_from}
    return PriceList.model_validate({**said, "source": ["test"], "prices": dict.fromkeys(Category, cells)})


def another(cents: int) -> PriceBook:
    """Only that list."""
    return PriceBook([flat(cents)])
