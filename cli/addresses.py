"""`jalon people correct`: another address for somebody, and what that lets go."""

from cli.common import write
from config.i18n import gettext as _
from models.session import transaction
from workflows.addresses import correct_address


def correct(email: str, new: str) -> None:
    """Write to that person at `new`; say what leaves by it, and what a person has to send again."""
    with transaction() as session:
        person, freed, refused = correct_address(session, email, new)
        told = f"{person.name} <{person.email}>"
    write(_("Enregistré : {person}.").format(person=told))
    if freed:
        write(_("Messages libérés : {count}.").format(count=freed))
    if refused:
        write(
            _(
                "Messages refusés avant : {count} ; « jalon outbox list --status refused --for {email} »"
                " les donne, « jalon outbox retry » les renvoie."
            ).format(count=refused, email=email.strip())
        )
