"""Letters: written with their change, sent once though workers die, refused, late, switched off."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from filiere.database import Database
from filiere.links.tokens import LinkSigner
from filiere.mail import Letter, post, readable_address
from filiere.mail.repository import MailRepository
from filiere.settings import Settings, SmtpSecurity
from filiere.testing.engines import Databases
from filiere.testing.mail_server import MailServer, mail_server
from filiere.testing.sql import rows, value
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from .post_office import HERE, MOVED, OPENS, URGENT, composer, deliver, metadata

LETTER = Letter("Hugo@Volta.example", MOVED, {"code": "L-1", "place": "Lens"}, "/lots/1")


@pytest.fixture
async def template(administered: Databases) -> str:
    return await administered.declared("mail", metadata)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as made:
        yield made


@pytest.fixture
def settings(database_url: str, server: MailServer) -> Settings:
    return Settings(
        database_url=SecretStr(database_url), public_url="https://filiere.example/collecte", **server.settings
    )


async def written(database: Database, *letters: Letter) -> None:
    async with database.unit_of_work() as session:
        await post(session, letters)


async def states(database: Database) -> list[tuple[str, int, str | None]]:
    found = await rows(database, "SELECT state, attempts, failure FROM mail ORDER BY id")
    return [(row[0], row[1], row[2]) for row in found]


async def test_a_letter_says_who_what_and_how_to_stop_it(
    database: Database, settings: Settings, server: MailServer
) -> None:
    await written(database, LETTER)
    await deliver(settings)
    (message,) = server.taken
    assert message["to"] == "hugo@volta.example"
    assert message["subject"] == "Le lot L-1 a bougé"
    assert message["message-id"].endswith("@filiere.example>")
    assert "One-Click" in message["list-unsubscribe-post"]
    reader = await value(database, "SELECT id FROM mail_reader")
    stop = f"https://filiere.example/collecte/courriels/arret/{reader}/moved"
    assert f"\r\nList-Unsubscribe: <{stop}>\r\n".encode() in server.raw[0]  # neither cut nor encoded
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "Il est à Lens." in plain.get_content()
    assert "https://filiere.example/collecte/lots/1" in plain.get_content()
    assert "<li>deux</li>" in html.get_content()
    assert await states(database) == [("sent", 1, None)]


async def test_a_link_for_who_has_no_account_is_signed_in_the_letter_and_kept_nowhere(
    database: Database, settings: Settings, server: MailServer
) -> None:
    link = uuid4()
    await written(database, replace(LETTER, kind=OPENS, page=f"/counts/{link}"))
    assert await value(database, "SELECT page FROM mail") == f"/counts/{link}"
    await deliver(settings)
    (message,) = server.taken
    token = LinkSigner(settings, "post-office", OPENS.opens).token(link)
    body = message.get_body(("plain",))
    assert body is not None
    assert f"https://filiere.example/collecte/counts/{token}\r\n" in body.get_content()
    assert str(link) not in str(body.get_content())


async def test_a_letter_of_a_change_that_is_taken_back_does_not_exist(database: Database) -> None:
    async def change() -> None:
        async with database.unit_of_work() as session:
            await post(session, [LETTER])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change()
    assert await states(database) == []


async def worker(url: str, server: MailServer, crash_at: str = "") -> int:
    """A process that sends what is due; how it ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", f"{HERE.name}.post_office", url, str(server.port)),
        cwd=HERE.parent,
        env={**os.environ, "FILIERE_CRASH_AT": crash_at},
    )
    async with asyncio.timeout(30):
        return await process.wait()


@pytest.mark.slow
async def test_a_worker_that_dies_before_it_sends_doubles_nothing_and_loses_nothing(
    database: Database, database_url: str, server: MailServer
) -> None:
    await written(database, LETTER, Letter("sophie@paysvert.example", MOVED, LETTER.data))
    assert await worker(database_url, server, "mail.claimed:2") == 137
    assert len(server.taken) == 1
    assert await worker(database_url, server) == 0
    assert sorted(server.recipients) == ["hugo@volta.example", "sophie@paysvert.example"]
    assert await states(database) == [("sent", 1, None)] * 2


@pytest.mark.slow
async def test_the_only_double_is_of_a_death_between_the_servers_word_and_ours_and_bears_the_same_name(
    database: Database, database_url: str, server: MailServer
) -> None:
    await written(database, LETTER)
    assert await worker(database_url, server, "mail.taken:1") == 137
    assert await states(database) == [("waiting", 0, None)]
    assert await worker(database_url, server) == 0
    first, second = server.taken
    assert first.as_bytes() == second.as_bytes()
    assert first["message-id"] == second["message-id"]


