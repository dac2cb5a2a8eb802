"""A draft of a BSDD for Trackdéchets: the variables of its mutation `createForm`. Written for somebody to send; nothing
is sent here, and whether a BSDD is asked for of a
workshop, or an eco-organisation's pick-up slip is enough, is not concluded (R. 541-45; no source found settles it).

A BSFF is not drafted: it takes the codes of refrigerant fluids alone, and none of electrical equipment (decision 0053).

Fields as `CreateFormInput` has them (MTES-MCT/trackdechets, back/src/forms/typeDefs/bsdd.inputs.graphql). What nobody
knows here (the carrier's SIRET, contacts, the CAP number) is left out, as a draft may: Trackdéchets asks for it when
the form is sealed.
"""

from typing import Any

from refurbish.waste.schemas import ExitOut
from refurbish.workshops.repository import Workshop


def draft(exit_: ExitOut, workshop: Workshop) -> dict[str, Any]:
    """The variables, as JSON."""
    recipient: dict[str, Any] = {"name": exit_.recipient}
    if exit_.recipient_siret is not None:
        recipient["siret"] = exit_.recipient_siret
    return {
        "createFormInput": {
            "customId": str(exit_.id),
            "emitter": {
                "type": "PRODUCER",
                "company": {"name": workshop.name, "address": f"{workshop.postcode} {workshop.city}"},
            },
            "recipient": {"processingOperation": exit_.operation, "company": recipient, "isTempStorage": False},
            "transporter": {"company": {"name": exit_.carrier}},
            "wasteDetails": {
                "code": exit_.code.value,
                "name": "Déchets d'équipements électriques et électroniques",
                "isDangerous": exit_.code.is_hazardous,
                "quantity": round(exit_.weight_kg / 1000, 6),  # tonnes
                "quantityType": "REAL" if exit_.is_weighed else "ESTIMATED",
                "consistence": "SOLID",
            },
        }
    }
