"""What the journal of a workshop says, in the language of the request."""

from filiere.journal import Entry
from filiere.web import gettext as _
from filiere.web.formats import money

from refurbish.agreements.acts import Act


def said(entry: Entry) -> str:
    """One sentence of one entry."""
    details = entry.details
    machine = " ".join(part for part in (details.get("maker", ""), details.get("model", "")) if part)
    match entry.verb:
        case "how-to-added":
            return _("Astuce ajoutée : {machine}").format(machine=machine)
        case "how-to-changed":
            return _("Astuce corrigée : {machine}").format(machine=machine)
        case "how-to-removed":
            return _("Astuce retirée : {machine}").format(machine=machine)
        case "how-to-put-back":
            return _("Astuce remise : {machine}").format(machine=machine)
        case "price-entered":
            act = _(Act(details["act"]).label_fr)
            return _("Prix saisi : {act}, {price}").format(act=act, price=money(details["cents"]))
        case "limit-entered":
            return _("Limite de non-conformité saisie : {percent} %").format(percent=details["percent"])
        case "capacity-changed":
            return _("Capacité et compétences changées")
        case verb:
            return verb
