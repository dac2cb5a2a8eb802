"""What the keys of a workshop's tools may be for."""

from filiere.keys import NO_KEY, KeyScope

AUDITS = KeyScope(
    "audits", "Envoyer des audits", "La clé USB d'audit envoie ce que dit chaque machine, et rien d'autre."
)
KEY_SCOPES = (AUDITS,)

__all__ = ["AUDITS", "KEY_SCOPES", "NO_KEY"]
