"""What is installed on a device before it leaves the workshop: closed lists, for the log keeps what is sent a year."""

from enum import StrEnum


class System(StrEnum):
    """Operating system. Names of products are the same in every language."""

    WINDOWS_10 = "windows_10"
    WINDOWS_11 = "windows_11"
    LINUX_MINT = "linux_mint"
    UBUNTU = "ubuntu"
    XUBUNTU = "xubuntu"
    LUBUNTU = "lubuntu"
    DEBIAN = "debian"
    EMMABUNTUS = "emmabuntus"
    PRIMTUX = "primtux"
    ZORIN = "zorin"
    FEDORA = "fedora"
    CHROMEOS_FLEX = "chromeos_flex"
    MACOS = "macos"
    ANDROID = "android"
    LINEAGEOS = "lineageos"
    E_OS = "e_os"
    IOS = "ios"
    IPADOS = "ipados"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _SYSTEMS[self]


class OfficePack(StrEnum):
    """Programs to write and to calculate; none is an answer too."""

    NONE = "none"
    LIBREOFFICE = "libreoffice"
    ONLYOFFICE = "onlyoffice"
    MICROSOFT_365 = "microsoft_365"
    MICROSOFT_OFFICE = "microsoft_office"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _PACKS[self]


_SYSTEMS = {
    System.WINDOWS_10: "Windows 10",
    System.WINDOWS_11: "Windows 11",
    System.LINUX_MINT: "Linux Mint",
    System.UBUNTU: "Ubuntu",
    System.XUBUNTU: "Xubuntu",
    System.LUBUNTU: "Lubuntu",
    System.DEBIAN: "Debian",
    System.EMMABUNTUS: "Emmabuntüs",
    System.PRIMTUX: "PrimTux",
    System.ZORIN: "Zorin OS",
    System.FEDORA: "Fedora",
    System.CHROMEOS_FLEX: "ChromeOS Flex",
    System.MACOS: "macOS",
    System.ANDROID: "Android",
    System.LINEAGEOS: "LineageOS",
    System.E_OS: "/e/OS",
    System.IOS: "iOS",
    System.IPADOS: "iPadOS",
    System.OTHER: "Autre système",
}
_PACKS = {
    OfficePack.NONE: "Aucune",
    OfficePack.LIBREOFFICE: "LibreOffice",
    OfficePack.ONLYOFFICE: "ONLYOFFICE",
    OfficePack.MICROSOFT_365: "Microsoft 365",
    OfficePack.MICROSOFT_OFFICE: "Microsoft Office",
    OfficePack.OTHER: "Autre suite",
}


def system_name(code: str) -> str:
    """French name of a system's code; the code of one that a newer release knows."""
    return System(code).label_fr if code in set(System) else code


def pack_name(code: str) -> str:
    return OfficePack(code).label_fr if code in set(OfficePack) else code
