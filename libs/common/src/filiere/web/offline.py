"""Pages that open without the network, for services that take scans or sell.

A scan goes first into a queue in the browser (`static/scans.js`, IndexedDB), is shown at once, and is sent in its turn
with a key of its own: sent twice, it is taken once. The service worker (`static/service_worker.js`) keeps the latest
copy of the pages where one scans and of all static files; everything else asks the network, as if it were not there.
What it keeps is forgotten at the next logout, and when somebody else logs in.
"""

import json
import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from filiere.service import Service
from filiere.web.access import public
from filiere.web.app_state import app_state
from filiere.web.assets import ON_DEMAND, STATIC, Assets
from filiere.web.i18n import gettext
from filiere.web.pages import page

_PARAMETER = re.compile(r"{\w+(?::\w+)?}")


def offline_router(service: Service, assets: Assets, root_path: str) -> APIRouter:
    """Of a service with `scans`, or other pages that are kept; nothing for any other."""
    router = APIRouter(include_in_schema=False)
    places = [one for one in (service.scans, service.offline) if one is not None]
    if not places:
        return router
    names = [name for one in places for name in one.kept]
    code = (STATIC / "service_worker.js").read_text()

    @router.get("/service-worker.js", name="service_worker", dependencies=[public()])
    async def service_worker(request: Request) -> Response:
        """At the root: a worker may answer only for addresses below its own."""
        pages = app_state(request).addresses.pages
        kept = [f"^{re.escape(root_path)}{_PARAMETER.sub('[^/]+', pages[name])}$" for name in names]
        settings = {
            "root": root_path,
            "version": assets.version,
            "static": f"{root_path}/static/",
            "files": [
                assets.url(name)
                for name in assets.names()
                if name not in ON_DEMAND and not name.endswith((".txt", "service_worker.js"))
            ],
            "offline": f"{root_path}{pages['offline']}",
            "kept": kept,
        }
        return Response(
            f'"use strict";\nconst filiere = {json.dumps(settings)};\n{code}',
            media_type="text/javascript",
            headers={"cache-control": "no-cache"},
        )

    @router.get("/hors-ligne", name="offline", response_class=HTMLResponse, dependencies=[public()])
    async def offline(request: Request) -> Response:
        """What is shown in the place of a page that was not kept."""
        scanning = {service.scans.desk: gettext("Scanner")} if service.scans else {}
        desks = {**scanning, **(service.offline.desks if service.offline else {})}
        return page(request, "offline.html", desks=desks, scans=service.scans is not None)

    return router
