"""What the journal of a device says, in the language of the request."""

from filiere.journal import Entry
from filiere.web import gettext as _

from refurbish.devices.recall_reasons import RecallReason


def said(entry: Entry) -> str:
    """One sentence of one entry."""
    match entry.verb:
        case "recalled":
            return _("Repris à l'établi : {reason}").format(reason=_(RecallReason(entry.details["code"]).sentence))
        case "reopened":
            return _("Remis au travail après avoir été retiré")
        case "sheet-changed":
            return _("Fiche de test corrigée : {points}").format(points=", ".join(map(_, entry.details["points"])))
        case "regraded":
            grades = {name: grade.capitalize() for name, grade in entry.details.items()}
            return _("Classé à nouveau : {after} (avant : {before})").format(**grades)
        case verb:
            return verb
