"""How a client proves who it is to the broker, and how it knows the broker: TLS and SASL, from the settings."""

import ssl
from typing import Any

from filiere.settings import KafkaSecurity, Settings


def security(settings: Settings) -> dict[str, Any]:
    """The options every client of the broker takes: encryption, the authority to trust, name and password.

    :raises OSError: the authority's file cannot be read.
    """
    options: dict[str, Any] = {"security_protocol": settings.kafka_security.value}
    if settings.kafka_security in (KafkaSecurity.SSL, KafkaSecurity.SASL_SSL):
        # Without a file the machine's own authorities; the broker's name is checked either way.
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    if settings.kafka_security in (KafkaSecurity.SASL_PLAINTEXT, KafkaSecurity.SASL_SSL):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value() if settings.kafka_password else None
    return options
