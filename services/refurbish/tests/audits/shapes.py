"""Inventories as the tools write them, shortened, and a device to hold them against."""

from filiere.catalogue.categories import Category
from filiere.identifiers import uuid7
from refurbish.devices.device import Device
from refurbish.devices.stages import Custody, Stage

T480 = {"manufacturer": "Lenovo", "model": "ThinkPad T480"}
"""What a donor declared of the machine below."""
LSHW = {
    "id": "poste-de-jeanne", "class": "system", "description": "Notebook", "vendor": "LENOVO", "product": "20L6S29E00",
    "serial": "PF1A2B3C", "configuration": {"chassis": "notebook", "uuid": "ac3f"},
    "children": [
        {"id": "core", "class": "bus", "children": [
            {"id": "memory", "class": "memory", "description": "System Memory", "size": 8589934592, "children": [
                {"id": "bank:0", "class": "memory", "size": 8589934592}]},
            {"id": "cache:0", "class": "memory", "size": 262144},
            {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz"},
            {"id": "pci", "class": "bridge", "children": [
                {"id": "nvme", "class": "storage", "description": "NVMe device", "product": "SAMSUNG MZVLB256HAHQ",
                 "serial": "S425NA0M123456", "children": [
                     {"id": "namespace:0", "class": "disk", "description": "NVMe disk", "logicalname": "/dev/nvme0n1",
                      "size": 256060514304}]},
                {"id": "sata", "class": "storage", "children": [
                    {"id": "disk", "class": "disk", "description": "ATA Disk", "product": "TOSHIBA MQ01ABD1",
                     "serial": "76DXT1234", "size": 1000204886016, "logicalname": "/dev/sda",
                     "capabilities": {"5400rpm": "5400 rotations per minute"}},
                    {"id": "cdrom", "class": "disk", "description": "DVD-RAM writer", "logicalname": "/dev/cdrom"}]},
                {"id": "usbhost", "class": "bus", "businfo": "usb@1", "children": [
                    {"id": "disk", "class": "disk", "description": "SCSI Disk", "product": "DataTraveler",
                     "businfo": "usb@1:2", "serial": "BLUEKEY1", "size": 15500000000}]}]}]},
        {"id": "network", "class": "network", "serial": "00:11:22:33:44:55", "configuration": {"ip": "10.0.0.7"}},
    ],
}  # fmt: skip

GLPI = {
    "deviceid": "poste-de-jeanne-2026",
    "content": {
        "bios": {"smanufacturer": "Dell Inc.", "smodel": "Latitude 5490", "ssn": "640HP72"},
        "hardware": {"memory": 7800, "chassis_type": "Laptop"},
        "cpus": [{"name": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz"}],
        "memories": [{"capacity": 4096}, {"capacity": 4096}],
        "batteries": [{"capacity": 68000, "real_capacity": 59000}],
        "storages": [
            {"name": "nvme0n1", "serial": "S29NNXAH146409", "disksize": 256060, "description": "PCI NVMe"},
            {"name": "sr0", "description": "DVD writer"},
        ],
    },
}


def device() -> Device:
    """A laptop on the bench."""
    return Device(
        workshop_id=uuid7(), id=uuid7(), lot_id=uuid7(), donation_id=uuid7(), label="FIL-7K2M9-4",
        category=Category.LAPTOP, manufacturer=None, model=None, serial=None, public_body=False,
        stage=Stage.ARRIVED, custody=Custody.WORKSHOP,
    )  # fmt: skip


def plain(text: str) -> str:
    """Without the spaces that keep French signs on one line with their words."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'")
