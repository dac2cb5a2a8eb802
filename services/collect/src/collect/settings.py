"""Settings that only collect has."""

from typing import Annotated

from annotated_types import Ge, Le
from filiere.settings import Settings
from pydantic import Field


class CollectSettings(Settings):
    """Collect's settings: the shared ones, and the bounds of an import."""

    import_max_rows: Annotated[int, Ge(1), Le(200_000)] = Field(
        50_000, description="Longest fleet file, in rows; a longer one is asked to be cut."
    )
