"""`jalon outbox batches`: the runs of reminders that were held, and why."""

from cli.common import emit_json, table
from config.i18n import gettext as _
from models.session import reading
from workflows.batches import list_batches


def told(*, json: bool) -> None:
    """Show them, the latest first."""
    with reading() as session:
        found = list_batches(session)
    if json:
        emit_json([batch._asdict() for batch in found])
        return
    table(
        _("Lots retenus : {count}").format(count=sum(1 for b in found if b.released is None)),
        [_("Lot"), _("Courriels"), _("Retenus"), _("Pourquoi"), _("Libéré")],
        [(b.batch, b.digests, b.waiting, b.because,
          b.released and f"{b.released:%d/%m/%Y}, {b.released_by}")
         for b in found],
        right=(1, 2),
    )  # fmt: skip
