"""What pages and papers say of a slip."""

from filiere.calendar import day_of
from filiere.catalogue import Tier
from filiere.web import Column, Table, told
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day

from distribute.publics import publics
from distribute.referrals.schemas import SlipOut
from distribute.referrals.status import SlipState, Wanted

SLIPS = Table(
    columns=(
        Column("wanted", "Pour"),
        Column("state", "Où il en est"),
        Column("made", "Fait le"),
        Column("until", "Valable jusqu'au"),
    ),
)


def choices() -> dict[str, dict[str, str]]:
    """What the form lets its worker choose from, by field."""
    return {
        "wanted": {one.value: told(one.label_fr).capitalize() for one in Wanted},
        "tier": {one.value: told(one.label_fr).capitalize() for one in Tier},
        "public": {value: told(text) for value, text in publics().items() if value != "tous-publics"},
    }


def said(slip: SlipOut) -> str:
    """Where it stands; of a used one when, and nothing of the person."""
    if slip.used_at is not None:
        return _("Utilisé le %(day)s") % {"day": full_day(day_of(slip.used_at))}
    return told(slip.state.label_fr)


def qr_text(address: str, code: str) -> str:
    """What a slip's QR code holds: the page that finds a Relais; the code behind the `#`, which no browser sends."""
    return f"{whole_path(address, 'nearby')}#{code}"


def message(slip: SlipOut, address: str) -> str:
    """What a worker sends to the person, by their own mail."""
    lines = [
        _("Voici votre bon d'accès pour : %(wanted)s.") % {"wanted": told(slip.wanted.label_fr)},
        _("Code : %(code)s") % {"code": slip.code},
        _("Il sert une fois, jusqu'au %(day)s.") % {"day": full_day(day_of(slip.expires_at))},
        _("Montrez-le au Relais près de chez vous : %(address)s") % {"address": whole_path(address, "nearby")},
    ]
    return "\n".join(lines)


def chip(slip: SlipOut) -> str:
    return {SlipState.OPEN: "wait", SlipState.USED: "ok"}.get(slip.state, "stop")
