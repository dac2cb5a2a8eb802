"""What to do now with a device: one thing, in the workshop's words: tutoiement, verbs first.

Pure but for the language of the request. The page shows it as the one warm card, the API gives the same to others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import StorageKind
from filiere.web import gettext as _
from filiere.web import path
from filiere.web.formats import number

from refurbish.devices.away import Away
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.devices.stages import Stage
from refurbish.how_to.service import starting

NOBODY_SAYS: Mapping[UUID, UUID] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a link: its text, and the page it leads to, by name and parts of the address."""

    label: str
    page: str
    parts: Mapping[str, object]
    posts: bool = False  # a button that acts, not a link to a form

    @property
    def path(self) -> str:
        return path(self.page, **self.parts)


@dataclass(frozen=True, slots=True)
class NextStep:
    """title: what to do; sentence: why or on what; instructions: in order; action: the one button."""

    code: str
    title: str
    sentence: str
    instructions: tuple[str, ...] = ()
    action: Action | None = None
    alternatives: tuple[Action, ...] = ()


def _to(device: Device, label: str, page: str, *, posts: bool = False, **parts: object) -> Action:
    return Action(label, page, {"device_id": device.id, **parts}, posts)


def _stuck(device: Device) -> Action:
    return _to(device, _("Je n'y arrive pas"), "device_help")


def _no_disk(device: Device) -> Action:
    return _to(device, _("Il n'y a pas de disque"), "device_media", nature="none")


def _give_up(device: Device) -> Action:
    return _to(device, _("Le retirer"), "withdraw_device")


def _reopen(device: Device) -> Action:
    return _to(device, _("Le remettre au travail"), "reopen_device")


def _correct(device: Device) -> Action:
    return _to(device, _("Corriger les tests"), "test_sheet")


def _take_back(device: Device) -> Action:
    return _to(device, _("Le reprendre à l'établi"), "recall_device")


def _destroyed(device: Device, medium: Medium, label: str) -> Action:
    return _to(device, label, "erase_medium", serial=medium.serial, niveau="destroy")


def next_step(
    device: Device, media: Sequence[Medium], *, points: int, strangers: Sequence[str] = (), repaired: bool = False,
    leaving: Mapping[UUID, UUID] = NOBODY_SAYS,
) -> NextStep:  # fmt: skip
    """The next step of a device.

    points: length of its test sheet. strangers: media that an inventory saw and nobody declared. repaired: since its
    tests failed, or since it came back. leaving: media of which somebody says that they are gone, by whose exit.
    """
    match device.stage:
        case Stage.EXPECTED | Stage.MISSING:
            return _receive(device)
        case Stage.ARRIVED | Stage.ERASING:
            return _erase(device, media, points, leaving)
        case Stage.ERASED:
            return _test(device, points)
        case Stage.TO_REPAIR:
            noting, testing = (
                _to(device, _("Noter la réparation"), "repair_device"),
                _to(device, _("Refaire les tests"), "test_sheet"),
            )
            if repaired:
                return NextStep(
                    "retest",
                    _("Refais les tests"),
                    _("Il est réparé. Essaie à nouveau ce qui n'allait pas."),
                    (),
                    testing,
                    (_to(device, _("Noter une autre réparation"), "repair_device"), _give_up(device), _stuck(device)),
                )
            return NextStep(
                "repair",
                _("Répare, puis refais le test"),
                _("Il était prêt, et il revient. Répare-le, puis refais toute sa fiche.")
                if device.tests_passed is None
                else _("Un test a échoué. Sans tous les tests réussis, il ne peut pas être dit reconditionné."),
                (_("Regarde pourquoi, dans son journal."), _("Répare ou change la pièce."), _("Refais tous les tests."))
                if device.tests_passed is None
                else (
                    _("Regarde les points en rouge."),
                    _("Répare ou change la pièce."),
                    _("Refais les tests échoués."),
                ),
                noting,
                (testing, _give_up(device), _stuck(device)),
            )
        case Stage.TESTED:
            return NextStep(
                "grade",
                _("Classe-le"),
                _("Tous les tests sont réussis. Les règles donnent la catégorie, tu regardes l'aspect."),
                (_("Vérifie la mémoire et le disque."), _("Regarde la coque et l'écran à bout de bras."), _("Valide.")),
                _to(device, _("Classer"), "grade_device"),
                (_correct(device), _give_up(device), _stuck(device)),
            )
        case Stage.GRADED:
            grade = device.grade.value.capitalize() if device.grade else ""
            return NextStep(
                "ready",
                _("Déclare-le prêt"),
                _("Catégorie {grade}. Il est effacé, testé, classé : un Relais pourra le commander.").format(
                    grade=grade
                ),
                (_("Nettoie-le."), _("Pose l'étiquette de catégorie."), _("Range-le sur l'étagère « prêts ».")),
                _to(device, _("Il est prêt"), "ready_device", posts=True),
                (_to(device, _("Le classer autrement"), "grade_device"), _correct(device), _give_up(device)),
            )
        case Stage.READY:
            return _keep(device, strangers)
        case Stage.WITHDRAWN:
            return _leave_without_data(device, media, leaving)
        case Stage.LEFT:
            if device.recall_asked_at is not None:
                return NextStep("asked", _("Attends un instant"), _("On regarde si quelqu'un l'a reçu."))
            if strangers and not device.was_used and (device.away is None or not device.away.comes_back):
                return _gone_with_a_disk(device, strangers)
            if device.away is not None:
                return _away(device, device.away)
            return NextStep(
                "left", _("Plus rien à faire"), _("Il est parti vers un Relais. Merci."),
                alternatives=(_to(device, _("Il est encore là"), "device_still_here"),),
            )  # fmt: skip
        case _:
            return _of_tomorrow(device)


