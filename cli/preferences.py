"""`jalon people preferences`: which mail a person wants, and how often."""

from collections.abc import Sequence
from datetime import datetime

from cli.common import emit_json, table
from config.i18n import gettext as _
from config.labels import frequency_label
from models.errors import BadInput
from models.session import reading, transaction
from notifications.mail_words import mail_label
from workflows.people import person_of
from workflows.preferences import choices_of, choose


def change(email: str, given: Sequence[str], now: datetime) -> None:
    """Keep every choice, or none of them."""
    with transaction() as session:
        person = person_of(session, email)
        for one in given:
            template, equals, wanted = one.partition("=")
            if not equals:
                raise BadInput(
                    _(
                        "« {one} » est illisible : écrivez par exemple reminder_digest=weekly."
                    ).format(one=one)
                )
            choose(session, person, template, wanted, now)


def show(email: str, *, json: bool) -> None:
    """Every kind of mail that can be chosen."""
    with reading() as session:
        found = choices_of(session, person_of(session, email))
    if json:
        emit_json([choice._asdict() for choice in found])
        return
    table(
        _("Courriels que {email} peut régler").format(email=email),
        [_("Modèle"), _("Courriel"), _("Rythme"), _("Choix possibles")],
        [
            (
                choice.template,
                mail_label(choice.template),
                frequency_label(choice.frequency),
                ", ".join(choice.allowed),
            )
            for choice in found
        ],
    )
