"""One medium's certificate on paper: the fields of NIST SP 800-88 Rev. 1, § 4.8, and two people's names to sign."""

from collections.abc import Sequence

from filiere.documents.paper import Block, Content, Facts, Heading, Signatures, Text
from filiere.web.formats import number

from refurbish.devices.device import Device
from refurbish.erasure.certificate import Certificate, day_and_hour
from refurbish.erasure.exits.repository import Exit
from refurbish.workshops.repository import Workshop

_NONE = "—"
_METHOD = (
    "Niveaux selon NIST SP 800-88 : clear (réécriture de ce que l'utilisateur peut atteindre), purge (commande propre "
    "au support), destroy (support détruit). La vérification est faite par une deuxième personne, sur le rapport de "
    "l'outil et le numéro de série."
)


def written(device: Device, workshop: Workshop | None, one: Certificate, gone: Exit | None) -> Content:
    """What it says; French, as every certificate."""
    medium, erasure = one.medium, one.erasure
    place = f"{workshop.name}, {workshop.postcode} {workshop.city}" if workshop else _NONE
    size = f", {number(medium.size_gb)} Go" if medium.size_gb else ""
    about = [
        ("Numéro du support", medium.serial),
        ("Type", f"{medium.kind.label_fr} ({one.media_type}){size}"),
        ("Équipement d'origine", device.name),
        ("Numéro de l'équipement", device.serial or _NONE),
        ("Étiquette", device.label),
        ("Atelier", place),
    ]
    blocks: list[Block] = [Heading("Le support"), Facts(about), Heading("L'effacement")]
    if erasure is None:
        blocks.append(Text("Ce support n'est pas effacé, ou son effacement n'est pas vérifié."))
    else:
        done = [
            ("Niveau", erasure.level.label_fr),
            ("Méthode", erasure.method),
            ("Outil", f"{erasure.tool} {erasure.tool_version}"),
            ("Date", day_and_hour(erasure.erased_at)),
            ("Effacé par", erasure.operator_name),
            ("Vérifié par", erasure.verified_by or _NONE),
            ("Essais échoués avant", str(one.failures)),
            ("Rapport de l'outil (SHA-256)", erasure.evidence_sha256 or "aucun fichier joint"),
        ]
        blocks.append(Facts(done))
    if gone is not None:
        where = f" ({gone.went_to})" if gone.went_to else ""
        left = [
            ("Où il est allé", f"{gone.reason.label_fr}{where}"),
            ("Constaté le", day_and_hour(gone.answered_at) if gone.answered_at else _NONE),
            ("Dit par", gone.asked_by_name),
            ("Confirmé par", gone.answered_by_name or _NONE),
        ]
        blocks += [Heading("Sorti de l'équipement"), Facts(left)]
    if erasure is not None:
        blocks.append(Signatures(_signed(erasure.operator_name, erasure.verified_by)))
    title = "Certificat de destruction" if medium.destroyed else "Certificat d'effacement"
    lead = f"Support {medium.serial} de l'équipement {device.label}."
    return Content(title=title, lead=lead, blocks=blocks, method=[_METHOD])


def _signed(operator: str, verifier: str | None) -> Sequence[str]:
    return [f"Effacé par {operator}", f"Vérifié par {verifier or _NONE}"]
