"""What the journal of a device says, in the language of the request."""

from filiere.journal import Entry
from filiere.web import gettext as _

from refurbish.devices.recall_reasons import RecallReason


def said(entry: Entry) -> str:
    """One sentence of one entry."""
    match entry.verb:
        case "recalled":
            return _("Repris à l'établi : {reason}").format(reason=_(RecallReason(entry.details["code"]).sentence))
        case verb:
            return verb
