"""The conditions of the moves: each says when it holds, what to read when it does not, who can lift it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from config.i18n import later
from models.vocabulary import PieceStatus, Role, State
from workflows.move import Move


class Guard(NamedTuple):
    """A condition of a move: a stable code, the sentence when it fails, and who can lift it."""

    code: str
    holds: Callable[[Move], bool]
    otherwise: str
    fixed_by: Role

    def check(self, event: Any) -> bool:
        """The same condition, as the machine asks it."""
        return self.holds(event.kwargs["move"])


IN_TIME = Guard(
    "call_open",
    lambda m: not m.is_early and (not m.is_late or m.admitted_late()),
    later(
        "L’appel n’était pas ouvert à la réception ; un responsable peut admettre un dossier tardif avec un motif."
    ),
    Role.MANAGER,
)
FICHE_OPEN = Guard(
    "fiche_in_call",
    lambda m: m.application.fiche.id in {f.fiche_id for f in m.application.call.fiches},
    later("Cette fiche n’est pas ouverte à cet appel ; choisissez une fiche ouverte."),
    Role.GRANTEE,
)
SOMETHING_ASKED = Guard(
    "something_asked",
    lambda m: sum((line.asked for line in m.lines), Decimal(0)) > 0,
    later("Aucun montant n’est demandé ; indiquez un montant pour au moins un financeur."),
    Role.GRANTEE,
)
BALANCED = Guard(
    "budget_balanced",
    lambda m: (
        m.application.charges == m.application.resources
        and m.application.requested <= m.application.resources
    ),
    later(
        "Le budget n’est pas équilibré : le total des charges doit égaler celui des produits, demandes comprises."
    ),
    Role.GRANTEE,
)
IDENTIFIED = Guard(
    "applicant_identified",
    lambda m: bool(m.application.applicant.siret or m.application.applicant.rna),
    later("Le porteur n’a ni SIRET ni numéro RNA valable."),
    Role.GRANTEE,
)
COMPLETE = Guard(
    "no_piece_missing",
    lambda m: not any(piece.status is PieceStatus.ASKED for piece in m.application.pieces),
    later("Une pièce demandée n’est pas encore arrivée."),
    Role.GRANTEE,
)
PRIOR_REPORT = Guard(
    "prior_report",
    lambda m: not m.application.renewal or m.application.prior_report_on is not None,
    later("C’est un renouvellement et le bilan de l’année précédente n’est pas arrivé."),
    Role.GRANTEE,
)
REASON = Guard(
    "reason_given", lambda m: bool(m.given.reason.strip()), later("Il faut un motif."), Role.MANAGER
)
SESSION = Guard(
    "session_dated",
    lambda m: m.session is not None and m.session.held_on >= m.today,
    later("Il faut une séance du comité à venir, avec sa date."),
    Role.MANAGER,
)
OPINION = Guard(
    "opinion_given",
    lambda m: m.has_opinion(),
    later("L’avis du pilote n’est pas donné ; un responsable peut passer outre avec un motif."),
    Role.PILOT,
)
ALL_DECIDED = Guard(
    "every_line_decided",
    lambda m: all(m.decided(line) is not None for line in m.lines),
    later(
        "Au moins un financeur ne s’est pas encore prononcé ; indiquez son montant, ou 0 s’il refuse."
    ),
    Role.MANAGER,
)
ONE_VOTED = Guard(
    "one_line_voted",
    lambda m: any((m.decided(line) or 0) > 0 for line in m.lines),
    later("Aucun financeur n’accorde de montant ; pour un refus de tous, utilisez « refuse »."),
    Role.MANAGER,
)
DECISION_DATED = Guard(
    "decision_dated",
    lambda m: all(m.dated(line) for line in m.lines if m.decided(line) is not None),
    later("La référence ou la date de la décision manque."),
    Role.MANAGER,
)
DECIDED_IN_TIME = Guard(
    "decision_in_time",
    lambda m: m.decided_in_time,
    later(
        "La date de la décision va du jour de la séance du comité à aujourd’hui : corrigez-la,"
        " ou attendez la séance."
    ),
    Role.MANAGER,
)
WITHIN_ASKED = Guard(
    "amounts_sound",
    lambda m: all(amount >= 0 for amount in m.given.amounts.values()),
    later("Un montant accordé ne peut pas être négatif."),
    Role.MANAGER,
)
SIGNED = Guard(
    "agreement_signed",
    lambda m: all(
        line.agreement_signed_on is not None for line in m.lines if m.needs_agreement(line)
    ),
    later(
        "Une convention est due (montant annuel d’un financeur au-dessus du seuil) et n’est pas signée."
    ),
    Role.MANAGER,
)
ENDED = Guard(
    "action_ended",
    lambda m: m.application.ends_on <= m.today or m.role((Role.MANAGER,)) is not None,
    later("L’action n’est pas terminée."),
    Role.MANAGER,
)
REPORTED = Guard(
    "final_report_accepted",
    lambda m: m.has_accepted_final_report(),
    later("Le bilan final n’est pas arrivé, ou n’est pas encore approuvé."),
    Role.GRANTEE,
)
REPAYMENT = Guard(
    "repayment_stated",
    lambda m: m.given.to_repay is not None and 0 <= m.given.to_repay <= m.most_to_repay,
    later(
        "Indiquez le montant à reverser, entre 0 et ce qui a été versé (ou accordé, si aucun versement n’est noté)."
    ),
    Role.MANAGER,
)
NOTHING_PAID = Guard(
    "nothing_paid",
    lambda m: m.previous is not State.COMMITTEE or not m.application.paid,
    later("Des versements sont notés : annulez-les avant de revenir sur l’attribution."),
    Role.MANAGER,
)
IDENTITY = frozenset({"siret", "rna", "email"})  # who applies, and whom to write to
CALL_STILL_OPEN = Guard(
    "call_still_open",
    lambda m: m.call_is_open or m.role((Role.MANAGER, Role.IMPORT)) is not None,
    later(
        "Une demande se modifie tant que l’appel est ouvert, du {opens} au {closes} : écrivez à"
        " l’équipe, qui peut la modifier pour vous ({contact})."
    ),
    Role.MANAGER,
)
REASON_ONCE_CLOSED = Guard(
    "reason_once_closed",
    lambda m: m.call_is_open or m.role((Role.MANAGER,)) is None or bool(m.given.reason.strip()),
    later(
        "L’appel était ouvert du {opens} au {closes} : pour modifier la demande, il faut un motif."
    ),
    Role.MANAGER,
)
SAME_APPLICANT = Guard(
    "same_applicant",
    # An application of somebody else is another application: what was reported, paid or seen by
    # colleagues hangs on the number of the organisation, and mail about it on its contact.
    lambda m: m.role((Role.MANAGER, Role.IMPORT)) is not None or not IDENTITY & m.given.changes,
    later(
        "La structure et la personne à joindre restent celles du dépôt : pour en changer, écrivez à"
        " l’équipe ({contact})."
    ),
    Role.MANAGER,
)
HAS_PREVIOUS = Guard(
    "step_to_correct",
    lambda m: m.previous is not None,
    later("Il n’y a pas d’étape à corriger : le dossier est dans son premier état."),
    Role.MANAGER,
)
