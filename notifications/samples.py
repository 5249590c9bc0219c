"""One example of what each message says: what previews show and what the tests render."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from models.vocabulary import LineStatus, ReportEnding, ReportKind
from notifications import contexts as say
from notifications.digest import Digest, DigestFile, DigestItem

ABOUT: dict[str, Any] = {
    "contract_code": "CV112",
    "contract_name": "Contrat de ville de Montpellier",
    "reference": "CV112-2021-0042",
    "page": "https://jalon.exemple.fr/mes-demandes/CV112-2021-0042",
    "title": "Jardins <& compagnie> : cultiver ensemble à la Mosson",
    "applicant": "Association Les Mains vertes",
    "fiche_number": "1.10",
    "fiche_title": "Favoriser l’initiative des habitants",
    "pilot": "Métropole",
    "year": 2021,
}
ASKED = (
    say.FunderShare(funder="Ville", asked=Decimal(8000)),
    say.FunderShare(funder="État", asked=Decimal("28000.50")),
)
DECIDED = (
    say.FunderShare(
        funder="Ville",
        asked=Decimal(8000),
        status=LineStatus.REFUSED,
        voted=Decimal(0),
        decided_on=date(2021, 4, 1),
        decision_reference="DEL-2021-118",
    ),
    say.FunderShare(
        funder="État",
        asked=Decimal("28000.50"),
        status=LineStatus.VOTED,
        voted=Decimal(25000),
        decided_on=date(2021, 4, 1),
        decision_reference="ARR-2021-0457",
    ),
)
REASON = "Le budget prévu dépasse celui de l’an passé.\nMerci de préciser les heures d’animation."
WHY = "6 mois après la fin de l’exercice comptable – loi 2000-321 art. 10, cerfa 15059*02"

ACKNOWLEDGEMENT = say.Acknowledgement(
    **ABOUT,
    received_at=datetime(2021, 1, 5, 8, 12, tzinfo=UTC),
    closes_on=date(2021, 1, 4),
    late_reason="Panne du portail de dépôt le jour de la clôture.",
    shares=ASKED,
    requested=Decimal("36000.50"),
    check_by=date(2021, 2, 4),
)
MISSING_PIECE = say.MissingPiece(
    **ABOUT,
    pieces=("Relevé d’identité bancaire (RIB)",),
    due=date(2021, 2, 1),
    reason="Le relevé joint est illisible.",
)
ELIGIBLE = say.Eligible(**ABOUT)
OPINION_ASKED = say.OpinionAsked(
    **ABOUT,
    due=date(2021, 3, 1),
    why="15 jours avant la séance du comité – usage du contrat de ville",
    starts_on=date(2021, 3, 1),
    ends_on=date(2021, 12, 31),
    shares=ASKED,
    requested=Decimal("36000.50"),
    summary="Deux ateliers par semaine au jardin partagé, ouverts à tous les habitants du quartier.",
)
INELIGIBLE = say.Ineligible(**ABOUT, reason="L’action se déroule hors des quartiers prioritaires.")
SESSION_SCHEDULED = say.SessionScheduled(
    **ABOUT, held_on=date(2021, 4, 1), session="Comité des financeurs, séance d’avril"
)
DEFERRED = say.Deferred(**ABOUT, reason=REASON)
AWARD = say.Award(
    **ABOUT,
    shares=DECIDED,
    voted=Decimal(25000),
    starts_on=date(2021, 3, 1),
    ends_on=date(2021, 12, 31),
    threshold=Decimal(23000),
    agreements=(say.AgreementDue(funder="État", due=date(2021, 6, 1)),),
    interim_due=date(2021, 10, 15),
    final_due=date(2022, 6, 30),
)
REFUSAL = say.Refusal(**ABOUT, shares=DECIDED[:1], reason=REASON)
REPORT_DUE = say.ReportDue(
    **ABOUT,
    voted=Decimal(25000),
    ends_on=date(2021, 12, 31),
    financial_year_ends_on=date(2021, 12, 31),
    due=date(2022, 6, 30),
)
REPORT_RECEIVED = say.ReportReceived(
    **ABOUT,
    kind=ReportKind.FINAL,
    ending=ReportEnding.CARRIED_OUT,
    received_on=date(2022, 6, 1),
    voted=Decimal(25000),
    spent=Decimal("24310.75"),
    due=date(2022, 7, 1),
    why="1 mois après la réception du compte rendu – usage du contrat de ville",
)
REPORT_RETURNED = say.ReportReturned(
    **ABOUT, kind=ReportKind.FINAL, reason=REASON, due=date(2022, 7, 18)
)
REPORT_ACCEPTED = say.ReportAccepted(**ABOUT, voted=Decimal(25000))
NOT_CARRIED_OUT = say.NotCarriedOut(
    **ABOUT,
    reason="Le local n’a pas pu ouvrir en 2021.",
    to_repay=Decimal("12500.50"),
    due=date(2022, 3, 1),
)
WITHDRAWN = say.Withdrawn(
    **ABOUT, on=date(2021, 2, 15), reason="Nous n’avons pas trouvé d’animateur."
)
WITHDRAWN_STAFF = say.WithdrawnStaff(
    **ABOUT,
    on=date(2021, 2, 15),
    reason="Nous n’avons pas trouvé d’animateur.",
    stage="Recevable",
)
CORRECTION = say.Correction(
    **ABOUT,
    earlier_subjects=("[CV112-2021-0042] Votre demande n’a pas été retenue",),
    earlier_on=date(2021, 4, 1),
    reason="La décision d’un autre dossier a été saisie par erreur sur le vôtre.",
    stage="En cours d’examen",
    owed=(
        say.StillOwed(label="Donner l’avis du pilote", owner="Métropole", due=date(2021, 4, 15)),
    ),
)
REMINDER_DIGEST = Digest(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    today=date(2022, 6, 24),
    late=(
        DigestItem(
            label="Fournir la pièce manquante",
            expected="La pièce demandée, lisible et à jour, déposée sur le dossier.",
            owner="Association Les Mains vertes",
            due=date(2022, 6, 21),
            days_left=-3,
            why="15 jours après la demande de la pièce – usage du contrat de ville",
            ask="Contrat de ville (contrat@ville.example)",
            files=(
                DigestFile(
                    reference="CV112-2021-0042",
                    title="Jardins <& compagnie>",
                    fiche_number="1.10",
                    about="Relevé d’identité bancaire",
                ),
            ),
        ),
    ),
    soon=(
        DigestItem(
            label="Rendre le compte rendu financier",
            expected="Le compte rendu financier et le bilan qualitatif de l’action.",
            owner="",
            due=date(2022, 6, 30),
            days_left=6,
            why=WHY,
            ask="Contrat de ville (contrat@ville.example)",
            files=(
                DigestFile(
                    reference="CV112-2021-0042",
                    title="Jardins",
                    fiche_number="1.10",
                    owner="Association Les Mains vertes",
                ),
                DigestFile(
                    reference="CV112-2021-0043",
                    title="Ruches",
                    fiche_number="6.1",
                    owner="Régie Terre Commune",
                ),
            ),
            hidden_files=3,
        ),
    ),
    later=(),
    interrupted=True,
)
