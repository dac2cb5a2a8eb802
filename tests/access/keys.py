"""Keys of tools, made as people make them."""

import re

from filiere.identifiers import uuid7

from .world import World


async def key_of(world: World, who: str, owner: str, *scopes: str) -> tuple[str, str]:
    """A key that this person makes on the page; (its id, its secret)."""
    browser = await world.client.login(who)
    page, key_id = f"/cles/{owner}", str(uuid7())
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)
    assert token
    fields = {"id": key_id, "name": f"Outil {' '.join(scopes)}", "scopes": list(scopes), "csrf_token": token[1]}
    made = await browser.post(page, data=fields)
    shown = re.search(r'id="secret"[^>]*>(filiere_\w+)<', made.text)
    assert shown, made.text
    return key_id, shown[1]
