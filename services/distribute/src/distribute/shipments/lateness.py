"""When a parcel that has left is late."""

from datetime import datetime, timedelta

from filiere.calendar import now

from distribute.statuses import ShipmentStatus

LATE_DAYS = 7
"""A parcel that nobody has received for longer is late: our own choice, said where it is shown."""

LATE = "late"
"""In the address of the list: a part of those on their way."""

# Of a shipment `s`; the placeholder is filled with `late_since`.
IS_LATE = f"s.status = '{ShipmentStatus.SHIPPED}' AND s.shipped_at < {{}}"


def late_since() -> datetime:
    """What left before is late."""
    return now() - timedelta(days=LATE_DAYS)
