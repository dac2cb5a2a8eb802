"""`python -m filiere.kafka topics plan|apply`: make the broker's topics what `contracts/topics.yaml` says."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from filiere.kafka.client import KafkaAdmin, topic_settings
from filiere.kafka.ports import BrokerUnavailable, TopicRefused
from filiere.kafka.topics import Declared, Step, TopicsFileUnreadable, Verdict, plan, read_topics, table
from filiere.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The broker.")
topics = typer.Typer(no_args_is_help=True, help="Topics: what should be, what is, and the way there.")
app.add_typer(topics, name="topics")

File = Annotated[Path | None, typer.Option(help="Instead of KAFKA_TOPICS_FILE.")]
IN_ORDER, FAILED, PENDING = 0, 1, 2


@topics.command("plan")
def plan_(file: File = None) -> None:
    """Show what `apply` would do. Exit status: 0 all in order, 2 something to do, 1 something cannot be done."""
    settings, declared = _read(file)
    steps = asyncio.run(_plan(settings, declared))
    _say(table(steps))
    if any(step.verdict is Verdict.CANNOT for step in steps):
        raise typer.Exit(FAILED)
    raise typer.Exit(PENDING if any(step.verdict is not Verdict.IN_ORDER for step in steps) else IN_ORDER)


@topics.command()
def apply(
    file: File = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    add_partitions: Annotated[
        bool, typer.Option("--add-partitions", help="Also grow topics in use; only while every worker is stopped.")
    ] = False,
) -> None:
    """Show the plan, ask, do it. Exit status: 0 everything is in order now, 1 something is not."""
    settings, declared = _read(file)
    steps = asyncio.run(_plan(settings, declared))
    _say(table(steps))
    todo = [step for step in steps if step.verdict not in (Verdict.IN_ORDER, Verdict.CANNOT)]
    if todo and not yes and not typer.confirm(f"Do these {len(todo)} steps?"):
        _fail("Nothing was changed.")
    done = asyncio.run(_apply(settings, declared, todo, add_partitions=add_partitions))
    if not done or any(step.verdict is Verdict.CANNOT for step in steps):
        raise typer.Exit(FAILED)


def _read(file: Path | None) -> tuple[Settings, list[Declared]]:
    settings = Settings()
    logging.disable(logging.ERROR)  # a command's answer is its table, or one sentence
    try:
        return settings, read_topics(file or settings.kafka_topics_file)
    except TopicsFileUnreadable as error:
        _fail(str(error))


async def _plan(settings: Settings, declared: Sequence[Declared]) -> list[Step]:
    try:
        async with KafkaAdmin(settings) as admin:
            found = await admin.topics([each.topic.name for each in declared])
            copies = settings.replication_factor
            wanted = [(each.topic, topic_settings(each.topic, settings, copies)) for each in declared]
            return plan(wanted, found, brokers=await admin.brokers(), replication=copies)
    except (BrokerUnavailable, TimeoutError) as error:
        _fail(_silent(settings, error))


async def _apply(
    settings: Settings, declared: Sequence[Declared], steps: Sequence[Step], *, add_partitions: bool
) -> bool:
    """Whether every step was done; says of each what came of it."""
    services = {each.topic.name: (each.owner, *each.consumers) for each in declared}
    good = True
    try:
        async with KafkaAdmin(settings) as admin:
            for step in steps:
                try:
                    outcome = await _do(admin, settings, step, services[step.topic.name], grow=add_partitions)
                except TopicRefused as error:
                    good, outcome = False, f"refused: {error}"
                _say(f"{step.topic.name}: {outcome}")
    except (BrokerUnavailable, TimeoutError) as error:
        _fail(_silent(settings, error))
    return good


async def _do(admin: KafkaAdmin, settings: Settings, step: Step, services: Sequence[str], *, grow: bool) -> str:
    name = step.topic.name
    match step.verdict:
        case Verdict.CREATE:
            created = await admin.create(step.topic, settings.replication_factor)
            return "created" if created else "somebody else has created it meanwhile"
        case Verdict.CHANGE:
            await admin.change(name, step.settings or {})
            return "changed"
        case _:
            await _may_grow(admin, name, services, asked=grow)
            await admin.add_partitions(name, step.partitions)
            return f"has {step.partitions} partitions now"


async def _may_grow(admin: KafkaAdmin, name: str, services: Sequence[str], *, asked: bool) -> None:
    """A key moves to another partition then: newer events of a device must not overtake those not read yet.

    Raises TopicRefused while somebody works or something waits. The first name is the owner's.
    """
    if not asked:
        raise TopicRefused("add partitions with --add-partitions, while every worker is stopped (docs/operations.md)")
    for service in dict.fromkeys(services):
        if await admin.members(service):
            raise TopicRefused(f"workers of {service} are running: stop them first")
    for service in services[1:]:
        if waiting := await admin.unread(service, name):
            raise TopicRefused(f"{service} has not read {waiting} events yet: stop the apis, wait, stop the workers")


def _silent(settings: Settings, error: Exception) -> str:
    cause = type(error.__cause__ or error).__name__
    return f"Kafka at {settings.kafka_bootstrap_servers} (KAFKA_BOOTSTRAP_SERVERS) does not answer: {cause}."


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(FAILED)


if __name__ == "__main__":
    app()
