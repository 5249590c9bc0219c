"""Is this installation in order? One line per thing looked at, and what to do about it.

Nothing is changed and no mail is sent. Each check stands alone: one that fails hides no other.
"""

from collections.abc import Iterator
from datetime import datetime

from config.i18n import gettext as _
from config.settings import Settings
from models.errors import JalonError
from workflows.checkups import ground, mail, works
from workflows.findings import Check, Finding, Health

__all__ = ["CHECKS", "Finding", "Health", "examine"]

CHECKS: tuple[Check, ...] = (
    ground.database,
    ground.migrations,
    ground.clock,
    ground.time_zone,
    works.schedule,
    mail.relay,
    mail.sender,
    mail.outbox,
    mail.returns,
    ground.disk,
    works.backup,
    works.holidays,
    ground.secrets,
)


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Every finding, in the order in which to mend them; raises nothing of ours."""
    return [finding for check in CHECKS for finding in _safely(check, settings, now)]


def _safely(check: Check, settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        yield from check(settings, now)
    except (JalonError, OSError) as error:
        todo = _("Réparez d’abord ce qui précède.")
        if check is CHECKS[0]:
            todo = _("Vérifiez JALON_DATABASE_URL, et que la base tourne.")
        elif check is CHECKS[1]:
            todo = _("Lancez « jalon init ».")
        yield Finding(check.__name__, Health.ILL, str(error), todo)
