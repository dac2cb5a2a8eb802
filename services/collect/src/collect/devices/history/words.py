"""What is said of each step of a device to its donor: never a person nor a structure, a département at most."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from filiere.catalogue.categories import Category
from filiere.web import gettext as _
from filiere.web import told
from filiere.web.formats import number

from collect.devices.history.steps import Service, Step, Told, in_order
from collect.devices.schemas import DeviceOut, Erasure, GoneMedium
from collect.devices.words import gone_of, medium_of
from collect.workshops.distances import name_of

_TITLES = {
    "arrived": "Arrivé à l'atelier",
    "surplus": "Trouvé en plus dans le lot, par l'atelier",
    "arrival_undone": "Finalement pas arrivé : un autre équipement avait été pris pour lui",
    "corrected": "Corrigé à l'atelier",
    "remarked": "Vu à l'arrivée",
    "graded": "Classé en catégorie %(grade)s",
    "ungraded": "Catégorie à redonner",
    "ready": "Reconditionné, prêt à commander",
    "recalled": "Repris à l'atelier, à revoir",
    "reopened": "Remis au travail à l'atelier",
    "withdrawn": "Écarté à l'atelier",
    "recycled": "Parti au recyclage",
    "recycling-undone": "Finalement encore à l'atelier",
    "missing": "Absent au pointage de l'atelier",
    "reserved": "Attribué à une structure",
    "none": "Remis en stock",
    "shipped": "Envoyé à la structure",
    "delivered": "Livré à la structure",
    "damaged": "Arrivé abîmé à la structure : il revient à l'atelier",
    "wrong": "Pas l'équipement attendu par la structure : il revient à l'atelier",
    "kept": "Arrivé abîmé à la structure, qui le garde",
    "lost": "Perdu pendant le transport",
    "lost_lent": "Perdu pendant un prêt",
    "lent": "Prêté par la structure",
    "loan_ended": "De nouveau à la structure",
    "found_again": "Retrouvé : il revient à l'atelier",
    "broken": "En réparation",
    "used": "Il revient à l'atelier pour être effacé de nouveau",
    "returned": "De nouveau à l'atelier",
    "handover_undone": "Remise annulée : de nouveau à la structure",
}
_OF: dict[str, Service] = {"work": "refurbish", "lot": "refurbish", "promise": "distribute"}


def steps_of(device: DeviceOut, entries: Sequence[Told], picked_up: datetime | None) -> list[Step]:
    """The whole way of a device, the newest step first. `picked_up`: when its donation was fetched, with it or not."""
    # What was not there has been collected by nobody, or once its donor had found it.
    fetched, found_at = device.collected_at, device.found_at
    was_absent = fetched is None or (found_at is not None and found_at <= fetched)
    ours = [
        Step(at=at, service="collect", kind=kind, title=title, details=[])
        for at, kind, title in (
            # What no manifest lists was accepted by nobody; its workshop's word says where it comes from.
            (
                device.created_at if device.surplus_at is None else None,
                "accepted",
                _("Accepté : l'équipement a son étiquette"),
            ),
            (picked_up if was_absent else None, "absent", _("Absent le jour de la collecte")),
            (device.collected_at, "collected", _("Collecté chez le donateur")),
            (device.dispatched_at, "in_transit", _("Parti vers l'atelier")),
        )
        if at is not None
    ]
    theirs = [_step(one) for one in in_order(entries)]
    steps = [*reversed(theirs), *reversed(ours)]
    if (at := device.found_at) is not None:
        found = Step(at=at, service="collect", kind="found", title=_("Retrouvé chez le donateur"), details=[])
        steps.insert(next((n for n, step in enumerate(steps) if step.at <= at), len(steps)), found)
    return steps


def _step(one: Told) -> Step:
    title, details = _said(one.kind, one.facts)
    return Step(at=one.at, service=_OF[one.axis], kind=one.kind, title=title, details=details)


def _said(kind: str, facts: dict[str, Any]) -> tuple[str, list[str]]:
    if kind == "erased":
        media = [medium_of(Erasure.model_validate(one)) for one in facts.get("media", [])]
        media += [gone_of(GoneMedium.model_validate(one)) for one in facts.get("gone", [])]
        return (_("Données effacées"), media) if media else (_("Sans support de données, vérifié"), [])
    if kind == "tested":
        failures = facts.get("failures", [])
        return (_("Test non réussi"), [*map(told, failures)]) if failures else (_("Tous les tests sont passés"), [])
    if kind == "handed_over":
        title = {"sold": _("Vendu à prix solidaire"), "given": _("Donné")}.get(facts.get("how") or "", _("Remis"))
        return title, _place(facts)
    title = _(_TITLES[kind]) % {"grade": facts.get("grade") or "?"}
    if kind == "graded":
        return title, [told(reason) for reason in facts.get("reasons", [])]
    if kind == "recycled":
        grams = facts.get("weight_g")
        return title, [_("%(kilograms)s kg") % {"kilograms": number(grams / 1000, 1)}] if grams else []
    if kind in ("withdrawn", "recalled"):
        return title, [told(facts["reason"])] if facts.get("reason") else []
    if kind == "corrected":
        return title, [_what_it_is(facts)]
    if kind == "remarked":
        return title, [_(_SEEN.get(one, "Autre chose")) for one in facts.get("remarks", [])] or [_("Rien à signaler")]
    return title, _place(facts) if kind in ("reserved", "shipped", "delivered", "handover_undone") else []


def _what_it_is(facts: dict[str, Any]) -> str:
    category = Category(facts["category"]) if facts.get("category") in list(Category) else None
    name = " ".join(filter(None, (facts.get("manufacturer"), facts.get("model"))))
    words = [told(category.label_fr) if category else "", name, facts.get("serial") or ""]
    return ", ".join(filter(None, words))


_SEEN = {
    "damaged": "Abîmé",
    "incomplete": "Il manque quelque chose (chargeur, pièce)",
    "other_model": "Un autre modèle que celui annoncé",
}


def _place(facts: dict[str, Any]) -> list[str]:
    territory = facts.get("territory")
    return [_("Département : %(where)s") % {"where": name_of(territory)}] if territory else []
