"""What is written to the team: reminders that wait for them, the week in figures, the next committee."""

from datetime import date
from decimal import Decimal

from notifications.bounce_news import FailingAddress, FailingFile
from notifications.contexts import Context, Part
from notifications.wording import Line


class BatchHeld(Context):
    """A run of reminders, or the announcements of a call, that wait for a person; `batch` is its name."""

    day: date
    digests: int
    late: int
    because: Line
    batch: Line
    readers: tuple[Line, ...]
    hidden_readers: int = 0
    call: int = 0  # the year of the call whose opening it announces; 0 for reminders


class StaffItem(Part):
    """A duty that managers must settle; `wanted` is the date asked for."""

    label: Line
    owner: Line
    due: date
    reference: Line
    wanted: date | None = None


class StaffDigest(Context):
    """The week, to managers: figures, what no reminder will settle, what is asked of them."""

    today: date
    late: int
    reminded: int
    refused: int
    held: int
    doubtful: int
    exhausted: tuple[StaffItem, ...]
    hidden_exhausted: int = 0
    delays: tuple[StaffItem, ...]
    failing: tuple[FailingAddress, ...] = ()
    hidden_failing: int = 0


class AgendaFile(Part):
    """One application on the agenda of a committee; without an opinion when none was given."""

    reference: Line
    title: Line
    fiche_number: Line
    applicant: Line
    requested: Decimal
    opinion: Line = ""


class SessionAgenda(Context):
    """To pilots, funders and managers, some days before a committee."""

    held_on: date
    session: Line
    count: int
    requested: Decimal
    files: tuple[AgendaFile, ...]
    hidden_files: int = 0
    updated: bool = False
    void: bool = False  # nothing is on it any more

    def last_day(self) -> date:
        """It is of no use once the committee has been held."""
        return self.held_on


BATCH_HELD = BatchHeld(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    day=date(2021, 10, 8),
    digests=22,
    late=14,
    because="les règles de rappel ont changé depuis le 1er octobre 2021, et 14 rappels de jours"
    " passés partiraient d’un coup",
    batch="digest:2021-10-08",
    readers=("claire@contrat.example", "contact0@porteur.example"),
    hidden_readers=20,
)
_CONTRACT = {"contract_code": "CV112", "contract_name": "Contrat de ville de Montpellier"}
STAFF_DIGEST = StaffDigest.model_validate(
    _CONTRACT
    | {
        "today": date(2021, 11, 8),
        "late": 12,
        "reminded": 37,
        "refused": 2,
        "held": 0,
        "doubtful": 1,
        "exhausted": (
            StaffItem(
                label="Rendre le bilan intermédiaire",
                owner="Association <Les> Mains vertes",
                due=date(2021, 10, 15),
                reference="CV112-2021-0042",
            ),
        ),
        "hidden_exhausted": 4,
        "delays": (
            StaffItem(
                label="Fournir la pièce manquante (RIB)",
                owner="Régie Terre Commune",
                due=date(2021, 11, 12),
                reference="CV112-2021-0043",
                wanted=date(2021, 12, 1),
            ),
        ),
        "failing": (
            FailingAddress(
                address="bureau@exemple-une.example",
                person="Nadia Roux",
                since=date(2021, 11, 1),
                organisations=("Association Café des métiers",),
                files=(
                    FailingFile(
                        reference="CV112-2021-0001",
                        title="Café des métiers <de la Mosson>",
                        applicant="Association Café des métiers",
                        link="https://jalon.exemple.fr/dossiers/CV112-2021-0001",
                    ),
                ),
            ),
            FailingAddress(
                address="ancienne@pilote.example",
                person="Camille Roy",
                since=date(2021, 10, 18),
                organisations=("Métropole",),
            ),
        ),
        "hidden_failing": 3,
    }
)
SESSION_AGENDA = SessionAgenda.model_validate(
    _CONTRACT
    | {
        "held_on": date(2021, 4, 1),
        "session": "Comité des financeurs, séance d’avril",
        "count": 2,
        "requested": Decimal("48000.50"),
        "files": (
            AgendaFile(
                reference="CV112-2021-0042",
                title="Jardins <& compagnie> : cultiver ensemble à la Mosson",
                fiche_number="1.10",
                applicant="Association Les Mains vertes",
                requested=Decimal("36000.50"),
                opinion="favorable",
            ),
            AgendaFile(
                reference="CV112-2021-0043",
                title="Ruches",
                fiche_number="6.1",
                applicant="Régie Terre Commune",
                requested=Decimal(12000),
            ),
        ),
        "updated": True,
    }
)
