"""Print the software bill of materials of this environment, CycloneDX 1.6 in JSON.

    python sbom.py filiere-collect 0.1.0 > sbom.cdx.json

Same packages, same bytes: sorted, and with SOURCE_DATE_EPOCH instead of the present moment.
"""

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from typing import Any


def component(distribution: Distribution) -> dict[str, Any]:
    """One installed package; the licence as its author wrote it."""
    name, version = distribution.metadata["Name"].lower().replace("_", "-"), distribution.version
    made: dict[str, Any] = {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
    made["bom-ref"] = made["purl"]
    if "License-Expression" in distribution.metadata:
        made["licenses"] = [{"expression": distribution.metadata["License-Expression"]}]
    return made


def bill(name: str, version: str) -> dict[str, Any]:
    """The whole document for the image of one service."""
    components = sorted((component(found) for found in distributions()), key=lambda one: str(one["purl"]))
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([name, version, components], sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "container", "name": name, "version": version, "bom-ref": name},
        },
        "components": components,
    }


if __name__ == "__main__":
    json.dump(bill(sys.argv[1], sys.argv[2]), sys.stdout, indent=1, ensure_ascii=False)
