"""The road of a case as a list of dated steps: of the broken device, and of what is kept for whoever had it. Pure."""

from datetime import datetime
from typing import NamedTuple

from filiere.web import gettext as _

from distribute.after_sale.schemas import CaseOut


class Step(NamedTuple):
    """One step, as a timeline shows it."""

    when: datetime
    title: str
    detail: str = ""


def road_of(case: CaseOut) -> list[Step]:
    """What happened so far, oldest first."""
    kept = case.kept_label or case.replacement_label or ""
    by = " · ".join(one for one in (case.carrier, case.tracking) if one)
    steps = [
        (case.opened_at, _("Rapporté au Relais"), case.relais_name),
        (case.sent_at, _("Renvoyé à l'atelier"), by),
        (case.at_workshop_at, _("Arrivé à l'atelier"), case.workshop_name),
        (case.repaired_at, _("Réparé"), ""),
        (case.unrepairable_at, _("L'atelier ne peut pas le réparer"), ""),
        (case.kept_at, _("Un équipement est gardé pour la personne"), kept),
        (case.kept_sent_at, _("L'équipement gardé part vers le Relais"), ""),
        (case.kept_here_at, _("L'équipement gardé est au Relais"), ""),
        (case.settled_at, _(case.outcome.label_fr) if case.outcome else "", case.replacement_label or ""),
    ]
    return sorted((Step(when, title, detail) for when, title, detail in steps if when is not None), key=_moment)


def _moment(step: Step) -> datetime:
    return step.when
