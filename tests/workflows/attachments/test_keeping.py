"""Files in the database, on both engines: kept whole, tied to what they are for, journalled, saved."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from models import Attachment, AttachmentPart, JournalEntry, Piece, Report
from models.attachment import PART_BYTES
from models.copying import copy_rows
from models.errors import BadInput, NotFound, Refused
from models.schema import upgrade
from models.session import engine_for, reading, transaction
from models.vocabulary import PieceStatus, ReportEnding, ReportKind, Role, State
from tests.workflows.attachments.samples import PDF, PNG
from tests.workflows.world import REPORTED, World, day, fill, world_in
from workflows.actors import Actor
from workflows.acts import ask_piece
from workflows.attachments.giving import give_piece, give_report
from workflows.attachments.inspecting import inspect
from workflows.attachments.keeping import (
    Owner,
    attachments_of,
    find_attachment,
    keep,
    parts_of,
    remove,
)
from workflows.audit import verify

BIG = PDF + bytes(range(256)) * 700
ASKED, GIVEN = day(2020, 12, 12), day(2020, 12, 14)


def test_a_file_comes_back_as_it_went_in_and_travels_with_the_database(
    database_url: str, tmp_path: Path
) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        owner = Owner(application_id=world.submitted().id)
        kept = keep(
            session, inspect("b.pdf", BIG, most_bytes=10**6), owner, given_by=None, now=ASKED
        )
        number = kept.id
    copy = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    upgrade(copy)
    copy_rows(database_url, copy)
    for url in (database_url, copy):
        with reading(url) as session:
            assert b"".join(parts_of(session, number)) == BIG
            sizes = session.scalars(select(func.length(AttachmentPart.content)))
            assert max(sizes) <= PART_BYTES
    engine_for(copy).dispose()


@pytest.mark.slow
def test_a_piece_comes_with_its_file(world: World) -> None:
    application = world.submitted()
    ask_piece(world.desk(ASKED), application, "Comptes approuvés")
    application = world.again(application)
    by = Actor(((Role.GRANTEE, application.applicant_id),))
    file = inspect("comptes.pdf", PDF, most_bytes=10**6)
    give_piece(world.desk(GIVEN, by), application, "Comptes approuvés", [file])

    piece = world.session.scalars(select(Piece)).one()
    (kept,) = attachments_of(world.session, Owner(application_id=application.id, piece_id=piece.id))
    assert (piece.status, kept.name) == (PieceStatus.RECEIVED, "comptes.pdf")
    entry = world.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "receive_piece")
    ).one()
    assert entry.facts["files"] == [{"sha256": file.sha256, "size": len(PDF)}]
    assert list(verify(world.session, world.call.contract)) == []


def test_without_a_file_or_without_the_right_nothing_is_kept(world: World) -> None:
    application = world.submitted()
    ask_piece(world.desk(ASKED), application, "Statuts")
    application = world.again(application)
    file = inspect("statuts.pdf", PDF, most_bytes=10**6)
    with pytest.raises(BadInput, match="Choisissez un fichier"):
        give_piece(world.desk(GIVEN), application, "Statuts", [])
    stranger = Actor(((Role.GRANTEE, -1),))
    with pytest.raises(Refused):
        give_piece(world.desk(GIVEN, stranger), application, "Statuts", [file])
    assert world.session.scalar(select(func.count(Attachment.id))) == 0


def test_a_report_comes_with_its_files_and_one_of_three_endings(world: World) -> None:
    for ending in ReportEnding:
        asked_end = date(2022, 6, 30) if ending is ReportEnding.NEW_DATES else None
        application = world.brought_to(State.REPORTING)
        by = Actor(((Role.GRANTEE, application.applicant_id),))
        files = [inspect(f"bilan{n}.png", PNG, most_bytes=10**6) for n in range(2)]
        desk = world.desk(REPORTED, by)
        report = give_report(
            desk, application, ReportKind.FINAL, files, ending=ending, asked_end=asked_end
        )
        owner = Owner(application_id=application.id, report_id=report.id)
        assert [kept.name for kept in attachments_of(world.session, owner)] == [
            "bilan0.png",
            "bilan1.png",
        ]
    assert set(world.session.scalars(select(Report.ending))) == set(ReportEnding)


def test_only_a_draft_gives_files_back(world: World) -> None:
    owner = Owner(application_id=world.submitted().id)
    file = inspect("b.pdf", PDF, most_bytes=10**6)
    kept = keep(world.session, file, owner, given_by=None, now=ASKED)
    with pytest.raises(NotFound):
        remove(world.session, owner, kept.id)
    assert find_attachment(world.session, kept.id).name == "b.pdf"
    with pytest.raises(NotFound):
        find_attachment(world.session, kept.id + 1)


def test_a_file_belongs_to_something(database_url: str) -> None:
    with pytest.raises(IntegrityError), engine_for(database_url).begin() as connection:
        connection.execute(
            insert(Attachment).values(
                name="a.pdf", media_type="application/pdf", size=1, sha256="0" * 64, given_at=ASKED
            )
        )
