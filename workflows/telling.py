"""What the works tell, in words: for the command, and for the table beside each run of a flow."""

from config.i18n import gettext as _
from config.i18n import later

WORDS = {  # what the works tell
    "warned": later("appels annoncés à l’équipe"),
    "opened": later("appels ouverts"),
    "closed": later("appels clos"),
    "waiting": later("appels en attente"),
    "mails": later("courriels composés"),
    "announced": later("personnes prévenues"),
    "moved": later("passés en attente de bilan"),
    "blocked": later("retenus"),
    "late": later("échéances dépassées depuis"),
    "escalated": later("arrivées au bout de leurs rappels"),
    "digests": later("récapitulatifs composés"),
    "reminders": later("rappels qu’ils portent"),
    "rungs_not_sent": later("rappels fondus ou abandonnés"),
    "to_team": later("ordres du jour et points de la semaine"),
    "sent": later("courriels remis"),
    "deferred": later("différés"),
    "refused": later("refusés par le relais"),
    "cancelled": later("annulés, rien n’étant plus attendu"),
    "expired": later("trop tard pour être utiles"),
    "held": later("retenus, à regarder"),
    "doubtful": later("peut-être remis deux fois"),
    "kept_in": later("gardés dans"),
    "told": later("webhooks dits"),
    "put_off": later("remis à plus tard"),
    "abandoned": later("abandonnés"),
    "file": later("sauvegarde"),
    "bytes": later("octets"),
    "given_up": later("anciennes sauvegardes retirées"),
}


def label_of(name: str) -> str:
    """« courriels remis »; a name that has no words stands for itself; raises nothing."""
    return _(WORDS[name]) if name in WORDS else name
