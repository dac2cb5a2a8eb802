"""What the journal of a device says, in the language of the request."""

from filiere.catalogue.categories import Category
from filiere.catalogue.software import System
from filiere.journal import Entry
from filiere.web import gettext as _

from refurbish.aliases.kinds import AliasKind
from refurbish.arrivals.remarks.kinds import RemarkKind
from refurbish.audits.audit import WithdrawnFor
from refurbish.bulk.acts import BulkAct
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.recall_reasons import RecallReason
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.merges.differences import MergeReason, What
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
        case "surplus":
            return _("Reçu en trop, sur quoi on lisait : {text}").format(text=entry.details["text"])
        case "detached":
            return _("Finalement pas arrivé : {text} est autre chose").format(text=entry.details["text"])
        case "arrival-undone":
            return _("Arrivée annulée : scanné par erreur")
        case "alias-added":
            return _("Numéro ajouté, {kind} : {value}").format(**_alias(entry)) + _because(entry)
        case "alias-removed":
            return _("Numéro retiré, {kind} : {value}").format(**_alias(entry)) + _because(entry)
        case "repaired":
            kind, outcome = RepairKind(entry.details["kind"]), Outcome(entry.details["outcome"])
            return _("Réparation : {what} ({outcome})").format(what=_(kind.label_fr), outcome=_(outcome.label_fr))
        case "installed":
            system = _(System(entry.details["system"]).label_fr)
            return _("Système noté : {system}").format(system=f"{system} {entry.details['version'] or ''}".strip())
        case "photo-added":
            return _("Photo ajoutée")
        case "photo-removed":
            return _("Photo retirée")
        case "exit-asked":
            return _("Disque {serial} : {reason} Un collègue doit le confirmer.").format(**_exit(entry))
        case "medium-gone":
            return _("Disque {serial} sorti : {reason} Confirmé.").format(**_exit(entry))
        case "exit-refused":
            return _("Disque {serial} : sa sortie est refusée, il est toujours là.").format(**_exit(entry))
        case "exit-taken-back":
            return _("Disque {serial} : dit sorti par erreur, il est toujours là.").format(**_exit(entry))
        case "repair-undone":
            if serial := (entry.details or {}).get("serial"):
                return _("Réparation annulée, qui avait mis le disque {serial}").format(serial=serial)
            return _("Réparation annulée")
        case "harvested":
            return _("Pièce récupérée : {part}").format(part=_(PartKind(entry.details["part"]).label_fr))
        case "corrected":
            return _("Corrigé ({reason}) : {changes}").format(**_corrected(entry))
        case "remarked":
            seen = ", ".join(_(RemarkKind(kind).label_fr) for kind in entry.details["remarks"])
            return _("À l'arrivée : {seen}").format(seen=seen or _("rien à signaler"))
        case "packed":
            return _("Mis dans le colis {parcel}").format(parcel=entry.details["parcel"]).strip()
        case "unpacked":
            return _("Ressorti du colis {parcel}").format(parcel=entry.details["parcel"]).strip()
        case "recall-asked" if entry.details.get("unwiped"):
            return _("Rappel demandé : l'audit y voit un disque que personne n'a effacé")
        case "recall-asked":
            return _("Rappel demandé : {reason}").format(reason=_(RecallReason(entry.details["code"]).sentence))
        case "still-here":
            return _("Signalé encore à l'atelier")
        case "recall-refused":
            return _("Il ne revient pas : il est déjà parti")
        case "shipment-crossed":
            return _("Dit parti alors qu'il était déjà repris ici : sa commande le lâche")
        case "never-left":
            return _("Il n'était pas parti : de nouveau prêt")
        case "recycled":
            return _("Parti au recyclage, bordereau {slip}").format(slip=entry.details["slip"])
        case "recycling-undone":
            return _("Sortie au recyclage annulée")
        case "ungraded":
            return _("Catégorie retirée (avant : {before})").format(before=entry.details["before"].capitalize())
        case "audit-given":
            return _("Audit {tool} d'une autre machine, donné à {label}").format(**entry.details)
        case "audit-received":
            return _("Audit {tool} reçu de {label}").format(**entry.details)
        case "audit-withdrawn":
            reason = _(WithdrawnFor(entry.details["reason"]).label_fr)
            return _("Audit {tool} repris : {reason}").format(tool=entry.details["tool"], reason=reason)
        case "merged":
            return _("{label} était la même machine : une seule reste").format(label=entry.details["label"]) + _why(
                entry
            )
        case "merged-into":
            return _("La même machine que {label}, qui reste").format(label=entry.details["label"]) + _why(entry)
        case "bulk":
            act, count = BulkAct(entry.details["act"]), entry.details["devices"]
            if count == 1:
                return _(act.label_fr)
            return _("{act}, avec d'autres : {count} équipements à la fois").format(act=_(act.label_fr), count=count)
        case verb:
            return verb


def _why(entry: Entry) -> str:
    """Why two rows that differ were said to be one."""
    if "despite" not in entry.details:
        return ""
    differ = ", ".join(
        f"{_(What(what).label_fr)} {kept} ≠ {other}" for what, kept, other in entry.details["differences"]
    )
    return " " + _("malgré {differ} ({reason})").format(
        differ=differ, reason=_(MergeReason(entry.details["despite"]).label_fr)
    )


def _exit(entry: Entry) -> dict[str, str]:
    return {"serial": entry.details["serial"], "reason": _(ExitReason(entry.details["reason"]).sentence)}


def _alias(entry: Entry) -> dict[str, str]:
    return {"kind": _(AliasKind(entry.details["kind"]).label_fr), "value": entry.details["value"]}


def _because(entry: Entry) -> str:
    """The reason of a closed list, where one was asked."""
    code = entry.details.get("code")
    return f" ({_(CorrectionReason(code).label_fr)})" if code is not None else ""


def _corrected(entry: Entry) -> dict[str, str]:
    changed = [
        f"{_(_FIELDS[name])} {_value(name, before)} → {_value(name, after)}"
        for name, (before, after) in entry.details["changed"].items()
    ]
    return {"reason": _(CorrectionReason(entry.details["code"]).label_fr), "changes": ", ".join(changed)}


def _value(name: str, value: str | None) -> str:
    if value is None:
        return "–"
    return _(Category(value).label_fr) if name == "category" else value


_FIELDS = {"category": "Type d'équipement", "manufacturer": "Marque", "model": "Modèle", "serial": "Numéro de série"}
