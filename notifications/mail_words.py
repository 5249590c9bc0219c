"""What people call each mail of the catalogue."""

from config.i18n import gettext as _
from config.i18n import later

MAILS = {
    "acknowledgement": later("accusé de réception"),
    "address_failing": later("adresse en échec, à qui la suit"),
    "agreement_to_sign": later("convention à signer"),
    "amended": later("demande modifiée"),
    "award": later("attribution"),
    "batch_held": later("rappels retenus"),
    "call_ahead": later("appel à préparer"),
    "call_closed": later("appel clos"),
    "call_open": later("appel ouvert"),
    "correction": later("rectification"),
    "date_moved": later("délai accordé"),
    "deferred": later("ajournement"),
    "delay_asked": later("demande de délai"),
    "delay_refused": later("délai refusé"),
    "eligible": later("recevabilité"),
    "emergency_used": later("compte de secours utilisé"),
    "funder_decision": later("décision d’un financeur"),
    "ineligible": later("irrecevabilité"),
    "missing_piece": later("pièce manquante"),
    "not_carried_out": later("non-réalisation"),
    "opinion_asked": later("demande d’avis au pilote"),
    "payment_cancelled": later("versement annulé"),
    "payment_made": later("versement"),
    "refusal": later("refus"),
    "reminder_digest": later("récapitulatif des rappels"),
    "report_accepted": later("clôture du dossier"),
    "report_approved": later("bilan accepté"),
    "report_due": later("bilan attendu"),
    "report_received": later("bilan à examiner"),
    "report_returned": later("bilan renvoyé"),
    "sign_in": later("lien de connexion"),
    "session_agenda": later("ordre du jour du comité"),
    "session_scheduled": later("passage en comité"),
    "staff_digest": later("point de la semaine"),
    "withdrawn": later("retrait"),
    "withdrawn_staff": later("retrait, aux responsables"),
}


def mail_label(template: str) -> str:
    """« accusé de réception »; the template's own name when it has no other."""
    return _(MAILS[template]) if template in MAILS else template
