"""The coordination's home."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, allow, ngettext, page, page_router
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.inbox import service
from distribute.inbox.schemas import InboxLine
from distribute.shipments.lateness import LATE_DAYS

router = page_router("/a-faire")


@router.get("", name="inbox")
async def inbox_page(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession
) -> Response:
    """What waits, what is late, what others are at: each a number, an age, a link."""
    found = await service.inbox(session)
    return page(
        request,
        "inbox/templates/inbox.html",
        principal=principal,
        groups={
            name: [(line, words(line)) for line in found.lines if line.group == name]
            for name in ("waiting", "late", "going")
        },
        titles={"waiting": _("En attente de vous"), "late": _("En retard"), "going": _("En cours chez les autres")},
        late_days=LATE_DAYS,
    )


def words(line: InboxLine) -> str:
    """What the number counts, without the number."""
    n = line.count
    return {
        "to-approve": ngettext("commande à approuver", "commandes à approuver", n),
        "proposals": ngettext("proposition d'attribution à approuver", "propositions d'attribution à approuver", n),
        "incidents": ngettext("signalement à régler", "signalements à régler", n),
        "applications": ngettext("candidature à répondre", "candidatures à répondre", n),
        "topups": ngettext("demande de recharges", "demandes de recharges", n),
        "publics": ngettext("structure qui corrige ses publics", "structures qui corrigent leurs publics", n),
        "agreements": ngettext("Relais sans convention signée", "Relais sans convention signée", n),
        "parcels-late": ngettext("envoi parti et pas encore reçu", "envois partis et pas encore reçus", n),
        "invoices-overdue": ngettext("facture impayée, échéance passée", "factures impayées, échéance passée", n),
        "cases": ngettext("dossier de SAV ouvert", "dossiers de SAV ouverts", n),
        "recalls": ngettext("rappel en cours", "rappels en cours", n),
        "returning": ngettext("équipement qui repart à son atelier", "équipements qui repartent à leur atelier", n),
    }[line.kind]