def _of_tomorrow(device: Device) -> NextStep:
    return NextStep(
        "later",
        _("Mets-le de côté"),
        _("Filière est en cours de mise à jour : son étape est encore inconnue ici.")
        + " "
        + _("Personne n'y touche. Reviens dans un moment."),
    )


def _gone_with_a_disk(device: Device, strangers: Sequence[str]) -> NextStep:
    return NextStep(
        "stop",
        _("Il est parti avec un disque inconnu"),
        _("L'audit y voit un disque que personne n'a effacé ({disks}).").format(disks=", ".join(strangers))
        + " "
        + _("Le Relais le sait : il ne le remet à personne, et il te le renvoie."),
        (_("Regarde s'il est encore ici."), _("Encore ici, dis-le : il revient à l'établi.")),
        _to(device, _("Il est encore là"), "device_still_here"),
    )  # fmt: skip


def _away(device: Device, away: Away) -> NextStep:
    again = _("Il est revenu") if device.has_been_away else _("Il est encore là")
    back = _to(device, again, "device_still_here")
    if away.comes_back:
        return NextStep("comes-back", _("Attends son retour"), _(away.sentence_fr), action=back)
    return NextStep("left", _("Plus rien à faire"), _(away.sentence_fr), alternatives=(back,))


def _receive(device: Device) -> NextStep:
    found = device.stage is Stage.MISSING
    return NextStep(
        "receive",
        _("Scanne son étiquette"),
        _("Il manque à l'appel de son lot. S'il est là, scanne-le : il sera compté.")
        if found
        else _("Il est annoncé. Scanne-le quand tu l'as en main."),
        (),
        _to(device, _("Il est là"), "receive_device", posts=True),
    )


