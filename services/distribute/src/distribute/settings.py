"""Settings that only distribute has."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le
from filiere.settings import Settings
from pydantic import Field, SecretStr


class DistributeSettings(Settings):
    """Distribute's settings: the shared ones, and when devices are promised."""

    continuous_allocation: timedelta | None = Field(
        None,
        description="Promise devices that became ready to the lines the policy serves next, at most once in this time; "
        "none: only when the coordination asks.",
    )
    network_phone: str = Field(
        "", max_length=30, description="Telephone of the coordination: beside what a structure has to do."
    )
    network_name: str = Field("Filière", description="Name of the network on the invoices that Relais are sent.")
    network_siret: str = Field("", description="Its SIRET, on the same; without one they say that it is missing.")
    network_address: str = Field("", description="Its postal address, on the same.")
    invoice_note: str = Field(
        "", description="What its accountant has printed below each invoice, such as its words about VAT; none of ours."
    )
    topup_keys: SecretStr | None = Field(
        None,
        description="Secrets that seal codes of top-ups, comma separated, the newest first; none: no codes are taken "
        "in. Make one with `openssl rand -base64 48`; `python -m distribute topups reseal` ends a change.",
    )
    topup_monthly_ceiling_cents: Annotated[int, Ge(0), Le(100_000)] = Field(
        3000,
        description="What one person may be handed of top-ups in a month, in euro cents (30 € in 2013: infocatho).",
    )
    topup_coverage_file: Path | None = Field(
        None,
        description="CSV `operator;place;says;source` of where an operator's network hardly works, `place` the code of "
        "a commune or of a département; none: the package's, with one example.",
    )
    topup_low_stock: Annotated[int, Ge(0), Le(1000)] = Field(
        5, description="A Relais, or the network, that has so few codes of an offer or fewer is told so."
    )
