"""The bank's one command, for the benchmark of the house around a command."""

from typing import Annotated

from pydantic import BaseModel, Field

from filiere import outbox
from filiere.database import Repository
from filiere.testing.bank_events import AmountAdded
from filiere.web import NotFound, Principal, Role, WriteSession, allow, api_router, raises

LOCK = "SELECT balance FROM account WHERE account = $1 FOR UPDATE"
ADD = "UPDATE account SET balance = balance + $2 WHERE account = $1 RETURNING balance"

router = api_router("/accounts")


class NewAmount(BaseModel):
    number: Annotated[int, Field(ge=0)]
    amount: Annotated[int, Field(ge=1, le=1_000_000)]


class Balance(BaseModel):
    account: str
    balance: int


class AccountNotFound(NotFound):
    def __init__(self, account: str) -> None:
        super().__init__(f"Le compte {account} n'existe pas.")


class AccountRepository(Repository):
    async def balance_for_update(self, account: str) -> int | None:
        balance: int | None = await (await self.driver()).fetchval(LOCK, account)
        return balance

    async def add(self, account: str, amount: int) -> int:
        return int(await (await self.driver()).fetchval(ADD, account, amount))


@router.post("/{account}/amounts", status_code=201, responses=raises(AccountNotFound))
async def add_amount(
    account: str, body: NewAmount, _: Annotated[Principal, allow(Role.SERVICE)], session: WriteSession
) -> Balance:
    """Lock the account, add, append the event: the shape of every command of the services."""
    repository = AccountRepository.from_session(session)
    if await repository.balance_for_update(account) is None:
        raise AccountNotFound(account)
    balance = await repository.add(account, body.amount)
    await outbox.append(session, [AmountAdded(account=account, number=body.number, amount=body.amount)])
    return Balance(account=account, balance=balance)
