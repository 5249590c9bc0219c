"""The columns of a file of applications, ours or a DAUPHIN extract (DOMAIN §1.4), or of payments.

Titles are read whatever their case, accents, spaces and punctuation. A line of a file is one
application AND one funder; lines with the same reference make one application, and what is said
of the application is the same on each of them, or empty after the first.
"""

from enum import StrEnum
from typing import NamedTuple


class Profile(StrEnum):
    """Which kind of file it is."""

    OWN = "own"
    DAUPHIN = "dauphin"
    PAYMENTS = "payments"


class Use(StrEnum):
    """What a column is for."""

    APPLICATION = "application"  # the same on every line of an application
    LINE = "line"  # of one funder
    SHOWN = "shown"  # written in exports, recognised and left out when read


class Column(NamedTuple):
    """A column: the field it fills, its title as we write it, the other titles it goes by."""

    field: str
    header: str
    also: tuple[str, ...] = ()
    use: Use = Use.APPLICATION
    required: bool = False


A, L, S = Use.APPLICATION, Use.LINE, Use.SHOWN
_FICHE = ("n° fiche", "n° de fiche", "numéro de fiche", "fiche action")
_CONTACT = ("nom du contact", "interlocuteur", "responsable")
_EMAIL = ("e-mail", "mail", "mél", "adresse électronique", "adresse e-mail")
_PRIOR = ("bilan N-1", "réception du bilan N-1")
_YEARS = ("nombre d’années", "durée en années")
_QPVS = ("quartiers", "quartiers prioritaires", "codes QPV", "code QPV")
_LATE = ("motif du retard",)
OWN = (
    Column("reference", "référence",
           ("réf.", "référence externe", "référence du dossier", "n° de dossier", "numéro de dossier", "dossier"),
           A, required=True),
    Column("fiche", "fiche", _FICHE, A, required=True),
    Column("title", "intitulé",
           ("intitulé de l’action", "intitulé du projet", "titre", "action", "projet", "objet"), A, required=True),
    Column("summary", "résumé", ("description", "résumé de l’action")),
    Column("applicant", "porteur",
           ("porteur de projet", "nom du porteur", "association", "bénéficiaire", "organisme", "tiers"),
           A, required=True),
    Column("siret", "SIRET", ("n° SIRET", "numéro SIRET", "SIRET du porteur")),
    Column("rna", "RNA", ("n° RNA", "numéro RNA", "RNA du porteur")),
    Column("contact", "contact", _CONTACT),
    Column("email", "courriel", _EMAIL),
    Column("received_at", "reçu le",
           ("date de réception", "réception", "déposé le", "date de dépôt", "date de la demande"),
           A, required=True),
    Column("starts_on", "début", ("date de début", "début de l’action", "du"), A, required=True),
    Column("ends_on", "fin", ("date de fin", "fin de l’action", "au"), A, required=True),
    Column("financial_year_ends_on", "fin d’exercice", ("fin de l’exercice", "clôture de l’exercice")),
    Column("charges", "charges", ("total des charges", "dépenses", "total des dépenses"), A, required=True),
    Column("resources", "produits",
           ("total des produits", "recettes", "total des recettes", "ressources"), A, required=True),
    Column("renewal", "renouvellement", ("reconduction",)),
    Column("prior_report_on", "bilan N-1 reçu le", _PRIOR),
    Column("years", "années", _YEARS),
    Column("qpvs", "QPV", _QPVS),
    Column("late_reason", "motif de retard", _LATE),
    Column("funder", "financeur", ("nom du financeur", "attribuant"), L, required=True),
    Column("asked", "montant demandé",
           ("demandé", "montant sollicité", "subvention demandée"), L, required=True),
    Column("comment", "commentaire", ("observation", "observations", "remarque"), L),
    Column("own_reference", "référence Jalon", (), S),
    Column("year", "appel", ("année de l’appel",), S),
    Column("enjeu", "enjeu", (), S),
    Column("fiche_title", "intitulé de la fiche", (), S),
    Column("pilots", "pilotes", (), S),
    Column("state", "état", (), S),
    Column("outcome", "issue", (), S),
    Column("decision", "décision", (), S),
    Column("voted", "montant accordé", (), S),
    Column("decided_on", "décidé le", (), S),
    Column("decision_reference", "référence de la décision", (), S),
    Column("paid", "montant versé", (), S),
    Column("left", "reste à verser", (), S),
    Column("repaid", "montant reversé", (), S),
)  # fmt: skip

