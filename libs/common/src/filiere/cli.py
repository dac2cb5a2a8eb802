"""`python -m <service> …`: every command of a service."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from filiere.database import Database
from filiere.dead_letter.repository import DeadLetterRepository
from filiere.exposure import Guessable, refuse_guessable
from filiere.inbox import InboxRepository
from filiere.kafka.processing import Processor
from filiere.kafka.replay import discard, replay
from filiere.outbox import OutboxRepository
from filiere.service import Service
from filiere.settings import SettingsT
from filiere.telemetry.logs import configure_logs
from filiere.telemetry.metrics import Part, begin
from filiere.telemetry.tracing import configure_tracing

MANY = 1_000_000  # more than anybody lists


def main(service: Service[SettingsT]) -> None:
    """Run the command line of one service."""
    commands(service)()


def commands(service: Service[SettingsT]) -> typer.Typer:
    """The command line of one service, as a typer application."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # its boxes repeat local variables: data has no place in a log
        help=f"Filière, {service.title.lower()}.",
    )
    events = typer.Typer(no_args_is_help=True, help="Dead letters and the outbox.")
    members = typer.Typer(no_args_is_help=True, help="Who may act.")
    app.add_typer(events, name="events")
    sessions = typer.Typer(no_args_is_help=True, help="Who is logged in.")
    app.add_typer(members, name="members")
    app.add_typer(sessions, name="sessions")
    load: Callable[[], SettingsT] = service.settings

    @app.command()
    def api() -> None:
        """Serve the API and the pages."""
        settings = _defended(load(), "session_secret", "oidc_client_secret", "database_url", *service.secrets)
        from filiere.web.server import serve

        serve(service, _started(service, Part.API, settings))

    @app.command()
    def worker() -> None:
        """Relay the outbox and consume events."""
        import uvloop

        settings = _started(service, Part.WORKER, _defended(load(), "database_url", "kafka_password"))
        uvloop.run(_work(service, settings))

    @app.command()
    def migrate() -> None:
        """Bring the database to the newest revision."""
        from filiere.database import migrations

        settings = _defended(load(), "database_url")
        migrations.upgrade(service.migrations, settings.database_url.get_secret_value(), service.tables())

    @app.command()
    def check() -> None:
        """Fail when the declared tables and the migrated database differ."""
        from filiere.database import migrations

        migrations.check(service.migrations, load().database_url.get_secret_value(), service.tables())

    @app.command()
    def revision(message: str, number: str) -> None:
        """Write a migration from the difference between the declared tables and the database."""
        from filiere.database import migrations

        url = load().database_url.get_secret_value()
        migrations.revision(service.migrations, url, service.tables(), message, number)

    @app.command()
    def settings() -> None:
        """Print every setting, secrets masked."""
        fields = service.settings.model_fields
        for name, value in load().printable().items():
            say(f"{name}={value}\t# {fields[name.lower()].description}")

    @events.command("list")
    def list_(everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False) -> None:
        """One JSON line per dead letter, oldest first."""

        async def work(database: Database) -> None:
            async with database.read() as session:
                letters = await DeadLetterRepository.from_session(session).listing(
                    service.name, status=None if everything else "open"
                )
            for letter in letters:
                say(
                    json.dumps(
                        {
                            "id": letter.id,
                            "status": letter.status,
                            "reason": letter.reason,
                            "detail": letter.detail,
                            "topic": letter.topic,
                            "key": letter.key,
                            "type": letter.type,
                            "attempts": letter.attempts,
                            "at": letter.created_at.isoformat(),
                        },
                        ensure_ascii=False,
                    )
                )

        with_database(service, work)

    @events.command("replay")
    def replay_(letter_id: int) -> None:
        """Apply a dead letter and those that wait behind it, in order."""

        async def work(database: Database) -> None:
            processor = Processor(database, service.name, service.subscriptions, load())
            done = await replay(database, processor, letter_id)
            say(f"{done.applied} applied")
            if done.stopped_at is not None:
                raise ValueError(f"stopped at letter {done.stopped_at}: {done.why}")

        with_database(service, work)

    @events.command("discard")
    def discard_(letter_id: int) -> None:
        """Give up a dead letter; those behind it stay parked until replayed."""

        async def work(database: Database) -> None:
            say(f"discarded; {await discard(database, letter_id)} wait behind it")

        with_database(service, work)

    @events.command()
    def republish(
        since: Annotated[datetime | None, typer.Option(help="Events created at or after this moment.")] = None,
        everything: Annotated[bool, typer.Option("--all", help="The whole outbox.")] = False,
    ) -> None:
        """Send published events again, in order: after a broker was lost. Consumers skip what they have."""
        moment = _moment(since, everything=everything)

        async def work(database: Database) -> None:
            async with database.unit_of_work() as session:
                count = await OutboxRepository.from_session(session).republish(moment)
            say(f"{count} events will be sent again")

        with_database(service, work)

    if service.reapplies:

        @events.command()
        def forget(
            since: Annotated[datetime | None, typer.Option(help="Events applied at or after this moment.")] = None,
            everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
        ) -> None:
            """Apply events again when their owners republish them: repairs what was read of them wrongly."""
            moment = _moment(since, everything=everything)

            async def work(database: Database) -> None:
                async with database.unit_of_work() as session:
                    count = await InboxRepository.from_session(session).forget(service.name, moment)
                say(f"{count} events forgotten; send them again with `events republish` of their owners")

            with_database(service, work)

    if service.keeps_files:
        files = typer.Typer(no_args_is_help=True, help="Files that people brought.")
        app.add_typer(files, name="files")

        @files.command("clean-photos")
        def clean_photos() -> None:
            """Take place, time and camera off photos that came before this was done at the door. Once or twice."""
            from filiere.files.old_photos import clean_old_photos
            from filiere.files.store import ready

            async def work(database: Database) -> None:
                outcomes: Counter[str] = Counter()
                async for one in clean_old_photos(database, await ready(load().files)):
                    outcomes[one.outcome] += 1
                    if one.outcome != "clean":
                        say(json.dumps({"file": one.hash, "is": one.outcome, "now": one.now, "named_by": one.names}))
                say(f"{outcomes.total()} photos: " + ", ".join(f"{n} {word}" for word, n in sorted(outcomes.items())))

            with_database(service, work)

    @members.command()
    def grant(
        subject: str,
        role: str,
        organisation: Annotated[UUID | None, typer.Option(help="Not for coordinator and service.")] = None,
    ) -> None:
        """Let a person of the identity provider act in a role."""
        from filiere.roles import Role
        from filiere.web.memberships import grant as grant_membership

        async def work(database: Database) -> None:
            async with database.unit_of_work() as session:
                await grant_membership(session, subject, Role(role), organisation)
            say(f"{subject} is {role}")

        with_database(service, work)

    @members.command("list")
    def list_members(
        person: Annotated[str | None, typer.Option(help="Only this subject.")] = None,
        organisation: Annotated[UUID | None, typer.Option(help="Only who acts for this one.")] = None,
    ) -> None:
        """One JSON line per role that somebody has, by subject."""
        from filiere.web.repository import MembershipRepository

        async def work(database: Database) -> None:
            async with database.read() as session:
                found, _ = await MembershipRepository(session).listing(person, organisation, MANY, 0)
            for one in found:
                named = str(one.organisation_id) if one.organisation_id is not None else None
                line = {"subject": one.subject, "role": one.role, "organisation": named, "since": one.since.isoformat()}
                say(json.dumps(line, ensure_ascii=False))

        with_database(service, work)

    @members.command()
    def revoke(
        subject: str,
        role: Annotated[str | None, typer.Argument(help="One role; without it everything, sessions too.")] = None,
        organisation: Annotated[UUID | None, typer.Option(help="With a role of an organisation.")] = None,
    ) -> None:
        """Take a role away from a person; without a role show them out: every role, session and token."""
        from filiere.roles import Role
        from filiere.web.memberships import revoke as revoke_membership
        from filiere.web.memberships import show_out

        async def work(database: Database) -> None:
            async with database.unit_of_work() as session:
                if role is None:
                    say(f"{subject} was shown out; roles taken away: {await show_out(session, subject)}")
                elif await revoke_membership(session, subject, Role(role), organisation):
                    say(f"{subject} is no longer {role}")
                else:
                    raise LookupError(f"{subject} was not {role} there")

        with_database(service, work)

    @sessions.command()
    def end(
        person: Annotated[str | None, typer.Option(help="A subject of the identity provider.")] = None,
        organisation: Annotated[UUID | None, typer.Option(help="All who act for it.")] = None,
        everybody: Annotated[bool, typer.Option("--everybody", help="All.")] = False,
    ) -> None:
        """Log out: what was begun or given out until now is refused within five seconds. Roles stay."""
        from filiere.web.memberships import WhomToEnd, end_sessions

        async def work(database: Database) -> None:
            async with database.unit_of_work() as session:
                try:
                    await end_sessions(
                        session, load(), subject=person, organisation_id=organisation, everybody=everybody
                    )
                except WhomToEnd:
                    raise ValueError("Say --person SUBJECT, --organisation ID or --everybody.") from None
            say("ended; they log in again")

        with_database(service, work)

    return app


