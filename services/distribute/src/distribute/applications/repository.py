"""SQL of applications. Nobody's organisation has them: the coordination sees all, an applicant the one of its link."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from filiere.catalogue import Category
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from distribute.applications.schemas import ApplicationOut, ApplicationRowOut, PlaceForm, PublicsForm, StructureForm
from distribute.applications.status import WAITING, ApplicationStatus
from distribute.applications.structure_number import StructureNumber

_ROW = (
    "p.id, p.status, p.name, p.siret, p.rna, p.postcode, p.city, p.territory, p.locality, p.people_supported,"
    " p.sent_at, p.created_at"
)
_WHOLE = (
    f"{_ROW}, p.contact_name, p.contact_email, p.contact_phone, p.address, p.legal_form, p.publics, p.volunteers,"
    " p.may_sell, p.needs::text AS needs, p.diagnosis, p.answers::text AS answers, p.checked_at, p.decided_at,"
    " p.changed_at, p.reason, p.relais_id, p.known_at, p.campaign_id,"
    " (SELECT c.name FROM campaign c WHERE c.id = p.campaign_id) AS campaign"
)
_LISTED = Listing(_ROW, "application p", {"newest": Order(Key("p.id", Kind.ID), down=True)})


class ApplicationsRepository(Repository):
    async def lock_beginning(self) -> None:
        """One application begins, or begins to count, at a time: what is looked at before it stays true."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock(hashtextextended('applications', 0))")

    # every tenant: how many were begun, of whomever
    async def begun_lately(self, address: str) -> tuple[int, int]:
        """(in the last hour, of this address in the last day or written to then)."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) FILTER (WHERE created_at > now() - interval '1 hour'),"
            " count(*) FILTER (WHERE contact_email = $1) FROM application"
            " WHERE created_at > now() - interval '1 day'"
            " OR (contact_email = $1 AND letter_at > now() - interval '1 day')",
            address,
        )
        assert row is not None  # counts
        return row[0], row[1]

    # every tenant: whether a structure is known already, which its own applicant is told and no more
    async def is_known(self, number: StructureNumber, but: UUID | None) -> bool:
        """Whether a Relais or an application that counts, other than `but`, has this number."""
        known: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM relais WHERE siret = $1) OR EXISTS (SELECT 1 FROM application"
            " WHERE (siret = $1 OR rna = $2) AND status IN ('sent', 'taken_up', 'accepted')"
            " AND id IS DISTINCT FROM $3)",
            *(number.siret, number.rna, but),
        )
        return known

    # every tenant: how many were begun, of whomever
    async def begun_in(self, network: str | None) -> int:
        """In the last hour, of a network; of those whose network is not known, without one."""
        count: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM application WHERE created_at > now() - interval '1 hour'"
            " AND network IS NOT DISTINCT FROM $1",
            network,
        )
        return count

    # every tenant: of an application that the caller has found
    async def is_of_a_known_structure(self, application_id: UUID) -> None:
        """It ends, and nothing of it counts."""
        await (await self.driver()).execute(
            "UPDATE application SET status = 'given_up', known_at = now(), changed_at = now() WHERE id = $1",
            application_id,
        )

    # every tenant: who applies belongs to none
    async def begin(
        self,
        application_id: UUID,
        said: StructureForm,
        number: StructureNumber,
        network: str | None,
        campaign_id: UUID | None = None,
    ) -> None:
        await (await self.driver()).execute(
            "INSERT INTO application (id, status, name, siret, rna, contact_name, contact_email, contact_phone,"
            " network, campaign_id) VALUES ($1, 'started', $2, $3, $4, $5, $6, $7, $8, $9)",
            *(application_id, said.name, number.siret, number.rna),
            *(said.contact_name, said.contact_email, said.contact_phone, network, campaign_id),
        )

    # every tenant: the coordination sees all, an applicant the one whose link is signed
    async def get(self, application_id: UUID, *, for_update: bool = False) -> ApplicationOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_WHOLE} FROM application p WHERE p.id = $1{' FOR NO KEY UPDATE' if for_update else ''}",
            application_id,
        )
        return _application(row) if row is not None else None

    async def listing(self, scope: Scope, *, q: str = "", status: str = "", part: Part) -> Found[ApplicationRowOut]:
        """The newest first. `q` looks in name, town, postcode and number; no status: what was sent."""
        wanted = Where().contains("concat_ws(' ', p.name, p.city, p.postcode, p.siret, p.rna)", q)
        if scope.ids is not None:
            wanted.add("p.relais_id = ANY({}::uuid[])", scope.ids)
        if status == "waiting":
            wanted.add("p.status = ANY({}::text[])", [one.value for one in WAITING])
        elif status:
            wanted.add("p.status = {}", status)
        else:
            wanted.add("p.sent_at IS NOT NULL")
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: ApplicationRowOut(**listed(row)))

    # every tenant: of an application that the caller has found
    async def set_structure(self, application_id: UUID, said: StructureForm, number: StructureNumber) -> None:
        """Another address is to be confirmed anew."""
        await (await self.driver()).execute(
            "UPDATE application SET name = $2, siret = $3::varchar, rna = $4::varchar, contact_name = $5,"
            " contact_phone = $7,"
            " checked_at = CASE WHEN contact_email = $6 THEN checked_at END,"
            " status = CASE WHEN status <> 'sent' THEN status WHEN contact_email <> $6 THEN 'to_check'"
            " WHEN siret IS DISTINCT FROM $3::varchar OR rna IS DISTINCT FROM $4::varchar THEN 'started'"
            " ELSE status END,"
            " contact_email = $6, changed_at = now() WHERE id = $1",
            *(application_id, said.name, number.siret, number.rna, said.contact_name, said.contact_email),
            said.contact_phone,
        )

    # every tenant: of an application that the caller has found
    async def set_place(self, application_id: UUID, said: PlaceForm, territory: str, locality: str) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET address = $2, postcode = $3, city = $4, legal_form = $5, territory = $6,"
            " locality = $7, changed_at = now() WHERE id = $1",
            *(application_id, said.address, said.postcode, said.city, said.legal_form.value, territory, locality),
        )

    # every tenant: of an application that the caller has found
    async def set_publics(self, application_id: UUID, said: PublicsForm) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET publics = $2, people_supported = $3, volunteers = $4, may_sell = $5,"
            " changed_at = now() WHERE id = $1",
            *(application_id, said.publics, said.people_supported, said.volunteers, said.may_sell),
        )

    # every tenant: of an application that the caller has found
    async def set_needs(self, application_id: UUID, needs: Mapping[Category, int]) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET needs = $2::jsonb, changed_at = now() WHERE id = $1",
            *(application_id, json.dumps({category.value: count for category, count in needs.items()})),
        )

    # every tenant: of an application that the caller has found
    async def set_answers(self, application_id: UUID, version: str, answers: Mapping[str, str]) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET diagnosis = $2, answers = $3::jsonb, changed_at = now() WHERE id = $1",
            *(application_id, version, json.dumps(dict(answers))),
        )

    # every tenant: of an application that the caller has found
    async def letters_written(self, application_id: UUID, pause_s: float, most: int) -> int:
        """Note that a letter goes out: how many have; 0 within the pause after the last one, -1 after `most`."""
        written: int | None = await (await self.driver()).fetchval(
            "UPDATE application SET letter_at = now(), letters = letters + 1 WHERE id = $1 AND letters < $3"
            " AND letter_at <= now() - make_interval(secs => $2) RETURNING letters",
            *(application_id, pause_s, most),
        )
        if written is not None:
            return written
        enough: bool = await (await self.driver()).fetchval(
            "SELECT letters >= $2 FROM application WHERE id = $1", application_id, most
        )
        return -1 if enough else 0

    # every tenant: of an application that the caller has found
    async def check_id(self, application_id: UUID) -> UUID:
        """What the letter to its address is signed with."""
        found: UUID = await (await self.driver()).fetchval(
            "SELECT check_id FROM application WHERE id = $1", application_id
        )
        return found

    # every tenant: whoever has the signed link of a letter
    async def of_check(self, check_id: UUID) -> UUID | None:
        """The application whose address the letter went to; none once it has another address."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT id FROM application WHERE check_id = $1", check_id
        )
        return found

    # every tenant: of an application that the caller has found
    async def checked(self, application_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET checked_at = coalesce(checked_at, now()) WHERE id = $1", application_id
        )

    # every tenant: of an application that the caller has found
    async def move(self, application_id: UUID, status: ApplicationStatus) -> None:
        """Sent, given up, taken up."""
        await (await self.driver()).execute(
            "UPDATE application SET status = $2::text, changed_at = now(), sent_at = CASE WHEN $2::text = 'sent'"
            " THEN coalesce(sent_at, now()) ELSE sent_at END WHERE id = $1",
            *(application_id, status.value),
        )

    # every tenant: of an application that the coordination has locked
    async def decide(
        self, application_id: UUID, status: ApplicationStatus, *, reason: str | None, relais_id: UUID | None
    ) -> None:
        await (await self.driver()).execute(
            "UPDATE application SET status = $2, reason = $3, relais_id = $4, decided_at = now(), changed_at = now()"
            " WHERE id = $1",
            *(application_id, status.value, reason, relais_id),
        )

    # every tenant: what nobody went on with, of whomever
    async def forget(self) -> int:
        """Take away what led to nothing: unsent for thirty days, given up as long ago, refused a year ago."""
        rows = await (await self.driver()).fetch(
            "DELETE FROM application WHERE (status IN ('started', 'to_check', 'given_up')"
            " AND changed_at < now() - interval '30 days')"
            " OR (status = 'refused' AND changed_at < now() - interval '1 year') RETURNING id"
        )
        driver = await self.driver()
        # Which network somebody was in is counted for an hour; who was to be written to, for a year.
        await driver.execute(
            "UPDATE application SET network = NULL WHERE network IS NOT NULL AND created_at < now() - interval '1 day'"
        )
        old = await driver.fetch(
            "UPDATE application SET contact_name = '', contact_email = '', contact_phone = NULL"
            " WHERE contact_email <> '' AND status = 'accepted' AND changed_at < now() - interval '1 year' RETURNING id"
        )
        return len(rows) + len(old)


def _application(row: "asyncpg.Record") -> ApplicationOut:
    said: dict[str, Any] = dict(row)
    documents = {name: json.loads(said[name]) for name in ("needs", "answers") if said[name]}
    return ApplicationOut.model_validate({**said, **documents})
