"""Everything that names a thing: our own ids and labels, official numbers, makers' serials.

A device is known by several names at once (label, serial, IMEI, asset tag). The functions here decide which of these
names may identify it, and bring each to one spelling so that two services compare equal strings.
"""

from filiere.identifiers.codes import InvalidCode, new_code, parse_code
from filiere.identifiers.errors import IdentifierError
from filiere.identifiers.labels import (
    LABEL_CAPACITY,
    InvalidLabel,
    is_label,
    label_code,
    label_number,
    parse_label,
)
from filiere.identifiers.official_numbers import (
    InvalidImei,
    InvalidSiren,
    InvalidSiret,
    is_sim_number,
    normalise_imei,
    normalise_siren,
    normalise_siret,
    siren_of,
    valid_imei,
    valid_siren,
    valid_siret,
)
from filiere.identifiers.scanned import readings
from filiere.identifiers.serials import is_junk_serial, is_serial_as_written, normalise_serial
from filiere.identifiers.uuid7 import uuid7

__all__ = [
    "LABEL_CAPACITY",
    "IdentifierError",
    "InvalidCode",
    "InvalidImei",
    "InvalidLabel",
    "InvalidSiren",
    "InvalidSiret",
    "is_junk_serial",
    "is_label",
    "is_serial_as_written",
    "is_sim_number",
    "label_code",
    "label_number",
    "new_code",
    "normalise_imei",
    "normalise_serial",
    "normalise_siren",
    "normalise_siret",
    "parse_code",
    "parse_label",
    "readings",
    "siren_of",
    "uuid7",
    "valid_imei",
    "valid_siren",
    "valid_siret",
]
