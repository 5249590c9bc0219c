"""What a program says with a move, and what it means for the application."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool

from config.i18n import gettext as _
from models import Application
from models.errors import BadInput
from models.vocabulary import Trigger
from web.api.fields import Day, Given, Line, MoneyIn, Words
from workflows import move as moving
from workflows.possible import decision_day


class Advance(Given):
    """A move, and what is said with it."""

    trigger: Trigger = Field(examples=["declare_eligible"])
    reason: Words = ""
    session: Day | None = Field(None, description="The committee day, for `refer`.")
    amounts: Annotated[dict[Line, MoneyIn], Field(max_length=50)] = Field(
        default_factory=dict,
        description="By funder, for `award`; 0 refuses.",
        examples=[{"Ville": "3000.00"}],
    )
    decision_reference: Words = Field("", description="The committee's label without it.")
    decided_on: Day | None = Field(
        None, description="The committee's day without it, once it came."
    )
    to_repay: MoneyIn | None = None
    dry_run: StrictBool = Field(False, description="Tell what it would do; nothing is kept.")


def given_of(application: Application, body: Advance, today: date) -> moving.Given:
    """What is said with a move; raises `BadInput` for a funder or a day that is not its own."""
    if body.trigger is Trigger.SUBMIT:
        raise BadInput(_("Un dossier est déposé par POST /api/v1/applications."))
    held = application.session
    return moving.Given(
        reason=body.reason,
        session_id=_session_id(application, body.session),
        amounts={line_id(application, name): value for name, value in body.amounts.items()},
        decision_reference=body.decision_reference or (held.label if held else ""),
        decided_on=body.decided_on or decision_day(application, today),
        to_repay=body.to_repay,
    )


def _session_id(application: Application, day: date | None) -> int | None:
    if day is None:
        return None
    by_day = {planned.held_on: planned.id for planned in application.call.sessions}
    if day not in by_day:
        raise BadInput(
            _("Pas de séance du comité le {day} ; séances prévues : {known}.").format(
                day=f"{day:%d/%m/%Y}",
                known=", ".join(f"{held:%d/%m/%Y}" for held in by_day) or _("aucune"),
            )
        )
    return by_day[day]


def line_id(application: Application, funder: str) -> int:
    """The line of a funder, by its name; raises `BadInput`."""
    for line in application.lines:
        if line.funder.name.casefold() == funder.casefold():
            return line.id
    raise BadInput(
        _("« {funder} » n’est pas sollicité sur ce dossier ; financeurs : {names}.").format(
            funder=funder, names=", ".join(line.funder.name for line in application.lines)
        )
    )
