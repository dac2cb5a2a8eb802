"""What an erasure report or a declaration of media is refused for."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, NotFound, Unavailable, Unprocessable

from refurbish.devices.device import Device, Medium
from refurbish.erasure.reports.questions import Question


class OverwritingIsNotEnough(Unprocessable):
    title = "Un simple écrasement ne suffit pas sur ce disque."

    def __init__(self, medium: Medium) -> None:
        super().__init__(
            f"{medium.kind.label_fr} {medium.serial} : un écrasement laisse des données sur la mémoire flash. "
            "Utilise l'effacement du disque lui-même (purge), ou fais-le détruire.",
            errors=[FieldError("level", "Choisis purge ou destruction.")],
        )


class UnknownMedium(Conflict):
    """The report speaks of a medium that nobody declared: it may be another device's disk."""

    title = "Ce disque n'est pas déclaré sur cet équipement."

    def __init__(self, device: Device, serial: str, media: Sequence[Medium]) -> None:
        known = ", ".join(medium.serial for medium in media) or "aucun"
        super().__init__(f"Le disque {serial} n'est pas déclaré sur {device.label}. Disques déclarés : {known}.")


class DiskThereAlready(Conflict):
    """A disk that was put in has the number of one that is in the device: they are not one, or it was not put in."""

    title = "Un disque avec ce numéro est déjà dans cet équipement."

    def __init__(self, label: str, there: Medium, *, leaves: bool = False, field: str = "serial") -> None:
        name = f"{there.kind.label_fr} {there.serial}"
        if there.destroyed:
            sentence = f"{name} a été détruit : ce n'est pas lui. {_ANOTHER_NUMBER}"
        elif leaves:
            sentence = (
                f"{name} est encore déclaré dans {label} : un collègue doit d'abord confirmer qu'il est sorti, "
                f"dans « À vérifier ». {_ANOTHER_NUMBER}"
            )
        elif there.is_wiped:
            sentence = (
                f"{name} est déjà dans {label}, et il est effacé. {_ANOTHER_NUMBER} S'il n'y est plus, dis "
                "d'abord qu'il est sorti."
            )
        else:
            sentence = (
                f"{name} est déjà déclaré dans {label}, et reste à effacer. Si c'est lui, il n'y a rien à déclarer. "
                f"{_ANOTHER_NUMBER}"
            )
        super().__init__(sentence, errors=[FieldError(field, sentence)], medium_serial=there.serial)


class DiskInAnother(Conflict):
    """A disk cannot be in two devices: its number was misread, or nobody has said that it was taken out."""

    title = "Un disque avec ce numéro est dans un autre équipement."

    def __init__(self, label: str, serial: str, *, leaves: bool, field: str = "serial") -> None:
        sentence = (
            f"Ce numéro est dans {label} : un collègue doit d'abord confirmer que le disque {serial} en est sorti, "
            f"dans « À vérifier ». {_ANOTHER_NUMBER}"
            if leaves
            else f"Ce numéro est dans {label}. Si c'est ce disque, ouvre {label} et dis d'abord qu'il en est sorti. "
            f"{_ANOTHER_NUMBER}"
        )
        super().__init__(sentence, errors=[FieldError(field, sentence)], medium_serial=serial, label=label)


class NoDiskFits(Unprocessable):
    """A disk was said to be put into what holds none."""

    title = "Cet équipement n'a pas de place pour un disque."

    def __init__(self, device: Device, field: str) -> None:
        sentence = (
            f"{device.label} ({device.category.label_fr}) n'a pas de place pour un disque. "
            "Regarde l'étiquette, ou le type du disque."
        )
        super().__init__(sentence, errors=[FieldError(field, sentence)])


_ANOTHER_NUMBER = (
    "Un autre disque a un autre numéro : relis-le, ou colle sur le disque une étiquette avec un numéro à toi."
)


class EvidenceSaysOtherwise(Unprocessable):
    """The report of the tool and the result beside it cannot both be true."""

    title = "Le rapport de l'outil ne va pas avec ce résultat."

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why} Joins le rapport de ce disque, ou choisis « Échec ».", errors=[FieldError("evidence", why)]
        )


class UnreadableReport(Unprocessable):
    """A file that is no report, or none that can be read."""

    title = "Ce rapport n'est pas lisible."

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldError("evidence", sentence)])


class ReportNotFound(NotFound):
    title = "Ce rapport n'existe pas, ou n'est pas de ton atelier."


class ReportAway(Unavailable):
    title = "Ce fichier ne peut pas être lu en ce moment. Recommence ; si ça dure, préviens l'exploitation."


class ReportAsks(Unprocessable):
    """The report does not quite go with what is said of the medium: somebody has to look, and say so."""

    title = "Le rapport pose une question."

    def __init__(self, asked: Sequence[Question]) -> None:
        super().__init__(
            " ".join(one.sentence for one in asked),
            errors=[FieldError(one.field, one.sentence) for one in asked],
            questions=[{"code": one.code, "field": one.field, "sentence": one.sentence} for one in asked],
        )


class UnreadableSerial(Unprocessable):
    title = "Ce numéro de série n'identifie aucun disque."

    def __init__(self, serial: str, field: str = "serial") -> None:
        super().__init__(
            f"« {serial[:40]} » n'identifie aucun disque. S'il est illisible, colle sur le disque une étiquette "
            "avec un numéro à toi, et écris ce numéro.",
            errors=[FieldError(field, "Écris un numéro qui n'est qu'à ce disque.")],
        )


class PageOfAnother(Conflict):
    """The number that a form brought is of a disk elsewhere."""

    title = "Cette page n'est plus valable : rouvre-la et recommence."


class NoneAndSome(Unprocessable):
    title = "Choisis : pas de disque, ou ces disques."


class MediaAreDeclared(Conflict):
    """Somebody states that there is no medium, but some are declared."""

    title = "Des disques sont déclarés sur cet équipement."

    def __init__(self, device: Device, media: Sequence[Medium]) -> None:
        super().__init__(
            f"{device.label} a un disque déclaré ({', '.join(medium.serial for medium in media)}). "
            "S'il a été retiré, enregistre sa destruction."
        )


class MemoryIsSoldered(Conflict):
    """A smartphone or a tablet always has a memory."""

    title = "Cet équipement a toujours une mémoire."

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"Un équipement « {device.category.label_fr} » a une mémoire soudée : déclare-la (eMMC), puis efface-la."
        )


class TooManyMedia(Unprocessable):
    title = "Un équipement a 16 disques au plus."


class NotADisk(Unprocessable):
    title = "Ce disque ne peut pas être déclaré ainsi."
