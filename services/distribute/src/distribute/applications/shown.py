"""What pages say of an application."""

from filiere.web import gettext as _
from filiere.web import ngettext
from filiere.web.i18n import language

from distribute.applications.diagnosis import Diagnosis, diagnoses
from distribute.applications.schemas import ApplicationOut
from distribute.applications.status import STEPS, ApplicationStatus, Step
from distribute.publics import public_label

Lines = list[tuple[str, str]]


def summary(application: ApplicationOut) -> list[tuple[Step, Lines]]:
    """Screen by screen, what was written; a screen that was not filled has no lines."""
    return [(step, _lines(application, step) if application.has(step) else []) for step in STEPS]


def questions(diagnosis: Diagnosis) -> list[tuple[str, str, dict[str, str]]]:
    """(field, question, answer → its words) of each."""
    spoken = language()
    return [
        (f"q{number}", one.in_(spoken), {key: said.in_(spoken) for key, said in one.answers.items()})
        for number, one in enumerate(diagnosis.questions, 1)
    ]


def thread(application: ApplicationOut) -> list[dict[str, str | int]]:
    """Where it is on its way: begun, address confirmed, sent, answered."""
    status = application.status
    is_sent = application.sent_at is not None and status is not ApplicationStatus.TO_CHECK
    is_over = status in (ApplicationStatus.ACCEPTED, ApplicationStatus.REFUSED)
    beads = [
        (_("Commencée"), True),
        (_("Adresse confirmée"), application.checked_at is not None),
        (_("Envoyée"), is_sent),
        (_("Réponse"), is_over),
    ]
    current = next((place for place, (_label, is_done) in enumerate(beads) if not is_done), -1)
    return [
        {"value": place + 1, "label": label, "state": "done" if is_done else "now" if place == current else "todo"}
        for place, (label, is_done) in enumerate(beads)
    ]


def _lines(one: ApplicationOut, step: Step) -> Lines:
    if step is Step.STRUCTURE:
        return [
            (_("Structure"), one.name),
            (_("SIRET") if one.siret else _("RNA"), one.number),
            (_("Personne à contacter"), one.contact_name),
            (_("Courriel"), one.contact_email),
            *([(_("Téléphone"), one.contact_phone)] if one.contact_phone else []),
        ]
    if step is Step.PLACE:
        assert one.legal_form is not None
        return [
            (_("Adresse"), f"{one.address}, {one.postcode} {one.city}"),
            *([(_("Type de commune"), _(one.locality.label_fr))] if one.locality else []),
            (_("Forme juridique"), _(one.legal_form.label_fr)),
        ]
    if step is Step.PUBLICS:
        people, volunteers = one.people_supported or 0, one.volunteers or 0
        return [
            (_("Publics"), ", ".join(_(public_label(public)) for public in one.publics or [])),
            (_("Suivies par an"), ngettext("%(num)s personne", "%(num)s personnes", people) % {"num": people}),
            (_("Bénévoles"), str(volunteers)),
            (_("Vente"), _("permise par ses statuts") if one.may_sell else _("non : elle donne")),
        ]
    if step is Step.DIAGNOSIS:
        version = diagnoses().get(one.diagnosis or "")
        spoken, answers = language(), one.answers or {}
        return [
            (asked.in_(spoken), asked.answers[answers[asked.id]].in_(spoken))
            for asked in (version.questions if version else [])
            if answers.get(asked.id) in asked.answers
        ]
    return [(_(category.label_fr).capitalize(), str(count)) for category, count in (one.needs or {}).items()]
