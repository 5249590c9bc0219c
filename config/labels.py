"""What people read for the words that the database stores: French, other languages by catalogue.

A state has two labels: what staff read and what the applicant reads.
"""

from typing import NamedTuple

from config.i18n import gettext as _
from config.i18n import later


class StateLabel(NamedTuple):
    """One state, in two voices."""

    staff: str
    applicant: str


STATES = {
    "submitted": StateLabel(later("Déposé"), later("Reçue")),
    "eligible": StateLabel(later("Recevable"), later("En cours d’examen")),
    "committee": StateLabel(later("En comité"), later("En cours d’examen")),
    "funded": StateLabel(later("Financé"), later("Financée")),
    "reporting": StateLabel(later("Bilan attendu"), later("Bilan attendu")),
    "closed": StateLabel(later("Clos"), later("Terminée")),
}
OUTCOMES = {
    "completed": later("Achevé"),
    "ineligible": later("Irrecevable"),
    "refused": later("Refusé"),
    "withdrawn": later("Retiré"),
    "not_carried_out": later("Non réalisé"),
}
ROLES = {
    "administrator": later("administrateur"),
    "manager": later("responsable du programme"),
    "pilot": later("pilote de la fiche"),
    "funder": later("financeur"),
    "grantee": later("porteur du projet"),
    "reader": later("lecteur"),
    "system": "Jalon",
    "import": later("import"),
}
TRIGGERS = {
    "submit": later("Déposer"),
    "declare_eligible": later("Déclarer recevable"),
    "declare_ineligible": later("Déclarer irrecevable"),
    "refer": later("Inscrire au comité"),
    "defer": later("Ajourner"),
    "award": later("Attribuer"),
    "refuse": later("Refuser"),
    "start_reporting": later("Demander le bilan"),
    "accept_report": later("Accepter le bilan et clore"),
    "declare_not_carried_out": later("Constater la non-réalisation"),
    "withdraw": later("Retirer"),
    "correct": later("Corriger la dernière étape"),
}
ACTS = {
    "adopt": later("Reprendre d’un autre système"),
    "amend": later("Modifier"),
    "ask_piece": later("Demander une pièce"),
    "receive_piece": later("Recevoir une pièce"),
    "give_opinion": later("Donner un avis"),
    "waive_opinion": later("Passer outre l’avis"),
    "send_agreement": later("Envoyer la convention à signer"),
    "sign_agreement": later("Signer la convention"),
    "publish_agreement": later("Publier la convention"),
    "receive_report": later("Recevoir un bilan"),
    "return_report": later("Renvoyer le bilan"),
    "approve_report": later("Approuver le bilan"),
    "record_prior_report": later("Recevoir le bilan N-1"),
    "extend": later("Accorder un délai"),
    "postpone": later("Reporter les dates"),
    "decide_line": later("Décision d’un financeur"),
    "record_payment": later("Noter un versement"),
    "record_repayment": later("Recevoir le reversement"),
    "cancel_payment": later("Annuler un versement"),
    "note_late": later("Échéance dépassée"),
    "escalate": later("Échéance au bout de ses rappels"),
    "take_care": later("Répondre « je m’en occupe »"),
    "ask_delay": later("Demander un délai"),
    "snooze": later("Mettre des rappels en veille"),
    "skip_reminder": later("Sauter un rappel"),
    "resume_reminders": later("Reprendre les rappels"),
    "open_call": later("Ouvrir l’appel"),
    "close_call": later("Clore l’appel"),
    "plan_session": later("Prévoir une séance"),
    "emergency_sign_in": later("Se connecter par son compte de secours"),
    "import_catalogue": later("Importer le catalogue"),
    "keep_organisation": later("Tenir un organisme à jour"),
    "merge_organisations": later("Réunir deux organismes"),
    "keep_contact": later("Tenir un contact à jour"),
    "keep_person": later("Tenir une personne à jour"),
    "give_role": later("Donner un rôle"),
    "withdraw_role": later("Retirer un rôle"),
    "keep_calendar": later("Tenir les jours fermés à jour"),
}
OBLIGATIONS = {
    "open": later("à faire"),
    "paused": later("suspendu"),
    "met": later("fait"),
    "cancelled": later("annulé"),
}
PAYMENTS = {
    "advance": later("avance"),
    "instalment": later("acompte"),
    "balance": later("solde"),
    "repayment": later("reversement"),
}
VERDICTS = {
    "favourable": later("favorable"),
    "reserved": later("réservé"),
    "adverse": later("défavorable"),
    "waived": later("non requis"),
}
ANSWERS = {
    "taken_care_of": later("je m’en occupe"),
    "delay_asked": later("délai demandé"),
    "snoozed": later("mis en veille"),
    "skipped": later("rappel sauté"),
    "resumed": later("rappels repris"),
}


HOOKS = {  # where the telling of an event stands
    "waiting": later("à dire"),
    "sending": later("en cours"),
    "sent": later("dit"),
    "deferred": later("différé"),
    "refused": later("abandonné"),
}
SCOPES = {  # what a token of the API permits
    "read": later("Lire : contrat, fiches, dossiers, journal, échéances"),
    "write": later(
        "Agir sur les dossiers : déposer, faire avancer, donner un avis, noter un versement"
    ),
    "mail": later("Le courrier : le lire, le libérer, le renvoyer, l’annuler"),
    "people": later("Les personnes et leurs rôles"),
    "calls": later("Les appels et les séances du comité"),
    "webhooks": later("Les programmes prévenus (webhooks)"),
}


def hook_label(status: str) -> str:
    """« abandonné »."""
    return _(HOOKS[status])


def scope_label(scope: str) -> str:
    """« Les personnes et leurs rôles »."""
    return _(SCOPES[scope])


def payment_label(kind: str) -> str:
    """« acompte »."""
    return _(PAYMENTS[kind])


def answer_label(kind: str) -> str:
    """« délai demandé »."""
    return _(ANSWERS[kind])


FREQUENCIES = {
    "daily": later("au fil des jours"),
    "weekly": later("une fois par semaine, le lundi"),
    "none": later("jamais"),
}


def frequency_label(frequency: str) -> str:
    """« une fois par semaine, le lundi »."""
    return _(FREQUENCIES[frequency])


def state_label(state: str, outcome: str | None = None) -> str:
    """What staff read: « Financé », or « Clos (refusé) »."""
    label = _(STATES[state].staff)
    return f"{label} ({_(OUTCOMES[outcome]).lower()})" if outcome else label


def applicant_label(state: str) -> str:
    """What the applicant reads."""
    return _(STATES[state].applicant)


def role_label(role: str) -> str:
    """« pilote de la fiche »."""
    return _(ROLES[role])


def trigger_label(trigger: str) -> str:
    """« Déclarer recevable »."""
    return _(TRIGGERS[trigger])


def event_label(action: str) -> str:
    """What an entry of the journal did: « Déclarer recevable », « Donner un avis »."""
    return _(TRIGGERS[action]) if action in TRIGGERS else _(ACTS[action])


def obligation_label(status: str) -> str:
    """« à faire »."""
    return _(OBLIGATIONS[status])
