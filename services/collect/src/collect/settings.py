"""Settings that only collect has."""

from datetime import timedelta
from typing import Annotated

from annotated_types import Ge, Le
from filiere.settings import Settings
from pydantic import Field


class CollectSettings(Settings):
    """Collect's settings: the shared ones, and the bounds of an import."""

    import_max_rows: Annotated[int, Ge(1), Le(200_000)] = Field(
        100_000, description="Longest fleet file, in rows; a longer one is asked to be cut."
    )
    webhook_private: bool = Field(
        False, description="Whether webhooks may go to addresses of this network, and without encryption."
    )
    webhook_retention: timedelta = Field(
        timedelta(days=30), description="How long a donor may read what was sent to its tools."
    )
    appeal_every: timedelta = Field(
        timedelta(days=182), description="A past donor is asked for what is wanted at most once in this time."
    )
    beneficiary_name: str = Field("", description="The body that receives the gifts, on receipts and attestations.")
    beneficiary_address: str = Field("", description="Its address.")
    beneficiary_purpose: str = Field("", description="Its object, in a sentence of its statutes.")
    beneficiary_status: str = Field("", description="Its quality towards the tax law, as its receipts say it.")
    beneficiary_decree: str = Field("", description="Date and number of the decree that recognises it, if any.")
