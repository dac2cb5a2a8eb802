# ruff: noqa: E501 - lines are as long as the tools write them
"""One laptop as each tool writes it down, shortened; its owner is invented, and may be kept by nobody."""

import json
from typing import Any

SERIAL, DISK = "PF1TEST01", "S4DYNX0M000001"
PERSONS = ("jeanne", "10.0.0.7", "00:11:22:33:44:55", "0600000000", "paie des", "rudy", "02:11:22:33:44:66")
"""What stands in these files and is no hardware."""

LSHW: dict[str, Any] = {
    "id": "poste-de-jeanne", "class": "system", "claimed": True, "description": "Notebook",
    "product": "20L50000FR (LENOVO_MT_20L5_BU_Think_FM_ThinkPad T480)", "vendor": "LENOVO", "version": "ThinkPad T480",
    "serial": SERIAL, "width": 64, "configuration": {"chassis": "notebook", "family": "ThinkPad T480", "uuid": "ac3f"},
    "children": [{"id": "core", "class": "bus", "children": [
        {"id": "memory", "class": "memory", "description": "System Memory", "units": "bytes", "size": 8589934592,
         "children": [
             {"id": "bank:0", "class": "memory", "product": "M471A5244CB0-CRC", "vendor": "Samsung", "size": 4294967296,
              "serial": "36D1A2B3", "slot": "ChannelA-DIMM0"},
             {"id": "bank:1", "class": "memory", "product": "HMA851S6CJR6N-VK", "vendor": "SK Hynix", "size": 4294967296,
              "serial": "2B9F0C11", "slot": "ChannelB-DIMM0"}]},
        {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz"},
        {"id": "battery:0", "class": "power", "product": "01AV489", "vendor": "LGC", "slot": "Front", "capacity": 23940,
         "configuration": {"voltage": "11.4V"}},
        {"id": "pci", "class": "bridge", "children": [
            {"id": "nvme", "class": "storage", "description": "NVMe device", "product": "SAMSUNG MZVLB256HAHQ-000L7",
             "serial": DISK, "logicalname": "/dev/nvme0", "children": [
                 {"id": "namespace:0", "class": "disk", "logicalname": "/dev/nvme0n1", "size": 256060514304,
                  "children": [{"id": "volume:0", "class": "volume", "logicalname": ["/dev/nvme0n1p1", "/home/jeanne"],
                                "configuration": {"label": "Photos de Jeanne"}}]}]},
            {"id": "usbhost", "class": "bus", "businfo": "usb@1", "children": [
                {"id": "disk", "class": "disk", "description": "SCSI Disk", "product": "DataTraveler 3.0",
                 "businfo": "usb@1:2", "serial": "CLE0001", "size": 15500000000,
                 "logicalname": ["/dev/sda", "/media/jeanne/CLE"], "capabilities": {"removable": "support is removable"}}]},
            {"id": "network", "class": "network", "product": "Ethernet Connection I219-LM", "serial": "00:11:22:33:44:55",
             "configuration": {"ip": "10.0.0.7", "driver": "e1000e"}}]},
    ]}],
}  # fmt: skip

LSBLK: dict[str, Any] = {"blockdevices": [
    {"name": "loop0", "type": "loop", "size": 67108864, "rota": False, "rm": False, "serial": None, "mountpoint": "/snap/jeanne"},
    {"name": "nvme0n1", "kname": "nvme0n1", "type": "disk", "size": 256060514304, "model": "SAMSUNG MZVLB256HAHQ-000L7",
     "serial": DISK, "tran": "nvme", "rota": False, "rm": False, "hotplug": False, "vendor": None,
     "children": [{"name": "nvme0n1p1", "type": "part", "size": 255000000000, "mountpoint": "/home/jeanne"}]},
    {"name": "sda", "kname": "sda", "type": "disk", "size": 15500000000, "model": "DataTraveler 3.0", "serial": "CLE",
     "tran": "usb", "rota": True, "rm": True, "hotplug": True, "vendor": "Kingston"},
    {"name": "sr0", "type": "rom", "size": 1073741312, "model": "DVDRW", "serial": "X1", "tran": "sata", "rota": True, "rm": True},
]}  # fmt: skip
LSBLK_OLD = {"blockdevices": [
    {"name": "sda", "type": "disk", "size": "465,8G", "model": "TOSHIBA_MQ01ABD050", "serial": "76DXT1234", "tran": "sata",
     "rota": "1", "rm": "0"},
]}  # fmt: skip

SMART_NVME = {
    "json_format_version": [1, 0], "smartctl": {"version": [7, 3], "argv": ["smartctl", "-j", "-a", "/dev/nvme0"], "exit_status": 0},
    "device": {"name": "/dev/nvme0", "info_name": "/dev/nvme0", "type": "nvme", "protocol": "NVMe"},
    "model_name": "SAMSUNG MZVLB256HAHQ-000L7", "serial_number": DISK, "firmware_version": "4L2QEXM7",
    "nvme_total_capacity": 256060514304, "user_capacity": {"blocks": 500118192, "bytes": 256060514304},
    "smart_status": {"passed": True, "nvme": {"value": 0}}, "power_on_time": {"hours": 6032},
    "nvme_smart_health_information_log": {"percentage_used": 4, "power_on_hours": 6032},
    "local_time": {"time_t": 1796086048, "asctime": "Tue Dec  1 2026"},
}  # fmt: skip
SMART_HDD = {
    "smartctl": {"version": [7, 3], "exit_status": 0},
    "device": {"name": "/dev/sda", "info_name": "/dev/sda [SAT]", "type": "sat", "protocol": "ATA"},
    "model_family": "Unknown", "model_name": "ZORGLUB 5000", "serial_number": "ZB0001234",
    "user_capacity": {"blocks": 976773168, "bytes": 500107862016}, "rotation_rate": 5400,
    "smart_status": {"passed": False}, "power_on_time": {"hours": 17702},
}  # fmt: skip
SMART_NONE = {
    "smartctl": {"version": [7, 3], "exit_status": 2, "messages": [{"string": "Smartctl open device: /dev/sdb failed"}]}
}

INXI = f"""System:
  Host: poste-de-jeanne Kernel: 6.1.0-26-amd64 arch: x86_64 bits: 64 Desktop: Cinnamon v: 6.6.7
    Distro: Linux Mint 22.3 Zena
Machine:
  Type: Laptop System: LENOVO product: 20L50000FR v: ThinkPad T480
    serial: {SERIAL} Chassis: type: 10 serial: PC0TEST9
  Mobo: LENOVO model: 20L50000FR v: SDK0R32862 WIN serial: L1HF7CP00B1
    UEFI: LENOVO v: N24ET76W (1.51 ) date: 02/27/2024
Battery:
  ID-1: BAT0 charge: 18.1 Wh (98.4%) condition: 18.4/24.0 Wh (76.7%)
    power: 0.0 W volts: 12.7 min: 11.4 model: LGC 01AV489 type: Li-poly
    serial: 4711 status: full cycles: 254
  ID-2: BAT1 charge: 16.2 Wh (100.0%) condition: 16.2/24.0 Wh (67.5%)
  Device-1: hidpp_battery_0 model: Logitech Wireless Mouse serial: 88-99
    charge: 55% (should be ignored) status: discharging
Memory:
  System RAM: total: 8 GiB available: 7.63 GiB used: 2.1 GiB (27.5%)
  Array-1: capacity: 32 GiB slots: 2 modules: 2 EC: None
  Device-1: ChannelA-DIMM0 type: DDR4 detail: synchronous size: 4 GiB
    speed: 2400 MT/s volts: 1.2 width (bits): data: 64 total: 64
    manufacturer: Samsung part-no: M471A5244CB0-CRC serial: 36D1A2B3
  Device-2: ChannelB-DIMM0 type: DDR4 detail: synchronous size: 4 GiB
    manufacturer: SK Hynix part-no: HMA851S6CJR6N-VK serial: 2B9F0C11
CPU:
  Info: quad core model: Intel Core i5-8350U bits: 64 type: MT MCP cache: L2: 1024 KiB
  Speed (MHz): avg: 987 min/max: 400/3600 cores: 1: 800 2: 800 3: 800 4: 797 5: 800 6: 800
    7: 2300 8: 800
Graphics:
  Device-1: Intel UHD Graphics 620 driver: i915 v: kernel
Network:
  Device-1: Intel Ethernet I219-LM driver: e1000e
  IF: enp0s31f6 state: up mac: 00:11:22:33:44:55
Drives:
  Local Storage: total: 252.9 GiB used: 6.12 GiB (2.4%)
  ID-1: /dev/nvme0n1 vendor: Samsung model: MZVLB256HAHQ-000L7 size: 238.47 GiB
    type: SSD serial: {DISK} rev: 4L2QEXM7
  ID-2: /dev/sda type: USB vendor: Kingston model: DataTraveler 3.0 size: 14.44 GiB serial: CLE1
Info:
  Processes: 213 Uptime: 1h 13m Shell: Bash inxi: 3.3.34
"""
INXI_OLD = """System:    Host: poste-de-jeanne Kernel: 5.11.0-7620-generic x86_64 bits: 64 Desktop: GNOME 3.38.4
Machine:   Type: Laptop System: LENOVO product: 20L50000FR v: ThinkPad T480 serial: <superuser required>
           Mobo: LENOVO model: 20L50000FR v: SDK0J40697 WIN serial: <superuser required> UEFI: LENOVO v: N1QET87W
           date: 02/27/2020
Battery:   ID-1: BAT0 charge: 11.8 Wh condition: 18.3/23.9 Wh (77%)
           ID-2: BAT1 charge: 8.7 Wh condition: 20.3/23.9 Wh (85%)
CPU:       Info: Quad Core Intel Core i5-8350U [MT MCP] speed: 1870 MHz min/max: 400/3500 MHz
Drives:    Local Storage: total: 238.47 GiB used: 105.23 GiB (44.1%)
           ID-1: /dev/nvme0n1 vendor: Samsung model: MZVLB256HAHQ-000L7 size: 238.47 GiB
Info:      Processes: 291 Uptime: 1h 13m Memory: 7.63 GiB used: 2.77 GiB (36.3%) Shell: Zsh inxi: 3.3.01
"""
INXI_JSON: list[Any] = [
    {"000#1#0#System": [{"000#1#1#Host": "poste-de-jeanne", "001#0#2#Kernel": "6.1.0"}]},
    {"001#1#0#Machine": [
        {"000#0#1#Type": "Laptop", "001#1#1#System": "LENOVO", "002#1#2#product": "20L50000FR",
         "003#0#3#v": "ThinkPad T480", "004#0#3#serial": SERIAL, "005#1#1#Chassis": "", "006#0#2#type": "10",
         "007#0#2#serial": "PC0TEST9"},
        {"008#1#1#Mobo": "LENOVO", "009#1#2#model": "20L50000FR", "010#0#3#serial": "L1HF7CP00B1"}]},
    {"002#1#0#Battery": [{"000#1#1#ID": "BAT0", "002#0#2#condition": "18.4/24.0 Wh (76.7%)", "003#0#2#serial": "4711"}]},
    {"003#1#0#Memory": [
        {"000#1#1#RAM": "", "001#0#2#total": "7.63 GiB", "002#0#2#used": "2.1 GiB (27.5%)"},
        {"001#1#2#Device": "ChannelA-DIMM0", "002#1#3#type": "DDR4", "004#0#3#size": "4 GiB",
         "010#0#3#manufacturer": "Samsung", "012#0#3#serial": "36D1A2B3"},
        {"001#1#2#Device": "ChannelB-DIMM0", "004#0#3#size": "4 GiB", "010#0#3#manufacturer": "SK Hynix",
         "012#0#3#serial": "2B9F0C11"}]},
    {"004#1#0#CPU": [{"000#1#1#Info": "", "001#0#2#model": "Intel Core i5-8350U", "003#0#2#bits": 64}]},
    {"005#1#0#Network": [{"000#1#1#IF": "enp0s31f6", "001#0#2#mac": "00:11:22:33:44:55"}]},
    {"006#1#0#Drives": [
        {"000#1#1#Local Storage": "", "001#1#2#total": "238.47 GiB"},
        {"001#1#1#ID": "/dev/nvme0n1", "003#0#2#vendor": "Samsung", "004#0#2#model": "MZVLB256HAHQ-000L7",
         "005#0#2#size": "238.47 GiB", "011#0#2#type": "SSD", "012#0#2#serial": DISK}]},
]  # fmt: skip

DMIDECODE = f"""# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 3.0.0 present.
Table at 0x4F0FD000.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20L50000FR
\tVersion: ThinkPad T480
\tSerial Number: {SERIAL}
\tUUID: 4c4c4544-0043-5110-8036-b5c04f565931
\tWake-up Type: Power Switch
\tSKU Number: LENOVO_MT_20L5_BU_Think_FM_ThinkPad T480
\tFamily: ThinkPad T480

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tManufacturer: LENOVO
\tType: Notebook
\tSerial Number: PC0TEST9
\tAsset Tag: PC de Jeanne

Handle 0x000B, DMI type 11, 5 bytes
OEM Strings
\tString 1: Jeanne Martin 0600000000

Handle 0x0042, DMI type 4, 42 bytes
Processor Information
\tSocket Designation: U3E1
\tType: Central Processor
\tFamily: Core i5
\tManufacturer: Intel(R) Corporation
\tFlags:
\t\tFPU (Floating-point unit on-chip)
\t\tVME (Virtual mode extension)
\tVersion: Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz
\tStatus: Populated, Enabled

Handle 0x0047, DMI type 17, 40 bytes
Memory Device
\tSize: 4096 MB
\tForm Factor: SODIMM
\tLocator: ChannelA-DIMM0
\tType: DDR4
\tManufacturer: Samsung
\tSerial Number: 36D1A2B3
\tPart Number: M471A5244CB0-CRC

Handle 0x0048, DMI type 17, 40 bytes
Memory Device
\tSize: 4 GB
\tForm Factor: SODIMM
\tLocator: ChannelB-DIMM0
\tType: DDR4
\tManufacturer: SK Hynix
\tSerial Number: 2B9F0C11
\tPart Number: HMA851S6CJR6N-VK

Handle 0x0049, DMI type 17, 40 bytes
Memory Device
\tSize: No Module Installed
\tLocator: ChannelC-DIMM0

Handle 0x004A, DMI type 17, 40 bytes
Memory Device
\tSize: 16 MB
\tForm Factor: Chip
\tLocator: System ROM
\tType: Flash

Handle 0x0050, DMI type 22, 26 bytes
Portable Battery
\tLocation: Front
\tManufacturer: LGC
\tName: 01AV489
\tDesign Capacity: 23940 mWh
\tSBDS Serial Number: 4711
"""
GLPI: dict[str, Any] = {
    "action": "inventory", "itemtype": "Computer", "deviceid": "poste-de-jeanne-2026-01-01", "content": {
        "versionclient": "GLPI-Agent_v1.7", "users": [{"login": "jeanne"}], "softwares": [{"name": "Paie des salariés"}],
        "bios": {"smanufacturer": "LENOVO", "smodel": "20L50000FR", "ssn": SERIAL, "assettag": "PC de Jeanne"},
        "hardware": {"name": "poste-de-jeanne", "memory": 7809, "chassis_type": "Notebook", "lastloggeduser": "jeanne"},
        "operatingsystem": {"full_name": "Microsoft Windows 11", "fqdn": "poste-de-jeanne.exemple.fr"},
        "cpus": [{"name": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz"}],
        "memories": [
            {"capacity": 4096, "caption": "ChannelA-DIMM0", "serialnumber": "36D1A2B3", "manufacturer": "Samsung"},
            {"capacity": 4096, "caption": "ChannelB-DIMM0", "serialnumber": "2B9F0C11", "manufacturer": "SK Hynix"}],
        "batteries": [{"capacity": 24000, "real_capacity": 18400, "serial": "4711"},
                      {"capacity": 24000, "real_capacity": 16200, "serial": "4712"}],
        "storages": [{"name": "nvme0n1", "model": "SAMSUNG MZVLB256HAHQ-000L7", "serial": DISK, "disksize": 256060,
                      "type": "disk", "description": "PCI NVMe"}],
        "networks": [{"mac": "00:11:22:33:44:55", "ipaddress": "10.0.0.7"}],
        "drives": [{"volumn": "/home/jeanne", "total": 240000, "label": "Photos de Jeanne"}],
    },
}  # fmt: skip
GLPI_XML = f"""<?xml version="1.0" encoding="UTF-8"?><REQUEST><DEVICEID>poste-de-jeanne</DEVICEID><CONTENT>
<HARDWARE><NAME>poste-de-jeanne</NAME><MEMORY>7809</MEMORY><CHASSIS_TYPE>Notebook</CHASSIS_TYPE></HARDWARE>
<BIOS><SMANUFACTURER>LENOVO</SMANUFACTURER><SMODEL>20L50000FR</SMODEL><SSN>{SERIAL}</SSN></BIOS>
<CPUS><NAME>Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz</NAME></CPUS><USERS><LOGIN>jeanne</LOGIN></USERS>
<MEMORIES><CAPACITY>4096</CAPACITY><CAPTION>ChannelA-DIMM0 &amp; co</CAPTION><SERIALNUMBER>36D1A2B3</SERIALNUMBER></MEMORIES>
<MEMORIES><CAPACITY>4096</CAPACITY><CAPTION>ChannelB-DIMM0</CAPTION><SERIALNUMBER>2B9F0C11</SERIALNUMBER></MEMORIES>
<STORAGES><NAME>nvme0n1</NAME><MODEL>SAMSUNG MZVLB256HAHQ-000L7</MODEL><SERIAL>{DISK}</SERIAL><DISKSIZE>256060</DISKSIZE>
<DESCRIPTION>PCI NVMe</DESCRIPTION></STORAGES></CONTENT></REQUEST>"""

WORKBENCH = {
    "type": "Snapshot", "software": "Workbench", "version": "11.0b11", "closed": True, "elapsed": 34,
    "uuid": "7928afeb-e6a4-464a-a842-0c3de0d01677",
    "device": {"type": "Laptop", "manufacturer": "LENOVO", "model": "20L50000FR", "serialNumber": SERIAL, "chassis": "Netbook"},
    "components": [
        {"type": "RamModule", "model": "M471A5244CB0-CRC", "manufacturer": "Samsung", "serialNumber": "36D1A2B3", "size": 4096},
        {"type": "RamModule", "model": "HMA851S6CJR6N-VK", "manufacturer": "SK Hynix", "serialNumber": "2B9F0C11", "size": 4096},
        {"type": "Processor", "model": "Intel Core I5-8350u Cpu @ 1.70ghz", "manufacturer": "Intel Corp."},
        {"type": "SolidStateDrive", "model": "Mzvlb256hahq-000l7", "manufacturer": "Samsung", "serialNumber": DISK,
         "size": 256060.514304, "interface": "NVME"},
        {"type": "Battery", "size": 2000, "model": "01AV489", "manufacturer": "LGC", "serialNumber": "4711",
         "actions": [{"type": "MeasureBattery", "size": 1534, "voltage": 12608}]},
        {"type": "NetworkAdapter", "model": "Ethernet Connection I219-Lm", "serialNumber": "00:11:22:33:44:55"}],
    "debug": {"lshw": LSHW, "hwinfo": "01: None 00.0: poste-de-jeanne", "battery": None},
}  # fmt: skip
WORKBENCH_SCRIPT = {
    "type": "Snapshot", "software": "workbench-script", "version": "0.0.1", "operator_id": "rudy",
    "data": {"dmidecode": DMIDECODE, "smartctl": json.dumps([SMART_NVME, SMART_NONE]), "inxi": json.dumps(INXI_JSON)},
}  # fmt: skip

BOLC = (
    f"3337;;GRPC26-0008;Portable;B;Prêt à vendre;;Lenovo;;;ThinkPad T480;76.7%;;Vu avec Jeanne;{SERIAL};Intel Core i5-8350U"
    ";SSD;256;;;9;;;14;0;0;6200;;Rudy;26/01/2026 15:17:45;Linux: Linux Mint 22.2 Zara;;;;ESN\n"
)
TECTECH = {
    "id": "M-2015", "statut": "EN_COURS_DE_TRAITEMENT", "typeMateriel": "ORDINATEUR_PORTABLE", "numeroSerie": SERIAL,
    "IMEI1": None, "IMEI2": None, "model": "ThinkPad T480", "marque": "LENOVO", "processeur": "Core i5 8350 U",
    "typeDisqueDur1": "SSD", "tailleDisqueDur1": 256, "typeDisqueDur2": None, "tailleDisqueDur2": None, "RAM": 8,
    "categorie": "B", "commentaire": "Bénévole: Rudy / vu avec Jeanne", "idLot": "L-0048", "idStock": "S-0094",
}  # fmt: skip

SYSFS: dict[str, Any] = {
    "dmi": {"sys_vendor": "LENOVO", "product_name": "20L50000FR", "product_version": "ThinkPad T480",
            "product_serial": SERIAL, "chassis_type": "10"},
    "memory_kib": 7996416, "cpu": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz",
    "disks": [
        {"name": "nvme0n1", "model": "SAMSUNG MZVLB256HAHQ-000L7", "serial": DISK, "bytes": 256060514304, "way": "nvme",
         "rotational": False, "removable": False},
        {"name": "sda", "model": "DataTraveler 3.0", "serial": "CLE1", "bytes": 15500000000, "way": "usb",
         "rotational": True, "removable": True}],
    "batteries": [{"name": "BAT0", "new": 24000, "now": 18400, "serial": "4711", "model": "01AV489"},
                  {"name": "BAT1", "new": 24000, "now": 16200, "serial": "4712", "model": "01AV423"}],
}  # fmt: skip
BUNDLE = {
    "type": "filiere-audit", "version": 1,
    "parts": {"lshw": LSHW, "lsblk": LSBLK, "smartctl": [SMART_NVME], "dmidecode": DMIDECODE, "sysfs": SYSFS},
}  # fmt: skip


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


FILES: dict[str, bytes] = {
    "lshw": _json(LSHW),
    "lshw in a list": _json([LSHW]),
    "lsblk": _json(LSBLK),
    "lsblk, older": _json(LSBLK_OLD),
    "smartctl": _json(SMART_NVME),
    "smartctl of several": _json([SMART_NVME, SMART_HDD, SMART_NONE]),
    "inxi": INXI.encode(),
    "inxi, older": INXI_OLD.encode(),
    "inxi as JSON": _json(INXI_JSON),
    "dmidecode": DMIDECODE.encode(),
    "dmidecode, quiet": DMIDECODE[DMIDECODE.index("System Information") :].encode(),
    "glpi": _json(GLPI),
    "glpi as XML": GLPI_XML.encode(),
    "workbench 11": _json(WORKBENCH),
    "workbench-script": _json(WORKBENCH_SCRIPT),
    "bolc": BOLC.encode(),
    "tec.tech": _json(TECTECH),
    "ours": _json(BUNDLE),
}
