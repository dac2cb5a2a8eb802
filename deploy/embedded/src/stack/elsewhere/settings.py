"""Where a running Filière is; the names of the services' own settings where they mean the same."""

from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le
from filiere.settings import Settings
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_DEFAULTS = Settings.model_fields


class ElsewhereSettings(BaseSettings):
    """Every field is an environment variable: the alias where there is one, else its name in capitals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    home_url: str = Field(_DEFAULTS["home_url"].default, description="Front door.")
    collect_url: str = Field(_DEFAULTS["collect_url"].default, description="Address of collect, as people open it.")
    refurbish_url: str = Field(_DEFAULTS["refurbish_url"].default, description="Address of refurbish.")
    distribute_url: str = Field(_DEFAULTS["distribute_url"].default, description="Address of distribute.")
    oidc_issuer: str = Field(_DEFAULTS["oidc_issuer"].default, description="OpenID Connect issuer.")
    client_id: str = Field(
        "filiere-demo",
        validation_alias="FILIERE_DEMO_CLIENT_ID",
        description="Client that may ask for a token with a person's password; for demonstrations only.",
    )
    client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="FILIERE_DEMO_CLIENT_SECRET", description="Its secret."
    )
    password: SecretStr = Field(
        SecretStr(""), validation_alias="FILIERE_DEMO_PASSWORD", description="The one password of all demo people."
    )
    data: Path = Field(
        Path(".filiere"), validation_alias="FILIERE_DATA", description="Keeps what was played and the last audit."
    )
    collect_worker_url: str | None = Field(None, description="Probes of the worker, for the front door's table.")
    refurbish_worker_url: str | None = Field(None, description="Probes of the worker.")
    distribute_worker_url: str | None = Field(None, description="Probes of the worker.")
    collect_database_url: SecretStr | None = Field(None, description="For the audit: a role that may read is enough.")
    refurbish_database_url: SecretStr | None = Field(None, description="For the audit.")
    distribute_database_url: SecretStr | None = Field(None, description="For the audit.")
    host: str = Field("127.0.0.1", description="Address the front door listens on.")
    port: Annotated[int, Ge(1), Le(65535)] = Field(8000, description="Port of the front door.")

    def public_url(self, service: str) -> str:
        """Address people open: `home`, `collect`, `refurbish` or `distribute`; no trailing slash."""
        return str(getattr(self, f"{service}_url")).rstrip("/")

    def databases(self) -> dict[str, str]:
        """URL by service name; empty unless all three are given."""
        urls = {name: getattr(self, f"{name}_database_url") for name in ("collect", "refurbish", "distribute")}
        return {name: url.get_secret_value() for name, url in urls.items() if url} if all(urls.values()) else {}
