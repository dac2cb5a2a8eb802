"""A bare FastAPI route with the SQL and the template of `/trouver`: no roles, no cache headers, no metrics."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import distribute
from distribute.nearby import repository
from distribute.nearby.listing import MOST, NEAR_KM, Listed
from distribute.nearby.service import Nearby
from distribute.publics import publics
from distribute.relais.hours import shown
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from filiere.geography import communes_called
from jinja2 import Environment, FileSystemLoader

pages = Environment(
    loader=FileSystemLoader(Path(distribute.__file__).parent), autoescape=True, extensions=["jinja2.ext.i18n"]
)
pages.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
pages.filters["tr"] = str
pages.globals.update(asset=lambda name: f"/static/{name}", path=lambda name, **parts: f"/{name}", lang="fr")
pool: asyncpg.Pool


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    global pool
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
    yield
    await pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/trouver")
async def find(ou: str = "") -> HTMLResponse:
    commune, *others = await asyncio.to_thread(communes_called, ou, 12)
    async with pool.acquire() as connection:
        rows = await connection.fetch(repository._NEAREST, commune.latitude, commune.longitude, MOST)
    near = Nearby(commune, others, [Listed.model_validate(dict(row)) for row in rows])
    template = pages.get_template("nearby/templates/nearby.html")
    said = {"typed": ou, "near": near, "near_km": NEAR_KM, "labels": publics(), "week": shown, "now": "lundi"}
    return HTMLResponse(template.render(said))
