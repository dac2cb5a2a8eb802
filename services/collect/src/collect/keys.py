"""What the keys of a donor's tools, and of the coordination's, may be for.

Few, and each one thing that somebody would say of a tool. What only a person decides has none: names and addresses of
people, what a gift is worth, links that open to strangers, a count that is agreed to.
"""

from filiere.keys import KeyScope

DECLARE = KeyScope(
    "declare", "Déclarer des dons", "Envoyer une liste, corriger un brouillon, l'envoyer, dire le lieu et les jours."
)
READ = KeyScope("read", "Lire les dons et les appareils", "Suivre chaque don, chaque lot et chaque appareil.")
ATTACHMENTS = KeyScope("attachments", "Gérer les pièces jointes", "Ajouter, lire et retirer photos et PDF des dons.")
DOCUMENTS = KeyScope("documents", "Lire les documents", "Demander et télécharger bordereaux, preuves et bilans.")
WEBHOOKS = KeyScope(
    "webhooks", "Régler les webhooks", "Dire quelles adresses sont prévenues, et lire ce qui leur a été envoyé."
)
MOVE_IN = KeyScope(
    "move-in",
    "Emménager",
    "L'outil de reprise inscrit les donateurs et leurs dons d'avant. À révoquer une fois la reprise finie.",
    is_networks=True,
)

KEY_SCOPES = (DECLARE, READ, ATTACHMENTS, DOCUMENTS, WEBHOOKS, MOVE_IN)