def _erase(device: Device, media: Sequence[Medium], points: int, leaving: Mapping[UUID, UUID]) -> NextStep:
    if not media and STORAGE[device.category] is Storage.UNUSUAL:
        return _test(device, points)
    if not media:
        return _said_of_use(device, _declare(device))
    unwiped = [one for one in media if not one.is_wiped]
    if not unwiped:  # wiped, and the stage has not followed: nothing but the tests is left
        return _test(device, points)
    there = [one for one in unwiped if one.id not in leaving]
    if not there:
        return _confirm_exit(device, unwiped[0], leaving[unwiped[0].id])
    medium, left = there[0], len(there)
    action = _to(device, _("C'est fait, lire le rapport"), "erase_medium", serial=medium.serial)
    if medium.unverified:
        return NextStep(
            "verify",
            _("Fais vérifier par un collègue"),
            _("{disk} : l'effacement a réussi. Une deuxième personne doit le contrôler.").format(disk=_words(medium)),
            (
                _("Appelle un collègue."),
                _("Il ouvre « À vérifier » avec son compte."),
                _("Il relit le rapport et le numéro de série, et confirme."),
            ),
            Action(_("Lire le rapport"), "verify_erasure", {"erasure_id": medium.attempt}),
            (_to(device, _("Recommencer l'effacement"), "erase_medium", serial=medium.serial), _stuck(device)),
        )
    if medium.failed:
        return NextStep(
            "destroy",
            _("Recommence, ou fais détruire le disque"),
            _("{disk} : l'effacement a échoué. Tant qu'il garde des données, l'équipement ne sort pas.").format(
                disk=_words(medium)
            ),
            (
                _("Essaie encore une fois."),
                _("Si ça échoue, retire le disque."),
                _("Mets-le dans le bac « à détruire »."),
            ),
            action,
            (
                _destroyed(device, medium, _("Le disque est détruit")),
                _stuck(device),
            ),
        )
    sentence = _how_to_wipe(device, medium)
    if left > 1:
        sentence = _("{count} disques à effacer. Commence par celui-ci.").format(count=left) + " " + sentence
    if device.back_at is not None:
        sentence = (
            _("Il a servi depuis son premier passage : ce que la personne y a laissé est à effacer.") + " " + sentence
        )
    return NextStep(
        "erase",
        _("Efface la mémoire") if medium.kind is StorageKind.EMMC else _("Efface le disque"),
        sentence,
        _wiping(device),
        action,
        (_stuck(device), _to(device, _("Ce n'est pas le bon disque"), "device_media")),
    )


def _confirm_exit(device: Device, medium: Medium, exit_id: UUID) -> NextStep:
    return NextStep(
        "exit",
        _("Fais confirmer par un collègue"),
        _("{disk} : quelqu'un a dit qu'il n'y est plus. Une deuxième personne doit regarder.").format(
            disk=_words(medium)
        ),
        (
            _("Appelle un collègue."),
            _("Il ouvre « À vérifier » avec son compte."),
            _("Il ouvre l'équipement, cherche ce numéro, et confirme ou refuse."),
        ),
        Action(_("Voir ce qui est dit"), "verify_exit", {"exit_id": exit_id}),
        (_stuck(device),),
    )


def _said_of_use(device: Device, step: NextStep) -> NextStep:
    if device.back_at is None:
        return step
    return replace(
        step, sentence=_("Il a servi : rien de ce qui a été effacé avant ne compte. Redis ce qu'il contient.")
    )


def _declare(device: Device) -> NextStep:
    if STORAGE[device.category] is Storage.SOLDERED:
        return NextStep(
            "media",
            _("Déclare sa mémoire"),
            _("Cet équipement garde tout dans une mémoire soudée : elle doit être effacée."),
            (_("Allume-le."), _("Lis la capacité dans les réglages."), _("Écris-la.")),
            _to(device, _("Déclarer la mémoire"), "device_media", nature="emmc"),
            (_to(device, _("Il ne s'allume pas"), "device_help"),),
        )
    return NextStep(
        "media",
        _("Dis quel disque il contient"),
        _("L'effacement sera comparé au numéro de série du disque."),
        (
            _("Branche la clé USB bleue."),
            starting(device.manufacturer, device.model),
            _("L'audit lit les disques tout seul."),
        ),
        _to(device, _("Déclarer le disque"), "device_media"),
        (_to(device, _("Envoyer le fichier de l'audit"), "device_audits"), _no_disk(device), _stuck(device)),
    )


def _words(medium: Medium) -> str:
    kind = _(medium.kind.label_fr)
    if medium.size_gb is None:
        return _("{kind}, numéro {serial}").format(kind=kind, serial=medium.serial)
    return _("{kind} de {size} Go, numéro {serial}").format(
        kind=kind, size=number(medium.size_gb, 1), serial=medium.serial
    )


def _how_to_wipe(device: Device, medium: Medium) -> str:
    disk = _words(medium)
    match medium.kind:
        case StorageKind.HDD:
            return _("{disk}. Un écrasement complet suffit.").format(disk=disk)
        case StorageKind.EMMC if device.category in {Category.SMARTPHONE, Category.TABLET}:
            return _("{disk}. Chiffre-la puis réinitialise : c'est ce qui rend les données illisibles.").format(
                disk=disk
            )
        case StorageKind.UNKNOWN:
            return _("{disk}. Dans le doute, fais comme pour un SSD : utilise l'effacement du disque lui-même.").format(
                disk=disk
            )
        case _:
            return _("{disk}. Un simple écrasement ne suffit pas : utilise l'effacement du disque lui-même.").format(
                disk=disk
            )