async def test_into_a_folder_it_is_written_once_whatever_dies(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    folder = Settings(database_url=SecretStr(database_url), mail_folder=tmp_path)
    await written(database, LETTER)
    await deliver(folder)
    # As after a death between the file and the mark.
    await rows(
        database,
        "UPDATE mail SET state = 'waiting', ended_at = NULL, data = $1::text::jsonb",
        json.dumps(LETTER.data),
    )
    await deliver(folder)
    (file,) = [one.name for one in tmp_path.iterdir()]  # noqa: ASYNC240
    assert file == f"{await value(database, 'SELECT id FROM mail')}.eml"


async def test_two_workers_send_each_letter_once(database: Database, settings: Settings, server: MailServer) -> None:
    await written(database, *(Letter(f"a{n}@volta.example", MOVED, LETTER.data) for n in range(20)))
    await asyncio.gather(deliver(settings), deliver(settings), deliver(settings))
    assert sorted(server.recipients) == sorted(f"a{n}@volta.example" for n in range(20))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("550 hugo@volta.example: no such user", ("failed", 1, "SMTP 550")),
        ("451 try again", ("waiting", 1, "SMTP 451")),
        ("535 who are you", ("waiting", 1, "SMTP 535")),
    ],
)
async def test_what_a_server_refuses_ends_or_waits_and_the_others_go_on(
    database: Database, settings: Settings, server: MailServer, said: str, expected: tuple[str, int, str]
) -> None:
    server.answer = lambda envelope: said if "hugo@volta.example" in envelope.rcpt_tos else ""
    await written(database, LETTER, Letter("sophie@paysvert.example", MOVED, LETTER.data))
    await deliver(settings)
    assert server.recipients == ["sophie@paysvert.example"]
    assert await states(database) == [expected, ("sent", 1, None)]


async def test_a_server_that_is_away_is_asked_later_and_a_letter_too_old_is_given_up(
    database: Database, database_url: str
) -> None:
    away = Settings(
        database_url=SecretStr(database_url),
        smtp_host="127.0.0.1",
        smtp_port=1,
        smtp_security=SmtpSecurity.NONE,
        mail_give_up_after=timedelta(days=1),
    )
    await written(database, LETTER)
    await deliver(away)
    ((state, attempts, failure),) = await states(database)
    assert (state, attempts) == ("waiting", 1)
    assert "volta" not in str(failure)
    assert await value(database, "SELECT next_attempt_at > now() + interval '25 s' FROM mail")
    await rows(database, "UPDATE mail SET next_attempt_at = now(), created_at = now() - interval '25 hours'")
    await deliver(away)
    assert (await states(database))[0][0] == "failed"
    async with database.unit_of_work() as session:
        assert await MailRepository.from_session(session).again(await value(database, "SELECT id FROM mail"))
    assert (await states(database))[0][:2] == ("waiting", 0)


async def test_who_switched_a_kind_off_gets_none_and_what_can_not_be_switched_off_arrives(
    database: Database, settings: Settings, server: MailServer
) -> None:
    await written(database, LETTER)
    reader = await value(database, "SELECT id FROM mail_reader")
    async with database.unit_of_work() as session:
        assert await MailRepository.from_session(session).switch_off(reader, "moved")
        assert await MailRepository.from_session(session).switch_off(reader, "urgent")
        assert not await MailRepository.from_session(session).switch_off(uuid4(), "moved")
    await written(database, LETTER)  # not even kept
    await deliver(settings)
    assert await states(database) == [("unwanted", 0, None)]
    await written(database, Letter("hugo@volta.example", URGENT, LETTER.data))
    await deliver(settings)
    assert len(server.taken) == 1
    assert server.taken[0]["list-unsubscribe"] is None


async def test_the_same_news_twice_is_one_letter(database: Database) -> None:
    for _ in range(2):
        await written(database, Letter("hugo@volta.example", MOVED, LETTER.data, once="moved:1"))
    assert len(await states(database)) == 1


async def test_a_letter_of_a_release_to_come_waits_for_it(
    database: Database, settings: Settings, server: MailServer
) -> None:
    await written(database, LETTER)
    await rows(database, "UPDATE mail SET kind = 'of-tomorrow'")
    await deliver(settings)
    assert (await states(database))[0][0] == "waiting"
    assert server.taken == []


async def test_a_letter_that_cannot_be_written_holds_up_no_other(
    database: Database, settings: Settings, server: MailServer
) -> None:
    await written(database, Letter("hugo@volta.example", MOVED, {}), Letter("a@volta.example", MOVED, LETTER.data))
    await deliver(settings)
    assert server.recipients == ["a@volta.example"]
    assert (await states(database))[0] == ("failed", 1, "cannot be written")


async def test_letters_are_forgotten_and_choices_are_not(database: Database, settings: Settings) -> None:
    await written(database, LETTER)
    await deliver(settings)
    await rows(database, "UPDATE mail SET ended_at = now() - interval '31 days'")
    async with database.unit_of_work() as session:
        assert await MailRepository.from_session(session).prune(30 * 86400, 10) == 1
    assert await value(database, "SELECT count(*) FROM mail_reader") == 1


@given(st.text())
def test_whatever_is_filled_in_stays_on_its_line(text: str) -> None:
    from datetime import UTC, datetime

    from filiere.mail.repository import Claimed

    letter = Claimed(
        uuid4(), uuid4(), "a@b.example", "moved", "", {"code": text, "place": text}, datetime.now(UTC), 0, False, False
    )
    message = composer(Settings()).compose(letter)
    assert set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().count("<p>") == 2
    assert bytes(message)


@given(st.text() | st.emails())
def test_an_address_is_one_or_none(text: str) -> None:
    found = readable_address(text)
    assert found is None or (found == readable_address(found) and found == found.lower() and "\n" not in found)
