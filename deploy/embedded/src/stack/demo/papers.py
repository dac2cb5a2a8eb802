"""What the tools of the demonstration's workshops write of a disk that they wiped, as their readers expect it."""

from datetime import timedelta

from filiere.calendar import PARIS, now

_NWIPE = """\
[{began}]  notice: nwipe version {version}
[{began}]  notice: /dev/sda has serial number {serial}
[{began}]  notice: Invoking method 'PRNG Stream' on /dev/sda
[{ended}]  notice: Finished final round 1 of 1 on /dev/sda

******************************** Error Summary *********************************
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
--------------------------------------------------------------------------------
       sda |           0 |                    0 |                    0
********************************************************************************

********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
--------------------------------------------------------------------------------
       sda | Erased |  70 MB/s | 02:00:00 | DISK/{serial}
--------------------------------------------------------------------------------
"""
_HDPARM = """\
hdparm v{version}

/dev/sda:
 Issuing SECURITY_ERASE command, password="p", user=user

/dev/sda:

ATA device, with non-removable media
\tSerial Number:      {serial}
Security:
\t\tsupported
\tnot\tenabled
\tnot\tlocked
"""
_NVME = """\
nvme version {version}
sn        : {serial}
Sanitize Progress                      (SPROG) :  65535
Sanitize Status                        (SSTAT) :  0x101
Sanitize Command Dword 10 Information (SCDW10) :  0x2
"""
_BY_HAND = "{tool} {version} : {serial} effacé, relu sans erreur."
_PAPERS = {"nwipe": _NWIPE, "hdparm": _HDPARM, "nvme-cli": _NVME}


def report(tool: str, version: str, serial: str) -> str:
    """The report of a success that ended now; a sentence for what no tool reports."""
    ended = now().astimezone(PARIS)
    said = {"began": f"{ended - timedelta(hours=2):%Y/%m/%d %H:%M:%S}", "ended": f"{ended:%Y/%m/%d %H:%M:%S}"}
    return _PAPERS.get(tool, _BY_HAND).format(tool=tool, version=version, serial=serial, **said)
