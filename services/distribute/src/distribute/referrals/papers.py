"""A slip on paper: what it is for, its code and its QR code. No name, and no line to write one."""

from filiere.calendar import day_of
from filiere.documents.paper import Content, Facts, Heading, Stamp, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web import told
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day

from distribute.publics import public_label
from distribute.referrals.schemas import SlipOut
from distribute.referrals.shown import qr_text


async def slip_pdf(slip: SlipOut, address: str) -> bytes:
    """The PDF of an open slip. Raises ProcessFailed."""
    on = day_of(slip.made_at)
    number = f"{on:%Y%m%d}-{slip.id.hex[-6:].upper()}"
    opens = _("Où trouver un Relais :")
    stamp = Stamp(number, on, full_day(on), number, qr_text(address, slip.code or ""), opens=opens)
    return await paper_pdf(content(slip, address), stamp)


def content(slip: SlipOut, address: str) -> Content:
    rows = [
        (_("Code"), slip.code or ""),
        (_("Pour"), told(slip.wanted.label_fr)),
        (_("Palier"), told(slip.tier.label_fr)),
        (_("Vu par"), f"{slip.seen_by or '–'} · {slip.structure}"),
        (_("Valable jusqu'au"), full_day(day_of(slip.expires_at))),
    ]
    if slip.public:
        rows.insert(3, (_("Public"), told(public_label(slip.public))))
    return Content(
        title=_("Bon d'accès"),
        lead=_("À montrer au Relais. Il sert une seule fois."),
        blocks=[
            Facts(rows),
            Heading(_("Où aller ?")),
            Text(_("Trouvez le Relais le plus proche : %(address)s") % {"address": whole_path(address, "nearby")}),
            Text(_("Appelez avant de venir : le stock change chaque jour.")),
        ],
        method=[_("Ce bon ne dit pas qui vous êtes : n'y écrivez pas votre nom. Le Relais décide du palier.")],
    )
