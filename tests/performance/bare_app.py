"""A bare FastAPI route with the same SQL as the bank's command: no auth, no problem details, no logs, no metrics."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from fastapi import FastAPI
from filiere.testing.bank_api import ADD, LOCK, Balance, NewAmount
from filiere.testing.bank_events import AmountAdded

APPEND = """
WITH written AS (
    INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload) VALUES ($1, $2, $3, $4, $5, $6)
)
SELECT pg_notify('filiere_outbox', '')
"""
pool: asyncpg.Pool


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    global pool
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
    yield
    await pool.close()


app = FastAPI(lifespan=lifespan)


@app.post("/api/v1/accounts/{account}/amounts", status_code=201)
async def add_amount(account: str, body: NewAmount) -> Balance:
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetchval(LOCK, account)
        balance = await connection.fetchval(ADD, account, body.amount)
        event = AmountAdded(account=account, number=body.number, amount=body.amount)
        await connection.execute(APPEND, uuid4(), event.topic, "accounts", account, event.type, event.model_dump_json())
    return Balance(account=account, balance=balance)
