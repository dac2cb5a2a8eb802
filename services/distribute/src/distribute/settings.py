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
    network_phone: str = Field(
        "", max_length=30, description="Telephone of the coordination: beside what a structure has to do."
    )
    network_name: str = Field("Filière", description="Name of the network on the invoices that Relais are sent.")
    network_siret: str = Field("", description="Its SIRET, on the same; without one they say that it is missing.")
    network_address: str = Field("", description="Its postal address, on the same.")
    invoice_note: str = Field(
        "", description="What its accountant has printed below each invoice, such as its words about VAT; none of ours."
    )
