"""What the journal of a donor says."""

from filiere.journal import Entry
from filiere.web import gettext as _
from filiere.web import key_making, teams


def said(entry: Entry) -> str:
    """One entry in the language of the request."""
    match entry.verb:
        case "registered":
            return _("Entreprise inscrite")
        case "joined":
            return _("L'entreprise s'est inscrite elle-même")
        case "confirmed":
            return _("Inscription confirmée")
        case "refused":
            return _("Inscription refusée")
        case "site-changed":
            return _("Lieu corrigé : %(site)s") % {"site": entry.details["site"]}
        case "renamed":
            return _("Nom changé ; avant : %(before)s") % {"before": entry.details["before"]}
        case "contact-added":
            return _("Contact ajouté")
        case "contact-changed":
            return _("Contact corrigé")
        case "contact-removed":
            return _("Contact retiré")
        case "site-added":
            return _("Lieu ajouté : %(site)s") % {"site": entry.details["site"]}
        case "key-made" | "key-renewed" | "key-revoked":
            return key_making.said(entry)
    return teams.said(entry)
