"""A mail that asks for something is not sent once that thing is done."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models import Message
from models.session import reading, transaction
from models.vocabulary import MessageStatus, State, Verdict
from notifications.catcher import Catcher
from tests.workflows.world import CHECKED, GIVEN_ON, world_in
from workflows.acts import ask_piece, give_opinion, receive_piece
from workflows.sweeps import deliver_mail

pytestmark = pytest.mark.slow


def delivered(url: str, folder: Path) -> dict[str, MessageStatus]:
    with Catcher(folder) as catcher:
        deliver_mail(catcher.relay, lambda: GIVEN_ON, url=url)
    with reading(url) as session:
        return {m.template: m.status for m in session.scalars(select(Message))}


def test_an_opinion_already_given_is_not_asked_for(world_url: str, tmp_path: Path) -> None:
    with transaction(world_url) as session:
        world = world_in(session)
        application = world.brought_to(State.ELIGIBLE)
        pilot = application.fiche.pilots[0].organisation
        give_opinion(world.desk(GIVEN_ON), application, pilot, Verdict.FAVOURABLE)

    sent = delivered(world_url, tmp_path)

    assert sent["opinion_asked"] is MessageStatus.CANCELLED
    assert sent["eligible"] is MessageStatus.SENT


def test_a_piece_still_awaited_is_asked_for_and_one_received_is_not(
    world_url: str, tmp_path: Path
) -> None:
    with transaction(world_url) as session:
        world = world_in(session)
        ask_piece(world.desk(CHECKED), world.submitted(), "RIB")
        done = world.submitted()
        ask_piece(world.desk(CHECKED), done, "RIB")
        receive_piece(world.desk(CHECKED), done, "RIB")

    delivered(world_url, tmp_path)

    with reading(world_url) as session:
        asked = session.scalars(
            select(Message.status).where(Message.template == "missing_piece").order_by(Message.id)
        )
        assert list(asked) == [MessageStatus.SENT, MessageStatus.CANCELLED]
