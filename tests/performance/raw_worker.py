"""A raw process for the end-to-end comparison: `relay`, or `consume` of every n-th partition."""

import os
import sys

import uvloop

from tests.performance import raw


async def main(part: str, share: str) -> None:
    url, bootstrap, topic = os.environ["DATABASE_URL"], os.environ["KAFKA_BOOTSTRAP_SERVERS"], os.environ["TOPIC"]
    if part == "relay":
        await raw.relay(url, bootstrap, topic, None, int(os.environ["BATCH"]))
    else:
        mine, count, partitions = map(int, share.split("/"))
        await raw.consume(url, bootstrap, topic, range(mine, partitions, count), None, int(os.environ["BATCH"]))


uvloop.run(main(sys.argv[1], sys.argv[2]))
