"""What is kept of an inventory as it was sent: its own words about the machine, in its own format, and nothing else.

An inventory holds host names, logins, telephone numbers, software, addresses, mounted folders. A copy has the parts
that are named here; all others are left out, so that what a tool adds tomorrow is not kept before somebody has looked
at it. A file of which nothing is left out is kept byte for byte. Reading a copy gives what reading the file gave: a
better reader may be set on it later.
"""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from filiere.inventories import dmidecode, inxi
from filiere.inventories.bundle import TYPE, opened
from filiere.inventories.emmaus import BOLC_READ, TECTECH_READ, is_bolc, is_tectech
from filiere.inventories.inxi import is_inxi_json
from filiere.inventories.lshw import device_names
from filiere.inventories.smartctl import is_smartctl
from filiere.inventories.values import imeis_in, text_in
from filiere.inventories.xml import read_xml

Shape = Mapping[str, Any]
"""Field → True (its value, a list of values too), the shape of what stands there, in a list or alone, or a function
that says what is kept of it.
"""
ALL = True
_MOST_DEPTH = 40


def _fields(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), ALL)


def _imeis(value: Any) -> Any:
    """The telephone's numbers, as they are compared; a SIM card's may stand there too, which leads to a person."""
    return " / ".join(imeis_in([value])) if isinstance(value, str) else None


_GLPI: Shape = {
    **_fields("action itemtype partial"),
    "content": {
        "versionclient": ALL,
        "bios": _fields(
            "smanufacturer smodel ssn mmanufacturer mmodel msn bdate bmanufacturer bversion skunumber type"
        ),
        "hardware": _fields("chassis_type memory swap osname"),
        "operatingsystem": _fields("full_name name version arch kernel_name"),
        "cpus": _fields("name manufacturer core thread speed arch familyname model stepping"),
        "memories": _fields(
            "capacity caption description manufacturer model numslots serialnumber speed type removable"
        ),
        "batteries": _fields("capacity real_capacity chemistry manufacturer name serial voltage date"),
        "storages": _fields(
            "name model description type interface manufacturer disksize serial serialnumber firmware wwn"
        ),
        "drives": _fields("total free filesystem type"),
        "controllers": _fields("name caption manufacturer type pcislot"),
        "videos": _fields("name chipset memory resolution"),
        "monitors": _fields("manufacturer caption serial description port"),
        "simcards": {"imei": _imeis},
    },
}
_CONFIGURATION = _fields(
    "chassis family sku driver cores enabledcores threads sectorsize logicalsectorsize ansiversion speed boot voltage"
)
_LSHW = _fields("class description product vendor version serial slot physid businfo units size capacity width clock "
                "handle disabled claimed capabilities")  # fmt: skip
_LSBLK: Shape = {
    "blockdevices": _fields("name kname path type size model serial vendor rota tran rm hotplug rev wwn pttype phy-sec")
}
_SMART: Shape = {
    **_fields("json_format_version model_name model_family serial_number firmware_version rotation_rate "
              "nvme_total_capacity nvme_version nvme_number_of_namespaces scsi_model_name scsi_vendor scsi_product "
              "scsi_revision logical_block_size physical_block_size in_smartctl_database power_cycle_count"),
    "smartctl": _fields("version exit_status"),
    "device": _fields("name info_name type protocol"),
    "user_capacity": _fields("blocks bytes"),
    "form_factor": _fields("ata_value name"),
    "smart_status": _fields("passed"),
    "power_on_time": _fields("hours minutes"),
    "temperature": _fields("current"),
    "ata_smart_attributes": {"revision": ALL, "table": {
        **_fields("id name value worst thresh when_failed"), "raw": _fields("value string")}},
    "nvme_smart_health_information_log": _fields(
        "critical_warning temperature available_spare available_spare_threshold percentage_used data_units_read "
        "data_units_written host_reads host_writes power_cycles power_on_hours unsafe_shutdowns media_errors"
    ),
}  # fmt: skip
_EREUSE_PART: Shape = {
    **_fields("type model manufacturer serialNumber size speed interface format brand generation cores threads address "
              "variant technology productionDate version slots"),
    "actions": _fields("type size voltage cycleCount elapsed rate readSpeed writeSpeed"),
}  # fmt: skip
_SYSFS: Shape = {
    "dmi": _fields("sys_vendor product_name product_version product_serial board_vendor board_name board_serial "
                   "chassis_type chassis_serial bios_version bios_date product_sku product_family"),
    "memory_kib": ALL, "cpu": ALL,
    "disks": _fields("name model serial bytes way rotational removable"),
    "batteries": _fields("name new now serial model unit"),
}  # fmt: skip


