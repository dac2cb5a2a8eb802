"""What people brought is part of a backup, byte for byte."""

from pathlib import Path

import pytest
from filiere.service import installed_services
from filiere.testing.engines import Databases
from stack.backup import backup, restore

HASH = "0a" * 32


@pytest.fixture
def templates(databases: Databases) -> dict[str, str]:
    return {service.name: databases.template(service) for service in installed_services()}


@pytest.mark.slow
async def test_files_are_kept_with_the_databases_and_come_back_beside_what_is_there(
    databases: Databases, templates: dict[str, str], tmp_path: Path
) -> None:
    urls = {name: await databases.clone(template) for name, template in templates.items()}
    files, kept = tmp_path / "files", tmp_path / "kept"
    place = files / "collect" / HASH[:2] / HASH
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes(range(256)))
    try:
        await backup(urls, kept, files)
        place.unlink()
        later = place.with_name("0b" * 32)
        later.write_bytes(b"came after")
        await restore(urls, kept, files)
        assert place.read_bytes() == bytes(range(256))
        assert later.exists()
        await backup(urls, tmp_path / "without", tmp_path / "no-such-folder")
    finally:
        for url in urls.values():
            await databases.drop(url)
