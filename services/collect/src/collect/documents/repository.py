"""Queries of documents."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from collect.documents.kinds import DocumentKind
from collect.documents.schemas import DocumentOut

_COLUMNS = "id, donation_id, kind, number, code, sha256, size, issued_at"


class DocumentRepository(Repository):
    async def next_number_for_update(self, kind: DocumentKind, year: int) -> tuple[int, str]:
        """(sequence, number): locked until the transaction ends, and given back when it fails, so that none is lost."""
        sequence: int = await (await self.driver()).fetchval(
            """INSERT INTO document_counter (kind, year, last) VALUES ($1, $2, 1)
            ON CONFLICT (kind, year) DO UPDATE SET last = document_counter.last + 1 RETURNING last""",
            *(kind.value, year),
        )
        return sequence, f"{kind.prefix}-{year}-{sequence:05d}"

    # every tenant: of a subject that whoever asked may see
    async def newest_with(self, subject: str, content_sha256: str) -> UUID | None:
        """The newest document of this subject, when it says just this."""
        found: UUID | None = await (await self.driver()).fetchval(
            """SELECT id FROM (
                SELECT id, content_sha256 FROM document WHERE subject = $1 ORDER BY issued_at DESC LIMIT 1
            ) AS newest WHERE content_sha256 = $2""",
            *(subject, content_sha256),
        )
        return found

    # every tenant: of a document that whoever asked may see
    async def know(self, document_id: UUID, *, few: bool | None) -> None:
        """Whether it tells of fewer than five people, of one that was issued before that was kept."""
        await (await self.driver()).execute(
            "UPDATE document SET few = $2 WHERE id = $1 AND few IS NULL", document_id, few
        )

    # every tenant: for a donor that whoever asked acts for
    async def keep(
        self,
        donor_id: UUID,
        donation_id: UUID | None,
        kind: DocumentKind,
        subject: str,
        on: date,
        numbered: tuple[int, str],
        code: str,
        content_sha256: str,
        sha256: str,
        pdf: bytes,
        issued_at: datetime,
        *,
        few: bool | None = None,
    ) -> UUID:
        """`few`: whether it tells of fewer than five people; None where that is not asked."""
        driver = await self.driver()
        document_id = uuid7()
        await driver.execute(
            """INSERT INTO document (donor_id, id, donation_id, kind, subject, year, sequence, number, code,
                                     content_sha256, sha256, size, issued_at, few)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
            *(donor_id, document_id, donation_id, kind.value, subject, on.year, *numbered, code),
            *(content_sha256, sha256, len(pdf), issued_at, few),
        )
        await driver.execute(
            "INSERT INTO document_content (donor_id, document_id, pdf) VALUES ($1, $2, $3)",
            *(donor_id, document_id, pdf),
        )
        return document_id

    async def newest_of(self, scope: Scope, subjects: Sequence[str]) -> dict[str, DocumentOut]:
        """The document that holds of each subject that has one, by subject."""
        rows = await (await self.driver()).fetch(
            f"""SELECT DISTINCT ON (subject) subject, {_COLUMNS} FROM document
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND subject = ANY($2)
            ORDER BY subject, issued_at DESC, id DESC""",
            scope.ids,
            list(subjects),
        )
        return {row["subject"]: DocumentOut.model_validate(dict(row)) for row in rows}

    # every tenant: of a donation that a link opens
    async def newest_to_share(self, kinds: Sequence[str], subjects: Sequence[str]) -> list[DocumentOut]:
        """The newest document of each kind that says nothing of fewer than five people; `subjects`: where they are."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM (
                SELECT DISTINCT ON (kind) * FROM document WHERE subject = ANY($2) AND NOT coalesce(few, true)
                ORDER BY kind, issued_at DESC, id DESC
            ) AS newest ORDER BY array_position($1::text[], kind)""",
            list(kinds),
            list(subjects),
        )
        return [DocumentOut.model_validate(dict(row)) for row in rows]

    # every tenant: the worker draws for whoever has a link
    async def unknown_behind_links(
        self, kinds: Sequence[DocumentKind], purpose: str, job_kind: str, limit: int
    ) -> list[tuple[DocumentKind, UUID]]:
        """Kind and donation of the newest papers of which it is not known whether they count fewer than five people,
        where a link is open; none that was asked for lately."""
        rows = await (await self.driver()).fetch(
            """SELECT d.kind, d.donation_id FROM (
                SELECT DISTINCT subject_id FROM link
                WHERE purpose = $2 AND revoked_at IS NULL AND expires_at > now()
            ) AS l
            CROSS JOIN unnest($1::text[]) AS k(kind)
            CROSS JOIN LATERAL (
                SELECT kind, donation_id, subject, few FROM document
                WHERE subject = k.kind || ':donation:' || l.subject_id ORDER BY issued_at DESC, id DESC LIMIT 1
            ) AS d
            WHERE d.few IS NULL AND NOT EXISTS (SELECT FROM job j WHERE j.kind = $3 AND j.key = d.subject)
            ORDER BY d.donation_id, d.kind LIMIT $4""",
            *(list(kinds), purpose, job_kind, limit),
        )
        return [(DocumentKind(row["kind"]), row["donation_id"]) for row in rows]

    async def of_donation(self, scope: Scope, donation_id: UUID, limit: int) -> list[DocumentOut]:
        """All that was issued about a donation, the newest first; not what is drawn for its links alone."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM document
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2
              AND split_part(subject, ':', 2) <> 'link'
            ORDER BY issued_at DESC, id DESC LIMIT $3""",
            scope.ids,
            *(donation_id, limit),
        )
        return [DocumentOut.model_validate(dict(row)) for row in rows]

    async def get(self, scope: Scope, document_id: UUID) -> DocumentOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM document WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2",
            scope.ids,
            document_id,
        )
        return DocumentOut.model_validate(dict(row)) if row is not None else None

    async def pdf(self, scope: Scope, document_id: UUID) -> bytes | None:
        found: bytes | None = await (await self.driver()).fetchval(
            "SELECT pdf FROM document_content WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND document_id = $2",
            scope.ids,
            document_id,
        )
        return found

    # every tenant: a public question, answered without a word about whom it is for
    async def confirmed(self, code: str) -> tuple[DocumentOut, str | None] | None:
        """The document of this code, and the number of the one that replaced it, if one did."""
        row = await (await self.driver()).fetchrow(
            f"""SELECT {_COLUMNS}, (
                SELECT n.number FROM document n WHERE n.subject = d.subject ORDER BY n.issued_at DESC, n.id DESC LIMIT 1
            ) AS newest FROM document d WHERE code = $1""",
            code,
        )
        if row is None:
            return None
        document = DocumentOut.model_validate({k: v for k, v in row.items() if k != "newest"})
        return document, row["newest"] if row["newest"] != document.number else None
