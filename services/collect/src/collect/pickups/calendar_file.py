"""The appointment as a file that calendars read (RFC 5545); a newer one replaces the one before."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from filiere.calendar import PARIS, now
from filiere.web import gettext as _

from collect.pickups.schemas import PART_HOURS, Pickup


def calendar_of(donation_id: UUID, reference: str, devices: int, pickup: Pickup, address: str) -> bytes:
    """The pickup of a donation that has a day. `address`: of the donation's page.

    Call it in a thread: the library is read with the first one, 7 MB in a tenth of a second that few processes need.
    """
    from icalendar import Calendar, Event

    assert pickup.on is not None
    event = Event()
    event.add("uid", f"{donation_id}@filiere")
    event.add("sequence", pickup.sequence)
    event.add("dtstamp", (pickup.changed_at or now()).astimezone(UTC))
    event.add("summary", _("Collecte du don %(reference)s") % {"reference": reference})
    hours = PART_HOURS.get(pickup.part)
    if hours is None:
        event.add("dtstart", pickup.on)
        event.add("dtend", pickup.on + timedelta(days=1))
    else:
        for name, hour in zip(("dtstart", "dtend"), hours, strict=True):
            event.add(name, datetime.combine(pickup.on, time(hour), PARIS).astimezone(UTC))
    if pickup.site:
        event.add("location", f"{pickup.site}, {pickup.address}, {pickup.postcode} {pickup.city}")
    lines = [
        _("%(num)s équipements à remettre, chacun avec son étiquette.") % {"num": devices},
        *([_("Accès : %(access)s") % {"access": pickup.access}] if pickup.access else []),
        *([_("Étage : %(floor)s") % {"floor": pickup.floor}] if pickup.floor else []),
        *([_("Transporteur : %(carrier)s") % {"carrier": pickup.carrier}] if pickup.carrier else []),
    ]
    event.add("description", "\n".join(lines))
    event.add("url", address)
    calendar = Calendar()
    calendar.add("prodid", "-//Filière//Collecte//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
