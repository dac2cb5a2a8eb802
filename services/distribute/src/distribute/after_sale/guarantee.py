"""Until when a receipt promises, and what a swap or a repair adds. Pure.

Source: the programme's sale sheet, as the receipt says it (`handovers/warranty.py`): two years on sales, a swap opens
two new years, a repair adds six months; a gift promises nothing.
"""

from datetime import date

from filiere.calendar import day_of, months_after

from distribute.handovers.schemas import HandoverOut
from distribute.handovers.status import HandoverKind

YEARS_MONTHS = 24
REPAIR_MONTHS = 6
PRESUMED_MONTHS = 12


def until(handover: HandoverOut) -> date | None:
    """The last day of the guarantee; None for a gift."""
    if handover.kind is not HandoverKind.SOLD:
        return None
    return handover.guaranteed_until or months_after(day_of(handover.handed_over_at), YEARS_MONTHS)


def is_presumed(handover: HandoverOut, on: date) -> bool:
    """Whether the defect is taken to be of before the sale: in the first year; then the person proves it."""
    return on <= months_after(day_of(handover.handed_over_at), PRESUMED_MONTHS)


def renewed(old: date | None, on: date, *, is_same_device: bool) -> date | None:
    """The guarantee of what is handed over instead. Without one on that day there is no new one."""
    if old is None:
        return None
    return months_after(old, REPAIR_MONTHS) if is_same_device else months_after(on, YEARS_MONTHS)
