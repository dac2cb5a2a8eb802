"""The points that make "tests on all functionalities" (décret 2022-190), per category, as versioned data."""

from functools import cache
from pathlib import Path

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DataModel, Versioned, load_file
from pydantic import Field, model_validator

_FILE = Path(__file__).parent / "data" / "checklists.yaml"


class Point(DataModel):
    """One thing to try. `optional`: not every device has the part, « sans objet » is an answer."""

    test: str = Field(pattern=r"^[a-z_]+$")
    name: str
    optional: bool = False


class ChecklistsFile(Versioned):
    """The file checklists.yaml."""

    lists: dict[Category, list[Point]]

    @model_validator(mode="after")
    def _every_category_once(self) -> "ChecklistsFile":
        if set(self.lists) != set(Category):
            raise ValueError("every category needs a checklist")
        for category, points in self.lists.items():
            if len({point.test for point in points}) != len(points):
                raise ValueError(f"a point appears twice for {category.value}")
        return self


@cache
def checklists() -> ChecklistsFile:
    """The lists in force. Raises BrokenDataFile."""
    return load_file(ChecklistsFile, _FILE)


def checklist(category: Category) -> list[Point]:
    """The points of a category, in the order of work."""
    return checklists().lists[category]


def checklist_name() -> str:
    """Name kept with every result, so that a sheet is read by the list it was filled from."""
    return f"{checklists().name}_v{checklists().version}"
