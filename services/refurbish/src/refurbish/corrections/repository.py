"""Queries of corrections."""

from filiere.database import Repository

from refurbish.devices.device import Device


class CorrectionRepository(Repository):
    # every tenant: of a device that the caller has locked
    async def save_identity(self, device: Device) -> None:
        await (await self.driver()).execute(
            "UPDATE device SET category = $2, manufacturer = $3, model = $4, serial = $5 WHERE id = $1",
            *(device.id, device.category.value, device.manufacturer, device.model, device.serial),
        )
