"""Bodies of thousands of items: what a route says of them, and how they are refused; work in turns."""

import asyncio
import time
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from filiere.loop_turns import TURN_S, in_turns
from filiere.web.large import LargeBody, large_answer
from filiere.web.problems import install
from pydantic import BaseModel, Field
from starlette.responses import Response


class Parcel(BaseModel):
    weights: list[Annotated[int, Field(ge=1)]]


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.post("/api/v1/parcels", response_model=Parcel, status_code=201)
    async def send(body: LargeBody[Parcel]) -> Response:
        return await large_answer(await body.validated(), 201)

    return app


async def test_a_large_body_is_described_and_answered_as_its_model(app: FastAPI) -> None:
    operation = app.openapi()["paths"]["/api/v1/parcels"]["post"]
    parcel = {"$ref": "#/components/schemas/Parcel"}
    assert operation["requestBody"]["content"]["application/json"]["schema"] == parcel
    assert operation["responses"]["201"]["content"]["application/json"]["schema"] == parcel
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        made = await http.post("/api/v1/parcels", json={"weights": [1, 2]})
        assert (made.status_code, made.json()) == (201, {"weights": [1, 2]})


@pytest.mark.parametrize(
    ("body", "field"), [({"weights": [1, 0]}, "weights.1"), ({}, "weights"), ([], "body"), (None, "body")]
)
async def test_a_large_body_is_refused_as_any_other(app: FastAPI, body: object, field: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        refused = await http.post("/api/v1/parcels", json=body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_of_many_errors_the_first_are_told_and_the_others_counted(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        refused = (await http.post("/api/v1/parcels", json={"weights": [0] * 1000})).json()
    assert [error["field"] for error in refused["errors"]] == [f"weights.{n}" for n in range(100)]
    assert refused["more_errors"] == 900


def work(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


async def test_long_work_gives_way_between_its_turns() -> None:
    beside = 0

    async def somebody_else() -> None:
        nonlocal beside
        while True:
            beside += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(somebody_else())
    async for _ in in_turns(range(10)):
        work(TURN_S)
    task.cancel()
    assert beside >= 10
