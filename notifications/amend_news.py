"""What the applicant is written when their application was amended, by them or by the team."""

from datetime import UTC, date, datetime

from models.vocabulary import Role
from notifications.cause import Cause
from notifications.changes import Changed, changed
from notifications.contexts import AboutApplication
from notifications.reading import about, today
from notifications.samples import ABOUT
from notifications.wording import Words


class Amended(AboutApplication):
    """To the grantee: what changed, when and by whom; until when it may change again (None: no more)."""

    by_team: bool
    at: datetime
    reason: Words
    changes: tuple[Changed, ...]
    received_at: datetime
    until: date | None


def amended(cause: Cause) -> Amended:
    application = cause.application
    call = application.call
    return Amended(
        **about(cause),
        by_team=cause.entry.actor_role is not Role.GRANTEE,
        at=cause.now,
        reason=cause.reason,
        changes=changed(cause.entry.facts),
        received_at=application.received_at,
        until=call.closes_on if call.opens_on <= today(cause) <= call.closes_on else None,
    )


AMENDED = Amended(
    **ABOUT,
    by_team=False,
    at=datetime(2020, 12, 18, 17, 42, tzinfo=UTC),
    reason="",
    changes=(
        Changed(field="title", label="titre"),
        Changed(field="charges", label="total des charges", old="40 000,50 €", new="42 000,50 €"),
        Changed(field="asked-2", label="montant demandé à « Ville »", old="6 000 €", new="8 000 €"),
        Changed(field="files", label="fichiers ajoutés : 1"),
    ),
    received_at=datetime(2020, 12, 10, 8, 12, tzinfo=UTC),
    until=date(2021, 1, 4),
)
