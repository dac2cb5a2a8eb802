"""What a device of a category and grade is good for, in one sentence: French, for people who never read a data sheet.

The grade is of performance: what it does, not how it looks. Sentences are Filière's own, and promise the least of the
grade (`filiere.catalogue.grading`), never a brand or an application.
"""

from collections.abc import Mapping

from filiere.catalogue import Category, Grade

_COMPUTER = {
    Grade.PREMIUM: "Tout faire sans attendre : plusieurs logiciels ouverts, images et vidéos à retoucher.",
    Grade.A: "Étudier et travailler à distance : visio, bureautique, beaucoup d'onglets.",
    Grade.B: "Le quotidien à l'aise : démarches, courriels, visio, films.",
    Grade.C: "L'essentiel : démarches, courriels, traitement de texte, une vidéo à la fois.",
    Grade.D: "Les premiers pas : courriels et démarches simples, une page à la fois.",
}
_TOUCH = {
    Grade.PREMIUM: "Rapide pour tout : visio, photos, cartes, plusieurs applications à la fois.",
    Grade.A: "Confortable : visio, photos, démarches et banque en ligne.",
    Grade.B: "Le quotidien à l'aise : messages, démarches, visio.",
    Grade.C: "L'essentiel : messages, appels, démarches, peu d'applications.",
    Grade.D: "Joindre et être joint : messages et appels, une application à la fois.",
}
_SIMPLE = {
    Category.BASIC_PHONE: "Appeler et recevoir des SMS. Pas d'internet.",
    Category.MONITOR: "Un écran à brancher sur un ordinateur. Il ne fonctionne pas seul.",
    Category.PRINTER: "Imprimer depuis un ordinateur. L'encre n'est pas comprise.",
}
USES: Mapping[Category, Mapping[Grade, str]] = {
    Category.LAPTOP: _COMPUTER,
    Category.DESKTOP: _COMPUTER,
    Category.TABLET: _TOUCH,
    Category.SMARTPHONE: _TOUCH,
    **{category: dict.fromkeys(Grade, sentence) for category, sentence in _SIMPLE.items()},
}
