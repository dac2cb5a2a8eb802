"""What may be written about a person: a local alias that means nothing outside the Relais.

Source: CNIL, référentiel du 11 mars 2021 (suivi social): data strictly limited to the mission. The receipt, the stock
and the accounts need no identity, so none is taken; these checks stop the most common slips, kindly.

A name is known by what it is not: two words that name no thing are a first and a last name, in any case, order or
script, with a blank, a hyphen, a dot or nothing between them. One word alone may be a nickname.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_ALIAS = 30
_HINT = "Écrivez un repère qui n'a de sens que chez vous, par exemple « A-17 »."
_MAIL = re.compile(r"@|\(at\)|\barobas[e]?\b|\bwww\.|https?:|\w\.(?:fr|com|org|net|eu)\b", re.IGNORECASE)
# Six digits in a row, spaces and dots aside: a phone number, a date of birth, a social security number.
_DIGITS = re.compile(r"(?:\d[\s./_()+-]{0,3}){6,}")
# « 2026-114 »: the number of a file in a year of ours. Four digits after the year might be a birthday.
_FILE_NUMBER = re.compile(r"(?<![\d./_+-])(?:20[1-4]\d[-/]\d{1,3}|\d{1,3}[-/]20[1-4]\d)(?![\d./_+-])")
_BIRTHDAY = re.compile(
    r"\d\s*(?:er)?[\s./-]*(?:janv|f[ée]vr|mars|avril|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)\w*\.?[\s./-]*(?:19|20)\d\d",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:m|mr|mme|mlle|mrs|ms|dr|monsieur|madame|mademoiselle|docteur|veuve)\b[.\s]+(?:[^\W\d_]['’])?[^\W\d_]{2,}",
    re.IGNORECASE,
)
_INITIAL_AND_NAME = re.compile(r"^[^\W\d_]\.[\s-]*[^\W\d_]{2,}")
# Two ideographs or syllables of a script without blanks are a whole name as easily as one.
_WITHOUT_BLANKS = re.compile("(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]\\s*){2}")
# What stands between the words of a name; two of them written together, « AwaDiallo », are two.
_BETWEEN = re.compile(r"[\W\d_]+|(?<=[^\W\d_A-Z])(?=[A-Z])")
_HYPHENATED = re.compile(r"\b(jean|marie|anne|pierre|paul|louis|charles)-([^\W\d_]+)", re.IGNORECASE)
# Seconds of hyphenated first names.
_SECOND_NAMES = """
luc paul pierre marie claude michel francois louis jacques marc baptiste yves rose laure christine sophie france
helene noelle ange charles philippe christophe bernard henri loup david jean sebastien lou line jose
"""
# Words of repères that people make: things, days, places. No word that is often a name, as « petit » or « rose » are.
_NAMES_OF_THINGS = """
a au aux avec chez d dans de des du en et l la le les ou par pour sans sous sur un une
dossier fiche numero no num ref reference code personne famille foyer menage jeune senior dame homme femme enfant
etudiant etudiante stagiaire benevole usager usagere voisin voisine eleve groupe equipe atelier cours permanence
rendez vous rdv accueil bureau salle etage porte chambre appartement table guichet place ligne file liste bat
maison residence hotel hebergement centre quartier ville village nord sud est ouest
lundi mardi mercredi jeudi vendredi samedi dimanche matin midi soir semaine mois annee jour
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
rouge bleu bleue vert verte jaune gris grise noir noire violet orange
premier premiere second seconde deuxieme troisieme dernier derniere nouveau nouvelle ancien ancienne
ordinateur portable fixe tablette telephone mobile smartphone ecran imprimante clavier souris chargeur sac
colis envoi commande don vente recu stock appareil equipement poste machine pc
chien chat cheval oiseau arbre soleil lune etoile velo tram bus metro gare ecole marche jardin
un deux trois quatre cinq six sept huit neuf dix onze douze alpha beta gamma delta
"""
_SECOND = frozenset(_SECOND_NAMES.split())
_THINGS = frozenset(_NAMES_OF_THINGS.split())


def alias(value: str) -> str:
    """The alias, trimmed. Raises ValueError with a sentence when it looks like an identity; never quotes it."""
    text = " ".join(value.split())
    if len(text) > MAX_ALIAS:
        raise ValueError(f"Ce repère est trop long ({MAX_ALIAS} caractères au plus). {_HINT}")
    no_contact(text)
    if _TITLE.search(text) or _INITIAL_AND_NAME.search(text) or _is_two_names(text):
        raise ValueError(f"Cela ressemble à un nom complet. {_HINT}")
    return text


# Local words: a person's alias, the initials or the function of a colleague; never a name.
Local = Annotated[str, StringConstraints(max_length=200), AfterValidator(alias)]


def no_contact(text: str) -> str:
    """The text itself. Raises ValueError when it holds an address, a telephone or another long number."""
    if _MAIL.search(text):
        raise ValueError(f"Pas d'adresse électronique ni de site ici. {_HINT}")
    if _DIGITS.search(_FILE_NUMBER.sub(" n ", text)) or _BIRTHDAY.search(text):
        raise ValueError(f"Pas de téléphone, de date de naissance ni de long numéro ici. {_HINT}")
    return text


def _is_two_names(text: str) -> bool:
    """Whether two words of it name no thing, or are both written as names are."""
    if _WITHOUT_BLANKS.search(text):
        return True
    joined = _HYPHENATED.sub(lambda found: "prenom" if _plain(found[2]) in _SECOND else found[0], text)
    words = [word for word in _BETWEEN.split(joined) if len(word) >= 2]
    unknown = [word for word in words if _plain(word) not in _THINGS]
    capitalised = [word for word in words if word[0].isupper()]
    return len(unknown) >= 2 or (len(capitalised) >= 2 and bool(unknown))


def _plain(word: str) -> str:
    """In small letters, without accents."""
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in split if not unicodedata.combining(one))
