"""The vault of the settings, for whoever needs one."""

from distribute.settings import DistributeSettings
from distribute.topups.errors import NoKeyForCodes
from distribute.topups.vault import NoKeys, Vault


def has_keys(settings: DistributeSettings) -> bool:
    """Whether codes can be taken in."""
    try:
        vault_of(settings)
    except NoKeyForCodes:
        return False
    return True


def vault_of(settings: DistributeSettings) -> Vault:
    """Raises NoKeyForCodes."""
    try:
        return Vault.of(settings.topup_keys)
    except NoKeys as error:
        raise NoKeyForCodes from error
