"""How long until a lot should be there, or since when it should have been. Pure but for the language of the request."""

from datetime import date

from filiere.web import gettext as _
from filiere.web import ngettext


def countdown(expected_on: date, today: date) -> str:
    """« aujourd'hui », « dans 3 jours », « en retard de 2 jours »."""
    days = (expected_on - today).days
    if days == 0:
        return _("attendu aujourd'hui")
    if days == 1:
        return _("attendu demain")
    if days > 0:
        return _("attendu dans {count} jours").format(count=days)
    return ngettext("en retard de {count} jour", "en retard de {count} jours", -days).format(count=-days)
