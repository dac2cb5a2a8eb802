"""Amounts as people write them."""

import re
from typing import Any

_EUROS = re.compile(r"(\d{1,5})(?:[,.](\d{1,2}))?(?: ?€)?")


def cents_of(text: Any) -> Any:
    """Cents of an amount as people write it: « 25 », « 25,50 », « 25,5 € ». Raises ValueError."""
    if not isinstance(text, str):
        return text
    found = _EUROS.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError("Écrivez un montant en euros, par exemple « 25 » ou « 25,50 ».")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
