"""Where an application stands, for whoever made it: a word, and what happens now, in plain sentences."""

from typing import NamedTuple

from config.i18n import gettext as _
from config.i18n import later
from config.labels import applicant_label
from models.vocabulary import Outcome, State


class Status(NamedTuple):
    """A label and a sentence."""

    label: str
    sentence: str


_NOW = {
    State.SUBMITTED: later(
        "Votre demande est arrivée. Nous vérifions qu’elle est complète et qu’elle entre dans l’appel."
    ),
    State.ELIGIBLE: later(
        "Votre demande est complète. Le pilote de la fiche donne son avis avant le comité."
    ),
    State.COMMITTEE: later(
        "Votre demande est inscrite au comité des financeurs, qui décide. Nous vous écrirons."
    ),
    State.FUNDED: later(
        "Une subvention vous est accordée. Réalisez votre action ; un bilan vous sera demandé ensuite."
    ),
    State.REPORTING: later("Votre action est terminée : rendez compte de ce qui a été fait."),
}
_ENDED = {
    Outcome.COMPLETED: (
        later("Terminée"),
        later("Votre bilan est accepté : tout est en ordre, vous n’avez plus rien à faire."),
    ),
    Outcome.INELIGIBLE: (
        later("Non recevable"),
        later("Votre demande n’entre pas dans cet appel. Le motif vous a été envoyé par courriel."),
    ),
    Outcome.REFUSED: (
        later("Non retenue"),
        later("Aucun financeur n’a retenu votre demande. Le motif vous a été envoyé par courriel."),
    ),
    Outcome.WITHDRAWN: (later("Retirée"), later("Vous avez retiré cette demande.")),
    Outcome.NOT_CARRIED_OUT: (
        later("Non réalisée"),
        later("L’action n’a pas eu lieu. Une somme peut être à reverser."),
    ),
}


def status_of(state: State, outcome: Outcome | None) -> Status:
    """What the applicant reads of a state; raises nothing."""
    if outcome is not None:
        label, sentence = _ENDED[outcome]
        return Status(_(label), _(sentence))
    return Status(applicant_label(state), _(_NOW[state]))
