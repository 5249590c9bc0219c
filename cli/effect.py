"""`jalon reminders effect`: the time from each reminder to the answer."""

from cli.common import emit_json, table
from config.i18n import gettext as _
from models.session import reading
from notifications.mail_words import mail_label
from workflows.effect import Effect, effects
from workflows.queries import get_contract


def show(contract: str | None, *, by_pilot: bool, json: bool) -> None:
    """By kind of mail and rung, and by pilot when it is asked for; JSON always tells the pilot."""
    with reading() as session:
        found = effects(session, get_contract(session, contract).id, by_pilot=by_pilot or json)
    if json:
        emit_json([effect._asdict() for effect in found])
        return
    pilot = [_("Pilote")] if by_pilot else []
    table(
        _("Effet des rappels : {count} envois").format(count=sum(e.sent for e in found)),
        [*pilot, _("Courriel"), _("Rappel"), _("Envoyés"), _("Suivis d’une réponse"),
         _("Jours, médiane"), _("Jours, au plus")],
        [[*([e.pilot] if by_pilot else []), *_line(e)] for e in found],
        right=tuple(range(len(pilot) + 2, len(pilot) + 6)),
    )  # fmt: skip


def _line(effect: Effect) -> list[object]:
    share = f"{effect.answered} ({100 * effect.answered // effect.sent} %)"
    middle = "–" if effect.median_days is None else f"{effect.median_days:g}".replace(".", ",")
    longest = "–" if effect.longest_days is None else effect.longest_days
    return [mail_label(effect.template), effect.rung or _("premier envoi"), effect.sent, share,
            middle, longest]  # fmt: skip
