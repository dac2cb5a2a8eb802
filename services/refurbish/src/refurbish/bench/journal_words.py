"""What the journal of a device says, in the language of the request."""

from filiere.journal import Entry
from filiere.web import gettext as _

from refurbish.aliases.kinds import AliasKind
from refurbish.devices.recall_reasons import RecallReason
from refurbish.parts.kinds import PartKind
from refurbish.repairs.kinds import Outcome, RepairKind


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
        case "attached":
            return _("Reconnu à l'arrivée : {text}").format(text=entry.details["text"])
        case "detached":
            return _("Finalement pas arrivé : {text} est autre chose").format(text=entry.details["text"])
        case "arrival-undone":
            return _("Arrivée annulée : scanné par erreur")
        case "alias-added":
            return _("Numéro ajouté, {kind} : {value}").format(**_alias(entry))
        case "alias-removed":
            return _("Numéro retiré, {kind} : {value}").format(**_alias(entry))
        case "repaired":
            kind, outcome = RepairKind(entry.details["kind"]), Outcome(entry.details["outcome"])
            return _("Réparation : {what} ({outcome})").format(what=_(kind.label_fr), outcome=_(outcome.label_fr))
        case "repair-undone":
            return _("Réparation annulée")
        case "harvested":
            return _("Pièce récupérée : {part}").format(part=_(PartKind(entry.details["part"]).label_fr))
        case verb:
            return verb


def _alias(entry: Entry) -> dict[str, str]:
    return {"kind": _(AliasKind(entry.details["kind"]).label_fr), "value": entry.details["value"]}
