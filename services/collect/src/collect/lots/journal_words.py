"""What the journal of a lot says."""

from filiere.journal import Entry
from filiere.web import gettext as _
from filiere.web import ngettext
from filiere.web.formats import number


def said(entry: Entry) -> str:
    """One entry in the language of the request."""
    if entry.verb == "confirmed" and entry.details.get("by") == "link":
        return _("Compte du lot %(lot)s confirmé par le donateur, par le lien") % {"lot": entry.details["lot"]}
    if entry.verb == "count-asked":
        return _("Confirmation du compte demandée une nouvelle fois par courriel")
    if entry.verb == "count-links-revoked":
        return _("Liens de confirmation du compte révoqués")
    if entry.verb == "confirmed":
        return _("Compte du lot %(lot)s confirmé par le donateur") % {"lot": entry.details["lot"]}
    if entry.verb != "dispatched":
        return entry.verb
    sentence = ngettext(
        "Lot %(lot)s envoyé à %(workshop)s, %(num)s équipement",
        "Lot %(lot)s envoyé à %(workshop)s, %(num)s équipements",
        entry.details["devices"],
    )
    return sentence % {**entry.details, "num": number(entry.details["devices"])}
