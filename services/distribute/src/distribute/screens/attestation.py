"""The form of an attestation that opens a tier: blank paper. Whoever signs it writes, the person keeps it; nothing of
it is asked, sent or kept here.
"""

from filiere.calendar import today
from filiere.catalogue import Tier
from filiere.documents.paper import Content, Facts, Signatures, Stamp, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day

_BOX = "[     ]"


async def attestation_form(address: str) -> bytes:
    """The PDF. Raises ProcessFailed."""
    page = whole_path(address, "tiers")
    return await paper_pdf(
        content(), Stamp(_("Modèle"), today(), full_day(today()), "", page, opens=_("Les paliers :"))
    )


def content() -> Content:
    """What the paper says, with its blanks."""
    tiers = [one for one in reversed(Tier) if one is not Tier.GIFT]
    return Content(
        title=_("Attestation pour un prix solidaire"),
        lead=_("À remplir par un travailleur social, une association ou France Travail. La personne la garde."),
        blocks=[
            Signatures([_("Structure qui atteste"), _("Nom et fonction de qui signe")]),
            Signatures([_("Téléphone ou courriel"), _("Personne (prénom, ou repère)")]),
            Text(_("J'atteste que la situation de cette personne ouvre le palier coché :")),
            Facts([(_(one.label_fr).capitalize(), _BOX) for one in tiers] + [(_("Don"), _BOX)]),
            Text(
                _(
                    "Un montant ou un document n'a pas à être joint. La structure qui remet l'équipement lit cette"
                    " feuille, note le palier et qui l'a vue, puis la rend : elle n'en garde ni copie, ni nom."
                )
            ),
            Signatures([_("Date, signature et cachet de la structure qui atteste")]),
        ],
    )
