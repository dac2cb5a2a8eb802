"""Which one thing to do next, and why: a promise first, then a colleague who waits, then what people wait for.

Pure but for the language of the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filiere.calendar import day_of, today
from filiere.web import gettext as _
from filiere.web import ngettext, path
from filiere.web.formats import moment

from refurbish.demand.waiting import Waiting
from refurbish.devices.device import Device
from refurbish.devices.next_step import NextStep
from refurbish.erasure.verifications.repository import Awaited
from refurbish.parcels.parcel import Parcel
from refurbish.today.day import ComingLot


@dataclass(frozen=True, slots=True)
class Task:
    """The one card of the home. `reasons`: why this and not another."""

    title: str
    reasons: Sequence[str]
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """A device on the benches that somebody can go on with."""

    device: Device
    step: NextStep
    waiting: Waiting | None


def next_task(
    parcels: Sequence[Parcel], to_verify: Awaited | None, at_work: AtWork | None, lot: ComingLot | None
) -> Task | None:
    """None when there is nothing to do. `to_verify`: of a colleague, never the caller's own."""
    if unpacked := next((parcel for parcel in parcels if not parcel.is_whole), None):
        return _pack(unpacked)
    if to_verify is not None:
        return Task(
            _("Vérifie l'effacement de {label}").format(label=to_verify.label),
            [_("Un collègue a effacé {when}. Sans toi, l'équipement ne peut pas avancer.").format(
                when=moment(to_verify.erased_at)
            )],
            _("Lire le rapport"),
            path("verify_erasure", erasure_id=to_verify.erasure_id),
        )  # fmt: skip
    if at_work is not None:
        return _go_on(at_work)
    if lot is not None:
        count = ngettext("{count} équipement à scanner.", "{count} équipements à scanner.", lot.devices)
        reasons = [count.format(count=lot.devices)]
        if lot.dispatched_at:
            reasons.append(_("Il est parti de chez le donateur : {when}.").format(when=moment(lot.dispatched_at)))
        return Task(
            _("Reçois le lot {name}").format(name=lot.name), reasons, _("Ouvrir le lot"), path("lot", lot_id=lot.id)
        )
    return None


def _pack(parcel: Parcel) -> Task:
    relais = parcel.relais_name or _("un Relais")
    count = ngettext("{count} équipement à mettre dans le colis.", "{count} équipements à mettre dans le colis.",
                     parcel.to_pack)  # fmt: skip
    reasons = [count.format(count=parcel.to_pack)]
    if parcel.since:
        reasons.append(_("C'est promis : {age}.").format(age=age(parcel.since)))
    return Task(
        _("Prépare le colis pour {relais}").format(relais=relais), reasons, _("Ouvrir le colis"),
        path("parcel", workshop_id=parcel.workshop_id, order_id=parcel.order_id),
    )  # fmt: skip


def _go_on(at_work: AtWork) -> Task:
    device = at_work.device
    reasons = [at_work.waiting.sentence] if at_work.waiting else []
    if device.arrived_at:
        reasons.append(_("Il est à l'atelier {age}.").format(age=age(device.arrived_at)))
    return Task(
        f"{at_work.step.title} : {device.label}", reasons, _("Ouvrir {label}").format(label=device.label),
        path("device", device_id=device.id),
    )  # fmt: skip


def age(since: datetime) -> str:
    """« depuis aujourd'hui », « depuis 12 jours »: days of Paris, as people count them."""
    days = (today() - day_of(since)).days
    if days < 1:
        return _("depuis aujourd'hui")
    return ngettext("depuis {count} jour", "depuis {count} jours", days).format(count=days)
