"""Keys for an organisation's own tools: a secret shown once, scopes, an end; renewed while the old one still opens.

A service names its scopes (`Service.key_scopes`) and says at each route of its API which of them open it (`allow(…,
keys=…)`). A key acts as its organisation, or as the coordination, within its scopes and on the API alone.
"""

from filiere.keys.scopes import ANY_KEY, NO_KEY, KeyScope

__all__ = ["ANY_KEY", "NO_KEY", "KeyScope"]
