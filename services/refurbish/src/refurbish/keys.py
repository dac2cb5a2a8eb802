"""What the keys of a workshop's tools may be for."""

from filiere.keys import NO_KEY, KeyScope

AUDITS = KeyScope(
    "audits", "Envoyer des audits", "La clé USB d'audit envoie ce que dit chaque machine, et rien d'autre."
)
MOVE_IN = KeyScope(
    "move-in",
    "Emménager",
    "L'outil de reprise dit où en était chaque appareil. À révoquer une fois la reprise finie.",
    is_networks=True,
)
KEY_SCOPES = (AUDITS, MOVE_IN)

__all__ = ["AUDITS", "KEY_SCOPES", "MOVE_IN", "NO_KEY"]
