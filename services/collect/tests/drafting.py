"""Drafts made of files, and their lines as a page holds them."""

import re
from typing import Any

from .chain import Chain
from .test_imports import preview

FAULTY = """Type;Marque;Modèle;N° de série;Année;Quantité
PC portable;HP;EliteBook 840 G5;5CG8472QX1;2021;1
;Lenovo;20FM;PF0A3K77;2019;1
Écran;Dell;P2214H;;2018;quatre
PC portable;Dell;Latitude 3410;9XK2LM3;2005;1
"""


async def drafted(chain: Chain, content: str, **into: Any) -> dict[str, Any]:
    seen = await preview(chain, content)
    answer = await chain.donor.post(f"/api/v1/donations/imports/{seen['import_id']}/draft", json=into or None)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def lines_of(chain: Chain, donation: str) -> dict[int, dict[str, Any]]:
    return {line["line"]: line for line in (await chain.get(f"/donations/{donation}/lines"))["items"]}


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of a form of lines that nobody has touched."""
    fields = dict(re.findall(r'name="((?:id|count|don|shown)(?:-\d+)?)" value="([^"]*)"', page))
    names = "quantity|manufacturer|model|serial|imei2|asset_tag|year|ram_gb|storage_gb"
    fields |= dict(re.findall(rf'name="((?:{names})-\d+)"[^>]*? value="([^"]*)"', page))
    for n in re.findall(r'<select id="f-(category-\d+)"', page):
        chosen = re.search(rf'id="f-{n}".*?</select>', page, re.S)
        picked = chosen and re.search(r'value="(\w+)" selected', chosen[0])
        fields[n] = picked[1] if picked else ""
    return fields