_AS_INXI: dict[str, Any] = {"000#1#0#System": []}
"""Tells whose file it is where the section that told it is left out."""


def copy_of(raw: bytes) -> bytes:
    """The copy that is kept of a file that was read: the file itself where nothing in it needs to be left out."""
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        tree = read_xml(raw)
        kept = shaped(tree, _GLPI)
        return raw if kept == tree else b"<REQUEST>" + _xml(kept).encode() + b"</REQUEST>"
    if start in (b"{", b"["):
        document = json.loads(raw)
        kept = _json(document)
        return raw if kept == document else json.dumps(kept).encode()
    text = text_in(raw)
    words = _text(text)
    return raw if words == text else words.encode("utf-8", "replace")


def shaped(value: Any, shape: Shape) -> Any:
    """The named fields of an object, or of each object of a list; anything else is nothing."""
    if isinstance(value, list):
        return [shaped(one, shape) for one in value if isinstance(one, dict)]
    if not isinstance(value, dict):
        return None
    kept = {}
    for name, inner in shape.items():
        if name in value:
            if callable(inner):
                found = inner(value[name])
            else:
                found = _leaf(value[name]) if inner is ALL else shaped(value[name], inner)
            if inner is ALL or found is not None:
                kept[name] = found
    return kept


def _leaf(value: Any) -> Any:
    if isinstance(value, list):
        return [one for one in value if _is_said(one)]
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if _is_said(one)}
    return value


def _is_said(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _json(document: Any) -> Any:
    if is_inxi_json(document):
        return _inxi_json(document)
    if isinstance(document, list):
        listed = [one for one in document if isinstance(one, dict)]
        if listed and all(is_smartctl(one) for one in listed):
            return shaped(listed, _SMART)
        return [_json(one) for one in listed[:1]]
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("content"), dict):
        return shaped(document, _GLPI)
    if document.get("class") == "system":
        return _lshw(document)
    if document.get("type") == "Snapshot":
        return _snapshot(document)
    if document.get("type") == TYPE:
        return {"type": TYPE, "version": document.get("version"), "parts": _parts(document.get("parts"))}
    if "blockdevices" in document:
        return shaped(document, _LSBLK)
    if is_smartctl(document):
        return shaped(document, _SMART)
    if is_tectech(document):
        return shaped(document, dict.fromkeys(TECTECH_READ, ALL))
    return None


def _snapshot(document: dict[str, Any]) -> dict[str, Any]:
    shape = {
        **_fields("type software version uuid"),
        "device": _fields("type model manufacturer serialNumber chassis version sku"),
    }
    kept = dict(shaped(document, shape))
    # A network card's serial is its address.
    components = document.get("components")
    if isinstance(components, list):
        kept["components"] = shaped(
            [one for one in components if isinstance(one, dict) and one.get("type") != "NetworkAdapter"], _EREUSE_PART
        )
    for name in ("data", "debug"):
        if isinstance(document.get(name), dict):
            kept[name] = _parts(document[name])
    return kept


def _parts(parts: Any) -> dict[str, Any]:
    """Each part by its own tool; a text that is JSON stays a text."""
    kept: dict[str, Any] = {}
    for name, part in parts.items() if isinstance(parts, dict) else ():
        tree = opened(part)
        found = _part(name, tree)
        if found is not None:
            kept[name] = json.dumps(found) if tree is not part else found
    return kept