def _wiping(device: Device) -> tuple[str, ...]:
    if device.category in {Category.SMARTPHONE, Category.TABLET}:
        return (
            _("Vérifie qu'aucun compte n'est ouvert."),
            _("Réglages : chiffre l'appareil, puis « Effacer toutes les données »."),
            _("Attends l'écran d'accueil, puis scanne à nouveau."),
        )
    return (
        _("Branche la clé USB bleue."),
        starting(device.manufacturer, device.model),
        _("Attends le message vert, puis scanne à nouveau."),
    )


def _test(device: Device, points: int) -> NextStep:
    return NextStep(
        "test",
        _("Teste-le"),
        _("{count} points à essayer, un par un. Tous doivent réussir.").format(count=points),
        (_("Branche-le et allume-le."), _("Suis la liste."), _("Note ce qui ne va pas.")),
        _to(device, _("Commencer les tests"), "test_sheet"),
        (_give_up(device), _stuck(device)),
    )


def _keep(device: Device, strangers: Sequence[str]) -> NextStep:
    if strangers and device.recall_asked_at is not None and device.order_id is not None:
        return NextStep(
            "stop",
            _("Arrête : un disque inconnu"),
            _("L'audit voit un disque que personne n'a effacé ({disks}). Il ne doit pas partir.").format(
                disks=", ".join(strangers)
            ),
            (
                _("Mets-le de côté."),
                _("Sa commande le lâche toute seule : attends un instant."),
                _("Il revient à l'établi : efface alors ce disque."),
            ),
        )
    if strangers:
        return NextStep(
            "stop",
            _("Arrête : un disque inconnu"),
            _("L'audit voit un disque que personne n'a effacé ({disks}). Il ne doit pas partir.").format(
                disks=", ".join(strangers)
            ),
            (
                _("Mets-le de côté."),
                _("Préviens la coordination s'il est réservé."),
                _("Reprends-le, et efface le disque."),
            ),
            _take_back(device),
            (_give_up(device),),
        )
    if device.recall_asked_at is not None:
        return NextStep(
            "asked",
            _("Mets-le de côté"),
            _("Il est rappelé. Sa commande le lâche d'abord : cela prend un instant."),
        )
    if device.order_id is not None:
        return NextStep(
            "promised",
            _("Prépare-le"),
            _("Il est réservé pour un Relais."),
            (_("Ajoute son chargeur."), _("Mets-le au départ.")),
            Action(_("Ouvrir le colis"), "parcel", {"workshop_id": device.workshop_id, "order_id": device.order_id}),
            (_take_back(device),),
        )
    return NextStep(
        "wait", _("Rien à faire"), _("Il est prêt. Un Relais peut le commander."), (), None,
        (_take_back(device), _give_up(device)),
    )  # fmt: skip


def _leave_without_data(device: Device, media: Sequence[Medium], leaving: Mapping[UUID, UUID]) -> NextStep:
    if device.merged_into is not None:
        return NextStep(
            "merged", _("Travaille sur l'autre"), _("Il a été déclaré deux fois : c'est la même machine."),
            action=Action(_("Ouvrir l'autre"), "device", {"device_id": device.merged_into}),
            alternatives=(_to(device, _("C'en est une autre"), "reopen_device"),),
        )  # fmt: skip
    unwiped = [one for one in media if not one.is_wiped]
    medium = next((one for one in unwiped if one.id not in leaving), None)
    if medium is None and unwiped:
        return replace(_confirm_exit(device, unwiped[0], leaving[unwiped[0].id]), alternatives=(_reopen(device),))
    if medium is None:
        return NextStep(
            "parts", _("Mets-le aux pièces"), _("Il est retiré : {reason}").format(reason=device.withdrawn_reason),
            alternatives=(_to(device, _("Récupérer une pièce dessus"), "harvest_part"), _reopen(device)),
        )  # fmt: skip
    return NextStep(
        "destroy",
        _("Efface ou fais détruire son disque"),
        _("Il est retiré, mais garde des données. {disk}.").format(disk=_words(medium)),
        (_("Retire le disque."), _("Efface-le, ou mets-le dans le bac « à détruire ».")),
        _destroyed(device, medium, _("C'est fait")),
        (_reopen(device),),
    )
