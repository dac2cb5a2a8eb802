"""Rough distances between départements: from chief town to chief town, as the crow flies.

Enough to rank workshops; nobody plans a route with it. Chief towns: Code officiel géographique (INSEE); their
coordinates rounded to a hundredth of a degree, about a kilometre.
"""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0

# code: (name, latitude, longitude of the chief town)
DEPARTEMENTS: dict[str, tuple[str, float, float]] = {
    "01": ("Ain", 46.20, 5.23), "02": ("Aisne", 49.56, 3.62), "03": ("Allier", 46.57, 3.33),
    "04": ("Alpes-de-Haute-Provence", 44.09, 6.24), "05": ("Hautes-Alpes", 44.56, 6.08),
    "06": ("Alpes-Maritimes", 43.70, 7.27), "07": ("Ardèche", 44.74, 4.60), "08": ("Ardennes", 49.77, 4.72),
    "09": ("Ariège", 42.97, 1.61), "10": ("Aube", 48.30, 4.08), "11": ("Aude", 43.21, 2.35),
    "12": ("Aveyron", 44.35, 2.57), "13": ("Bouches-du-Rhône", 43.30, 5.37), "14": ("Calvados", 49.18, -0.37),
    "15": ("Cantal", 44.93, 2.44), "16": ("Charente", 45.65, 0.16), "17": ("Charente-Maritime", 46.16, -1.15),
    "18": ("Cher", 47.08, 2.40), "19": ("Corrèze", 45.27, 1.77), "2A": ("Corse-du-Sud", 41.93, 8.74),
    "2B": ("Haute-Corse", 42.70, 9.45), "21": ("Côte-d'Or", 47.32, 5.04), "22": ("Côtes-d'Armor", 48.51, -2.76),
    "23": ("Creuse", 46.17, 1.87), "24": ("Dordogne", 45.18, 0.72), "25": ("Doubs", 47.24, 6.02),
    "26": ("Drôme", 44.93, 4.89), "27": ("Eure", 49.02, 1.15), "28": ("Eure-et-Loir", 48.45, 1.48),
    "29": ("Finistère", 48.00, -4.10), "30": ("Gard", 43.84, 4.36), "31": ("Haute-Garonne", 43.60, 1.44),
    "32": ("Gers", 43.65, 0.59), "33": ("Gironde", 44.84, -0.58), "34": ("Hérault", 43.61, 3.88),
    "35": ("Ille-et-Vilaine", 48.11, -1.68), "36": ("Indre", 46.81, 1.69), "37": ("Indre-et-Loire", 47.39, 0.69),
    "38": ("Isère", 45.19, 5.72), "39": ("Jura", 46.67, 5.55), "40": ("Landes", 43.89, -0.50),
    "41": ("Loir-et-Cher", 47.59, 1.33), "42": ("Loire", 45.44, 4.39), "43": ("Haute-Loire", 45.04, 3.88),
    "44": ("Loire-Atlantique", 47.22, -1.55), "45": ("Loiret", 47.90, 1.91), "46": ("Lot", 44.45, 1.44),
    "47": ("Lot-et-Garonne", 44.20, 0.62), "48": ("Lozère", 44.52, 3.50), "49": ("Maine-et-Loire", 47.47, -0.55),
    "50": ("Manche", 49.12, -1.09), "51": ("Marne", 48.96, 4.36), "52": ("Haute-Marne", 48.11, 5.14),
    "53": ("Mayenne", 48.07, -0.77), "54": ("Meurthe-et-Moselle", 48.69, 6.18), "55": ("Meuse", 48.77, 5.16),
    "56": ("Morbihan", 47.66, -2.76), "57": ("Moselle", 49.12, 6.18), "58": ("Nièvre", 46.99, 3.16),
    "59": ("Nord", 50.63, 3.06), "60": ("Oise", 49.43, 2.08), "61": ("Orne", 48.43, 0.09),
    "62": ("Pas-de-Calais", 50.29, 2.78), "63": ("Puy-de-Dôme", 45.78, 3.08),
    "64": ("Pyrénées-Atlantiques", 43.30, -0.37), "65": ("Hautes-Pyrénées", 43.23, 0.07),
    "66": ("Pyrénées-Orientales", 42.70, 2.90), "67": ("Bas-Rhin", 48.57, 7.75), "68": ("Haut-Rhin", 48.08, 7.36),
    "69": ("Rhône", 45.76, 4.84), "70": ("Haute-Saône", 47.62, 6.16), "71": ("Saône-et-Loire", 46.31, 4.83),
    "72": ("Sarthe", 48.00, 0.20), "73": ("Savoie", 45.56, 5.92), "74": ("Haute-Savoie", 45.90, 6.13),
    "75": ("Paris", 48.86, 2.35), "76": ("Seine-Maritime", 49.44, 1.10), "77": ("Seine-et-Marne", 48.54, 2.66),
    "78": ("Yvelines", 48.80, 2.13), "79": ("Deux-Sèvres", 46.32, -0.46), "80": ("Somme", 49.89, 2.30),
    "81": ("Tarn", 43.93, 2.15), "82": ("Tarn-et-Garonne", 44.02, 1.36), "83": ("Var", 43.12, 5.93),
    "84": ("Vaucluse", 43.95, 4.81), "85": ("Vendée", 46.67, -1.43), "86": ("Vienne", 46.58, 0.34),
    "87": ("Haute-Vienne", 45.83, 1.26), "88": ("Vosges", 48.17, 6.45), "89": ("Yonne", 47.80, 3.57),
    "90": ("Territoire de Belfort", 47.64, 6.86), "91": ("Essonne", 48.63, 2.43),
    "92": ("Hauts-de-Seine", 48.89, 2.21), "93": ("Seine-Saint-Denis", 48.91, 2.44),
    "94": ("Val-de-Marne", 48.79, 2.46), "95": ("Val-d'Oise", 49.04, 2.08), "971": ("Guadeloupe", 16.00, -61.73),
    "972": ("Martinique", 14.60, -61.07), "973": ("Guyane", 4.94, -52.33), "974": ("La Réunion", -20.88, 55.45),
    "976": ("Mayotte", -12.78, 45.23),
}  # fmt: skip


def departement(postcode: str) -> str:
    """The département's code. Corsica's postcodes begin with 20, those overseas with three digits of their own."""
    if postcode.startswith("20"):
        return "2A" if postcode[2:3] in ("0", "1") else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def name_of(code: str) -> str:
    """The département's name, or its code when it is not one of the 101."""
    return DEPARTEMENTS[code][0] if code in DEPARTEMENTS else code


def distance_km(one: str, other: str) -> int | None:
    """Kilometres between the chief towns of two postcodes' départements; None when one is not known."""
    places = [DEPARTEMENTS.get(departement(postcode)) for postcode in (one, other)]
    if places[0] is None or places[1] is None:
        return None
    (_, lat1, lon1), (_, lat2, lon2) = places[0], places[1]
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return round(2 * EARTH_KM * asin(sqrt(chord)))
