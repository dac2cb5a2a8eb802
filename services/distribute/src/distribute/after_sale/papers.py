"""Papers of a return: what travels with a broken device, and the label on its box. Never who had it."""

from filiere.calendar import day_of, now
from filiere.documents.labels import labels_pdf
from filiere.documents.paper import Content, Facts, Signatures, Stamp, paper_pdf
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day

from distribute.after_sale.schemas import CaseOut

_NONE = "–"


async def return_slip(case: CaseOut, address: str) -> bytes:
    """The PDF that travels in the box. Raises ProcessFailed."""
    on = day_of(case.sent_at or now())
    stamp = Stamp(case.label, on, full_day(on), case.label, _page_of(case, address), opens=_("La page du dossier :"))
    return await paper_pdf(slip_of(case), stamp)


def slip_of(case: CaseOut) -> Content:
    """What the slip says: whence, whither, which device, what is wrong with it."""
    covered = _("sous garantie") if case.is_guaranteed else _("hors garantie")
    return Content(
        title=_("Bon de retour"),
        lead=_("À mettre dans le colis : l'atelier scanne l'étiquette de l'équipement quand il arrive."),
        blocks=[
            Facts(
                [
                    (_("Étiquette"), case.label),
                    (_("Équipement"), case.name),
                    (_("Panne"), f"{_(case.fault.label_fr)} ({covered})"),
                    (_("De"), case.relais_name),
                    (_("Pour"), case.workshop_name),
                    (_("Rapporté le"), full_day(day_of(case.opened_at))),
                    (_("Parti le"), full_day(day_of(case.sent_at)) if case.sent_at else _("pas encore parti")),
                    (_("Transporteur"), case.carrier or _NONE),
                    (_("Numéro de suivi"), case.tracking or _NONE),
                ]
            ),
            Signatures([_("Pour le Relais : nom, date, signature"), _("Pour l'atelier : nom, date, signature")]),
        ],
    )


async def return_label(case: CaseOut, address: str) -> bytes:
    """The label on the box. Raises ProcessFailed."""
    words = " · ".join([case.workshop_name, _("retour SAV"), _("de {relais}").format(relais=case.relais_name)])
    return await labels_pdf([(case.label, _page_of(case, address), words)], tape=False)


def _page_of(case: CaseOut, address: str) -> str:
    return whole_path(address, "after_sale_case", case_id=case.id)
