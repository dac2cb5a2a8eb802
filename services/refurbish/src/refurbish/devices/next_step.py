"""What to do now with a device: one thing, in the workshop's words. Pure; tutoiement, verbs first.

The page shows it as the one warm card, the API gives the same to other screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filiere.catalogue.axes import StorageKind
from filiere.catalogue.categories import Category

from refurbish.devices.device import Device, Medium
from refurbish.devices.stages import Stage
from refurbish.erasure.levels import STORAGE, Storage


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a link: French text, address below the device (`media`, `erase/<serial>`, …), empty for none."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """title: what to do; sentence: why or on what; instructions: in order; action: the one button."""

    code: str
    title: str
    sentence: str
    instructions: tuple[str, ...] = ()
    action: Action | None = None
    alternatives: tuple[Action, ...] = ()


_STUCK = Action("Je n'y arrive pas", "help")
_NO_DISK = Action("Il n'y a pas de disque", "media?kind=none")
_GIVE_UP = Action("Le retirer", "withdraw")


def next_step(device: Device, media: Sequence[Medium], *, points: int, strangers: Sequence[str] = ()) -> NextStep:
    """The next step of a device.

    points: length of its test sheet. strangers: media that an inventory saw and nobody declared.
    """
    match device.stage:
        case Stage.EXPECTED | Stage.MISSING:
            return _receive(device)
        case Stage.ARRIVED | Stage.ERASING:
            return _erase(device, media, points)
        case Stage.ERASED:
            return _test(device, points)
        case Stage.TO_REPAIR:
            return NextStep(
                "repair",
                "Répare, puis refais le test",
                "Un test a échoué. Sans tous les tests réussis, il ne peut pas être dit reconditionné.",
                ("Regarde les points en rouge.", "Répare ou change la pièce.", "Refais les tests échoués."),
                Action("Refaire les tests", "tests"),
                (_GIVE_UP, _STUCK),
            )
        case Stage.TESTED:
            return NextStep(
                "grade",
                "Classe-le",
                "Tous les tests sont réussis. Les règles donnent la catégorie, tu regardes l'aspect.",
                ("Vérifie la mémoire et le disque.", "Regarde la coque et l'écran à bout de bras.", "Valide."),
                Action("Classer", "grade"),
                (_GIVE_UP, _STUCK),
            )
        case Stage.GRADED:
            grade = device.grade.label_fr if device.grade else ""
            return NextStep(
                "ready",
                "Déclare-le prêt",
                f"{grade}. Il est effacé, testé, classé : un Relais pourra le commander.",
                ("Nettoie-le.", "Pose l'étiquette de catégorie.", "Range-le sur l'étagère « prêts »."),
                Action("Il est prêt", "ready"),
                (Action("Le classer autrement", "grade"), _GIVE_UP),
            )
        case Stage.READY:
            return _keep(device, strangers)
        case Stage.WITHDRAWN:
            return _leave_without_data(device, media)
        case Stage.LEFT:
            return NextStep("left", "Plus rien à faire", "Il est parti vers un Relais. Merci.")


def _receive(device: Device) -> NextStep:
    found = device.stage is Stage.MISSING
    return NextStep(
        "receive",
        "Scanne son étiquette",
        "Il manque à l'appel de son lot. S'il est là, scanne-le : il sera compté."
        if found
        else "Il est annoncé. Scanne-le quand tu l'as en main.",
        (),
        Action("Il est là", "arrive"),
    )


def _erase(device: Device, media: Sequence[Medium], points: int) -> NextStep:
    if not media and STORAGE[device.category] is Storage.UNUSUAL:
        return _test(device, points)
    if not media:
        return _declare(device)
    medium = next((one for one in media if not one.is_wiped), None)
    if medium is None:  # wiped, and the stage has not followed: nothing but the tests is left
        return _test(device, points)
    left = sum(not one.is_wiped for one in media)
    action = Action("C'est fait, lire le rapport", f"erase/{medium.serial}")
    if medium.unverified:
        return NextStep(
            "verify",
            "Fais vérifier par un collègue",
            f"{_words(medium)} : l'effacement a réussi. Une deuxième personne doit le contrôler.",
            ("Appelle un collègue.", "Il relit le rapport et le numéro de série.", "Écris son nom."),
            Action("Vérifié par un collègue", f"erase/{medium.serial}"),
            (_STUCK,),
        )
    if medium.failed:
        return NextStep(
            "destroy",
            "Recommence, ou fais détruire le disque",
            f"{_words(medium)} : l'effacement a échoué. Tant qu'il garde des données, l'équipement ne sort pas.",
            ("Essaie encore une fois.", "Si ça échoue, retire le disque.", "Mets-le dans le bac « à détruire »."),
            action,
            (Action("Le disque est détruit", f"erase/{medium.serial}?level=destroy"), _STUCK),
        )
    sentence = _how_to_wipe(device, medium)
    if left > 1:
        sentence = f"{left} disques à effacer. Commence par celui-ci. {sentence}"
    return NextStep(
        "erase",
        "Efface la mémoire" if medium.kind is StorageKind.EMMC else "Efface le disque",
        sentence,
        _wiping(device),
        action,
        (_STUCK, Action("Ce n'est pas le bon disque", "media")),
    )


def _declare(device: Device) -> NextStep:
    if STORAGE[device.category] is Storage.SOLDERED:
        return NextStep(
            "media",
            "Déclare sa mémoire",
            f"Un équipement « {device.category.label_fr} » garde tout dans une mémoire soudée : elle doit être effacée.",
            ("Allume-le.", "Lis la capacité dans les réglages.", "Écris-la."),
            Action("Déclarer la mémoire", "media?kind=emmc"),
            (Action("Il ne s'allume pas", "help"),),
        )
    return NextStep(
        "media",
        "Dis quel disque il contient",
        "L'effacement sera comparé au numéro de série du disque.",
        ("Branche la clé USB bleue.", "Allume, touche F9, choisis la clé.", "L'audit lit les disques tout seul."),
        Action("Déclarer le disque", "media"),
        (Action("Envoyer le fichier de l'audit", "audits"), _NO_DISK, _STUCK),
    )


def _words(medium: Medium) -> str:
    size = f" de {medium.size_gb:g} Go" if medium.size_gb else ""
    return f"{medium.kind.label_fr}{size}, numéro {medium.serial}"


def _how_to_wipe(device: Device, medium: Medium) -> str:
    match medium.kind:
        case StorageKind.HDD:
            return f"{_words(medium)}. Un écrasement complet suffit."
        case StorageKind.EMMC if device.category in {Category.SMARTPHONE, Category.TABLET}:
            return f"{_words(medium)}. Chiffre-la puis réinitialise : c'est ce qui rend les données illisibles."
        case StorageKind.UNKNOWN:
            return f"{_words(medium)}. Dans le doute, fais comme pour un SSD : utilise l'effacement du disque lui-même."
        case _:
            return f"{_words(medium)}. Un simple écrasement ne suffit pas : utilise l'effacement du disque lui-même."


def _wiping(device: Device) -> tuple[str, ...]:
    if device.category in {Category.SMARTPHONE, Category.TABLET}:
        return (
            "Vérifie qu'aucun compte n'est ouvert.",
            "Réglages : chiffre l'appareil, puis « Effacer toutes les données ».",
            "Attends l'écran d'accueil, puis scanne à nouveau.",
        )
    return (
        "Branche la clé USB bleue.",
        "Allume, touche F9, choisis la clé.",
        "Attends le message vert, puis scanne à nouveau.",
    )


def _test(device: Device, points: int) -> NextStep:
    return NextStep(
        "test",
        "Teste-le",
        f"{points} points à essayer, un par un. Tous doivent réussir.",
        ("Branche-le et allume-le.", "Suis la liste.", "Note ce qui ne va pas."),
        Action("Commencer les tests", "tests"),
        (_GIVE_UP, _STUCK),
    )


def _keep(device: Device, strangers: Sequence[str]) -> NextStep:
    if strangers:
        return NextStep(
            "stop",
            "Arrête : un disque inconnu",
            f"L'audit voit un disque que personne n'a effacé ({', '.join(strangers)}). Il ne doit pas partir.",
            ("Mets-le de côté.", "Préviens la coordination s'il est réservé.", "Retire-le."),
            Action("Le retirer", "withdraw"),
        )
    if device.order_id is not None:
        return NextStep(
            "promised", "Prépare-le", "Il est réservé pour un Relais.", ("Ajoute son chargeur.", "Mets-le au départ.")
        )
    return NextStep(
        "wait", "Rien à faire", "Il est prêt. Un Relais peut le commander.", (), None, (_GIVE_UP,)
    )  # fmt: skip


def _leave_without_data(device: Device, media: Sequence[Medium]) -> NextStep:
    medium = next((one for one in media if not one.is_wiped), None)
    if medium is None:
        return NextStep("parts", "Mets-le aux pièces", f"Il est retiré : {device.withdrawn_reason}")
    return NextStep(
        "destroy",
        "Efface ou fais détruire son disque",
        f"Il est retiré, mais garde des données. {_words(medium)}.",
        ("Retire le disque.", "Efface-le, ou mets-le dans le bac « à détruire »."),
        Action("C'est fait", f"erase/{medium.serial}?level=destroy"),
    )
