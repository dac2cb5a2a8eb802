"""What the journal of a workshop says, in the language of the request."""

from datetime import date

from filiere.journal import Entry
from filiere.web import gettext as _
from filiere.web.formats import day, money

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
        case "period-said" | "period-taken-back":
            first, last = (day(date.fromisoformat(details[end])) for end in ("first", "last"))
            if entry.verb == "period-said":
                return _("Semaine particulière notée : du {first} au {last}").format(first=first, last=last)
            return _("Semaine particulière retirée : du {first} au {last}").format(first=first, last=last)
        case verb:
            return verb
