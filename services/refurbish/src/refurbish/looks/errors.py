"""What looking refuses."""

from collections.abc import Sequence

from filiere.web import FieldError, Unprocessable


class UnknownZone(Unprocessable):
    title = "Cette zone n'est pas à regarder sur cet équipement."

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(errors=[FieldError("seen", f"Zones attendues : {', '.join(known)}.")], known=list(known))
