"""What the receipt promises.

Source: the programme's sale sheet (guarantee of two years; after one year the buyer proves the defect; an exchange
opens two new years, a repair adds six months; the selling structure is the contact and relays to the workshop;
exclusions) and the legal conformity guarantee of second-hand goods, which covers sales.
"""

from filiere.catalogue import check_published_text

from distribute.handovers.status import HandoverKind

_SOLD = (
    "Garantie : 2 ans à partir de la remise.",
    "La première année, un défaut est présumé exister depuis la vente. La seconde année, c'est à vous de le prouver.",
    "Un échange ouvre une nouvelle garantie de 2 ans ; une réparation ajoute 6 mois.",
    "Pour la faire jouer, revenez à {relais} avec ce reçu : la structure transmet à l'atelier.",
    "Ne sont pas couverts : la batterie, un mauvais usage, une chute, une surtension, les logiciels, les réglages et "
    "mots de passe, un défaut signalé à la vente.",
)
_GIVEN = (
    "Équipement remis gratuitement.",
    "En cas de panne, revenez à {relais} avec ce reçu : la structure cherchera une solution avec l'atelier.",
)


def warranty(kind: HandoverKind, relais: str) -> tuple[str, ...]:
    """The sentences of the receipt; none presents the device as new."""
    sentences = tuple(one.format(relais=relais) for one in (_SOLD if kind is HandoverKind.SOLD else _GIVEN))
    for one in _SOLD + _GIVEN:
        check_published_text(one)
    return sentences
