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
            return _with_reason(_("Inscription refusée"), entry)
        case "reopened":
            return _with_reason(_("Inscription rouverte, elle attend sa réponse"), entry)
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


def _with_reason(sentence: str, entry: Entry) -> str:
    """What was done, and why in the words of who did it; entries of an older release hold no reason."""
    reason = entry.details.get("reason")
    return _("%(what)s : %(reason)s") % {"what": sentence, "reason": reason} if reason else sentence