def _defended(settings: SettingsT, *secrets: str) -> SettingsT:
    """The settings, or one sentence on stderr and exit status 1 when a secret they hold does not protect."""
    try:
        refuse_guessable(settings, *secrets)
    except Guessable as why:
        fail(str(why))
    return settings


def _started(service: Service[SettingsT], part: Part, settings: SettingsT) -> SettingsT:
    configure_logs(service.name, format_=settings.log_format, level=settings.log_level)
    configure_tracing(service.name, part, settings.otlp_endpoint, settings.otlp_sample_ratio)
    begin(service.name, part)
    return settings


def with_database(service: Service, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Run an operator's command; an expected failure is one sentence on stderr and exit status 1."""

    async def run() -> None:
        database = Database(service.settings().database_url.get_secret_value(), pool_size=2)
        try:
            await work(database)
        finally:
            await database.dispose()

    try:
        asyncio.run(run())
    except (LookupError, ValueError, OSError) as error:
        fail(str(error))


async def _work(service: Service[SettingsT], settings: SettingsT) -> None:
    from filiere.worker import Worker

    await Worker(service, settings).run()


def _moment(since: datetime | None, *, everything: bool) -> datetime | None:
    """From when on, None for all; a command that would send a whole log again is told so in words."""
    if (since is None) == (not everything):
        fail("Say --since MOMENT or --all.")
    return since.replace(tzinfo=since.tzinfo or UTC) if since else None


def say(line: str) -> None:
    """A line of a command's answer."""
    sys.stdout.write(line + "\n")


def fail(sentence: str) -> None:
    """End a command with a sentence on stderr and exit status 1."""
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(1)
