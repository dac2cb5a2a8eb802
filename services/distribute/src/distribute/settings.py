"""Settings that only distribute has."""

from datetime import timedelta

from filiere.settings import Settings
from pydantic import Field


class DistributeSettings(Settings):
    """Distribute's settings: the shared ones, and when devices are promised."""

    continuous_allocation: timedelta | None = Field(
        None,
        description="Promise devices that became ready to the lines the policy serves next, at most once in this time; "
        "none: only when the coordination asks.",
    )
