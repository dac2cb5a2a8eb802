"""What a repair did to the media of its device, taken back with it: as far as one person may."""

from filiere.database import AsyncSession
from filiere.web import Principal
from filiere.web import gettext as _

from refurbish.devices.device import Device, Medium
from refurbish.devices.repository import DeviceRepository
from refurbish.erasure.exits import service as exits
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.erasure.exits.repository import Exit, ExitRepository
from refurbish.repairs.repository import Taken


async def undo_media(session: AsyncSession, principal: Principal, device: Device, taken: Taken) -> list[str]:
    """The disk that it put in is said to be not there, and a second person looks: one alone takes no disk off the gate.

    One that the repair only named was perhaps always there. What happened since stays, and is said. What had gone with
    a board is said to be there again, by whoever said it. Returns words for the person.
    """
    repository = ExitRepository.from_session(session)
    said = [one for one in await repository.of_device(device.id) if one.id in taken.exit_ids]
    words = [await _back(session, principal, device, one) for one in said if one.taken_back_at is None]
    disk = taken.disk_serial
    if disk is not None and taken.disk_known:
        words.append(_("Le disque {serial} reste déclaré : il l'était avant cette réparation.").format(serial=disk))
    elif disk is not None:
        media = await DeviceRepository.from_session(session).media(device.id)
        all_exits = await repository.of_device(device.id)
        words.append(await _out(session, principal, device, disk, media, all_exits))
    return words


async def _back(session: AsyncSession, principal: Principal, device: Device, one: Exit) -> str:
    if one.confirmed is None and one.asked_by == principal.subject:
        await exits.take_back_of(session, principal, device, one)
        return _("{serial} est toujours dans l'équipement.").format(serial=one.medium_serial)
    if one.confirmed is None:
        return _("{serial} : un collègue l'a dit sorti, réponds dans « À vérifier ».").format(serial=one.medium_serial)
    if one.confirmed:
        return _("{serial} reste sorti : c'est confirmé. S'il est remis, déclare-le.").format(serial=one.medium_serial)
    return _("{serial} est toujours dans l'équipement.").format(serial=one.medium_serial)


async def _out(
    session: AsyncSession, principal: Principal, device: Device, serial: str, media: list[Medium], said: list[Exit]
) -> str:
    medium = next((one for one in media if one.serial == serial), None)
    if medium is None:
        return _("Le disque {serial} n'y est déjà plus.").format(serial=serial)
    of_it = [one for one in said if one.medium_id == medium.id]
    if any(one.is_open for one in of_it):
        return _("Le disque {serial} attend déjà un collègue, dans « À vérifier ».").format(serial=serial)
    if medium.is_wiped or medium.attempt is not None:
        return _(
            "Le disque {serial} reste déclaré : il a été effacé ici depuis. S'il n'y est plus, dis où il est."
        ).format(serial=serial)
    left = [one.reason for one in of_it if one.confirmed]
    reason = left[-1] if left else ExitReason.NOT_THERE
    if reason is ExitReason.REUSED:
        return _("Le disque {serial} reste déclaré : dis dans quel équipement il est.").format(serial=serial)
    await exits.ask_of(session, principal, device, medium, reason)
    return _("Le disque {serial} reste à effacer tant qu'un collègue n'a pas confirmé qu'il n'y est pas.").format(
        serial=serial
    )
