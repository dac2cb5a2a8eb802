"""The coordination's home."""

from typing import Annotated

from fastapi import Request, Response
from filiere.web import Principal, ReadSession, Role, allow, ngettext, page, page_router
from filiere.web import gettext as _

from collect.devices.ages import LATE_DAYS, STUCK_DAYS
from collect.inbox import service
from collect.inbox.schemas import InboxLine
from collect.network import service as network
from collect.network.schemas import SilentCount, Who
from collect.network.stages import Age

router = page_router("/a-faire")


@router.get("", name="inbox")
async def inbox_page(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession
) -> Response:
    """What waits, is late, is stuck: each a number, an age, a link."""
    found, chain = await service.inbox(session), await network.network(session)
    groups = {
        name: [(line, words(line)) for line in found.lines if line.group == name]
        for name in ("waiting", "late", "stuck", "good")
    }
    return page(
        request,
        "inbox/templates/inbox.html",
        principal=principal,
        groups=groups,
        titles={"waiting": _("En attente de vous"), "late": _("En retard"), "stuck": _("Bloqué")},
        late_days=LATE_DAYS,
        chain=chain,
        ages=Age,
        silent_words=silent_words,
        stuck_days=STUCK_DAYS,
    )


def words(line: InboxLine) -> str:
    """What the number counts, without the number."""
    n = line.count
    return {
        "to-answer": ngettext("don en attente de réponse", "dons en attente de réponse", n),
        "words": ngettext("don avec un mot que vous n'avez pas lu", "dons avec un mot que vous n'avez pas lu", n),
        "to-confirm": ngettext("entreprise à confirmer", "entreprises à confirmer", n),
        "proposed": ngettext(
            "don dont le donateur propose des jours de collecte",
            "dons dont le donateur propose des jours de collecte",
            n,
        ),
        "to-schedule": ngettext("don accepté, sans date de collecte", "dons acceptés, sans date de collecte", n),
        "to-dispatch": ngettext("lot sans atelier", "lots sans atelier", n),
        "found": ngettext("don avec des équipements retrouvés", "dons avec des équipements retrouvés", n),
        "pickup-late": ngettext("collecte dont la date est passée", "collectes dont la date est passée", n),
        "lot-late": ngettext("lot en route, pas encore arrivé", "lots en route, pas encore arrivés", n),
        "lot-uncounted": ngettext("lot arrivé, pas encore pointé", "lots arrivés, pas encore pointés", n),
        "lot-missing": ngettext("lot avec des manquants", "lots avec des manquants", n),
        "device-stuck": ngettext(
            "lot dont des appareils n'avancent plus", "lots dont des appareils n'avancent plus", n
        ),
        "accepted": ngettext("don accepté", "dons acceptés", n),
        "collected": ngettext("équipement collecté", "équipements collectés", n),
        "counted": ngettext("lot pointé à l'atelier", "lots pointés à l'atelier", n),
        "handed-over": ngettext("équipement remis à quelqu'un", "équipements remis à quelqu'un", n),
    }[line.kind]


def silent_words(one: SilentCount) -> str:
    """Of whom nothing is heard, without the number."""
    n = one.count
    return {
        Who.DONOR: ngettext("donateur sans nouvelles", "donateurs sans nouvelles", n),
        Who.WORKSHOP: ngettext("atelier sans nouvelles", "ateliers sans nouvelles", n),
        Who.RELAIS: ngettext("Relais sans nouvelles", "Relais sans nouvelles", n),
    }[one.who]
