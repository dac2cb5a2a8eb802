"""What the journal of a donation says, from its declaration to its end."""

from datetime import date

from filiere.journal import Entry
from filiere.web import gettext as _
from filiere.web import ngettext
from filiere.web.formats import day, number

from collect.lots import journal_words as lots


def said(entry: Entry) -> str:
    """One entry in the language of the request."""
    known = entry.details
    match entry.verb:
        case "drafted":
            return _("Brouillon enregistré")
        case "edited":
            return _("Lignes changées")
        case "declared":
            count = known["devices"]
            sentence = ngettext(
                "Don envoyé, %(num)s équipement déclaré", "Don envoyé, %(num)s équipements déclarés", count
            )
            return sentence % {"num": number(count)}
        case "moved-in":
            return _("Repris de %(source)s") % {"source": known["source"]}
        case "accepted":
            count = known["accepted"]
            sentence = ngettext(
                "Don accepté, %(num)s équipement retenu", "Don accepté, %(num)s équipements retenus", count
            )
            return sentence % {"num": number(count)}
        case "attachment-added":
            return _("Pièce jointe ajoutée")
        case "attachment-removed":
            return _("Pièce jointe retirée")
        case "link-made":
            return _("Lien vers la preuve créé")
        case "link-revoked":
            return _("Lien vers la preuve révoqué")
        case "declined":
            return _("Don décliné")
        case "placed":
            return _("Lieu et dates précisés par le donateur")
        case "withdrawn":
            return _("Don retiré par le donateur")
        case "cancelled":
            return _("Don annulé avant la collecte")
        case "slots-proposed":
            return ngettext("%(num)s jour de collecte proposé", "%(num)s jours de collecte proposés", known["days"]) % {
                "num": known["days"]
            }
        case "pickup-scheduled":
            on = day(date.fromisoformat(known["on"]))
            if not known["before"] or known["before"] == known["on"]:
                return _("Collecte fixée au %(on)s") % {"on": on}
            before = day(date.fromisoformat(known["before"]))
            return _("Collecte déplacée du %(before)s au %(on)s") % {"on": on, "before": before}
        case "collected":
            count = known["devices"]
            sentence = ngettext(
                "%(num)s équipement collecté, lot %(lot)s", "%(num)s équipements collectés, lot %(lot)s", count
            )
            return sentence % {"num": number(count), "lot": known["lot"]}
        case "line-accepted":
            return _("Ligne %(line)s acceptée par la coordination") % known
        case "line-refused":
            return _("Ligne %(line)s refusée par la coordination") % known
        case "line-restored":
            return _("Ligne %(line)s rendue au verdict des règles") % known
        case "found":
            return _("Équipement %(label)s retrouvé") % known
        case "not-found":
            return _("Équipement %(label)s toujours absent") % known
        case "dispatched" | "confirmed":
            return lots.said(entry)
        case "received":
            return _("Compté à l'atelier")
        case "closed":
            return _("Don terminé : chaque équipement est arrivé au bout de son chemin")
    return entry.verb