def _part(name: str, part: Any) -> Any:
    if name == "lshw":
        tree = part[0] if isinstance(part, list) and part else part
        return _lshw(tree) if isinstance(tree, dict) else None
    if name in ("smart", "smartctl"):
        return shaped(part, _SMART)
    if name == "lsblk":
        return shaped(part, _LSBLK)
    if name == "sysfs":
        return shaped(part, _SYSFS)
    if name == "dmidecode" and isinstance(part, str):
        return _dmidecode(part)
    if name == "inxi":
        if isinstance(part, str):
            return _inxi_text(part)
        return _inxi_json(part) if is_inxi_json(part) else None
    return None


def _lshw(node: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """A tree without the machine's name, network addresses, volumes and where they are mounted."""
    kept = dict(shaped(node, _LSHW))
    if depth:  # the root's id is the host's name
        kept["id"] = _leaf(node.get("id"))
    if node.get("class") in ("network", "communication"):
        kept.pop("serial", None)
    capabilities = node.get("capabilities")
    if isinstance(capabilities, dict):  # words and their explanations: the word counts whatever is said of it
        kept["capabilities"] = {name: one if _is_said(one) else True for name, one in capabilities.items()}
    if isinstance(node.get("configuration"), dict):
        kept["configuration"] = shaped(node["configuration"], _CONFIGURATION)
    if devices := device_names(node):
        kept["logicalname"] = devices
    children = node.get("children")
    if isinstance(children, list) and depth < _MOST_DEPTH:
        kept["children"] = [
            _lshw(one, depth + 1) for one in children if isinstance(one, dict) and one.get("class") != "volume"
        ]
    return kept


def _inxi_json(document: list[Any]) -> list[dict[str, Any]]:
    kept = [sections for one in document if (sections := _inxi_sections(one))]
    return kept if is_inxi_json(kept) else [_AS_INXI, *kept]


def _inxi_sections(part: Any) -> dict[str, Any]:
    """The sections that are read; the host's name stands in another."""
    kept: dict[str, Any] = {}
    for name, rows in part.items() if isinstance(part, dict) else ():
        if name.rpartition("#")[2] in inxi.READ and isinstance(rows, list):
            kept[name] = [_inxi_row(row) for row in rows if isinstance(row, dict)]
    return kept


def _inxi_row(row: dict[str, Any]) -> dict[str, Any]:
    """Its first word says what it is a row of, whatever stands beside it."""
    first = min(row, default="")
    return {
        key: _leaf(value) if is_kept else ""
        for key, value in row.items()
        if (is_kept := inxi.without_number(key.rpartition("#")[2]) in inxi.KEYS) or key == first
    }


def _text(text: str) -> str:
    if dmidecode.is_dmidecode(text):
        return _dmidecode(text)
    if is_bolc(text):
        fields = text.strip().split(";")
        return ";".join(one if place in BOLC_READ else "" for place, one in enumerate(fields)) + "\n"
    return _inxi_text(text)


def _dmidecode(text: str) -> str:
    """The blocks that are read, with their lines; words of an owner stand in others."""
    blocks = ["# dmidecode 3"]
    for title, fields in dmidecode.blocks_of(text):
        lines = [f"\t{key}: {value}" for key, value in fields.items() if key not in ("Asset Tag", "UUID")]
        blocks.append("\n".join([title, *lines]))
    return "\n\n".join(blocks) + "\n"


def _inxi_text(text: str) -> str:
    """The lines that are read; none of them as dmidecode's would begin, and a section's name where too few are left."""
    lines = [f" {line}" if line.startswith("Handle ") else line for line in inxi.lines_read(text)]
    kept = "".join(f"{line}\n" for line in lines)
    return kept if inxi.is_inxi_text(kept) else f"System:\n{kept}"


def _xml(tree: dict[str, Any]) -> str:
    """Elements in capitals, as the agents write them."""
    written = []
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            inner = _xml(one) if isinstance(one, dict) else escape(str(one))
            written.append(f"<{name.upper()}>{inner}</{name.upper()}>")
    return "".join(written)