DAUPHIN = (
    Column("reference", "referenceAdministrative",
           ("codeActionProjet", "référence administrative", "code action"), A, required=True),
    Column("budget_year", "exerciceBudgetaire", ("exercice", "exercice budgétaire"), A, required=True),
    Column("fiche", "fiche", _FICHE, A, required=True),
    Column("title", "intituleProjet", ("intitulé", "intitulé du projet", "intituleAction"), A, required=True),
    Column("summary", "description", ("description.value",)),
    Column("applicant", "demandeur",
           ("porteur", "tiers", "nomDemandeur", "denominationDemandeur", "raisonSociale", "demandeur.nom")),
    Column("siret", "siret", ("SIRET.complet", "demandeur.SIRET.complet", "demandeur.SIRET", "siretDemandeur"),
           A, required=True),
    Column("rna", "rna", ("numeroRNA", "demandeur.RNA")),
    Column("contact", "contact", _CONTACT),
    Column("email", "courriel", _EMAIL),
    Column("received_at", "dateDemande", ("date de la demande",), A, required=True),
    Column("starts_on", "periodeRealisation.dateDebut",
           ("periodeRealisation.start", "periodeRealisation.debut", "debutPeriodeRealisation", "dateDebut",
            "début", "date de début"), A, required=True),
    Column("ends_on", "periodeRealisation.dateFin",
           ("periodeRealisation.end", "periodeRealisation.fin", "finPeriodeRealisation", "dateFin",
            "fin", "date de fin"), A, required=True),
    Column("financial_year_ends_on", "finExercice", ("fin d’exercice",)),
    Column("charges", "totalCharges", ("charges", "total des charges")),
    Column("resources", "totalProduits", ("produits", "total des produits")),
    Column("renewal", "frequence", ("fréquence",)),
    Column("prior_report_on", "bilan N-1 reçu le", _PRIOR),
    Column("years", "années", _YEARS),
    Column("qpvs", "QPV", _QPVS),
    Column("late_reason", "motif de retard", _LATE),
    Column("funder", "financeur",
           ("financeur.titre", "financement.financeur.titre", "nom du financeur", "titreFinanceur"),
           L, required=True),
    Column("asked", "montantDemande", ("montant demandé", "montant", "montant.ht", "montantDemande.ht"),
           L, required=True),
    Column("comment", "commentaire", (), L),
    Column("status", "statut", ("status", "virtualStatusLabel", "statutFinancement"), L, required=True),
    Column("voted", "montantVote", ("montantVote.ht", "financement.montantVote.ht", "montant voté"), L),
    Column("decided_on", "dateDecision", ("date de décision", "date de la décision"), L),
    Column("opinion", "avisRecevabilite", ("avis", "avis de recevabilité"), L),
    Column("proposed", "montantPropose", ("avisRecevabilite.montant", "montant proposé"), L),
    Column("funder_kind", "typeFinanceur", ("financeur.typeFinanceur",), S),
)  # fmt: skip
PAYMENTS = (  # a line is one payment
    Column("application", "référence",
           ("dossier", "référence du dossier", "n° de dossier", "référence Jalon"), L, required=True),
    Column("funder", "financeur", ("nom du financeur", "attribuant"), L, required=True),
    Column("amount", "montant versé", ("montant", "versé", "montant du versement"), L, required=True),
    Column("paid_on", "versé le", ("date", "date du versement", "date de paiement", "payé le"), L, required=True),
    Column("payment", "référence du versement",
           ("mandat", "n° de mandat", "numéro de mandat", "demande de paiement", "titre"), L, required=True),
    Column("kind", "nature", ("nature du versement",), L),
)  # fmt: skip
COLUMNS = {Profile.OWN: OWN, Profile.DAUPHIN: DAUPHIN, Profile.PAYMENTS: PAYMENTS}
