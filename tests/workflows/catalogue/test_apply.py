"""Applying a catalogue: shown before, idempotent, nothing deleted, journal kept."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Application,
    Call,
    Contract,
    Enjeu,
    Fiche,
    FichePilot,
    JournalEntry,
    Organisation,
    OrganisationAlias,
    Qpv,
)
from models.errors import BadInput, NotFound, Refused
from models.schemas.catalogue import CatalogueDoc
from models.session import reading, transaction
from models.vocabulary import AliasKind, Role, State
from tests.workflows.catalogue.sources import OWN
from workflows.actors import OPERATOR, SYSTEM, Actor
from workflows.catalogue.apply import apply_catalogue, load_shipped
from workflows.catalogue.difference import Change, Kept, difference
from workflows.catalogue.organisations import directory_of
from workflows.catalogue.read import read_catalogue
from workflows.catalogue.stored import stored_catalogue

NOW = datetime(2020, 11, 20, 23, 30, tzinfo=UTC)  # already the 21st in Paris


@pytest.fixture(scope="module")
def own() -> CatalogueDoc:
    return read_catalogue(OWN).document


def altered(document: CatalogueDoc, number: str, **fields: object) -> CatalogueDoc:
    fiches = [
        fiche.model_copy(update=fields) if fiche.number == number else fiche
        for fiche in document.fiches
    ]
    return document.model_copy(update={"fiches": fiches})


def without(document: CatalogueDoc, *numbers: str) -> CatalogueDoc:
    fiches = [fiche for fiche in document.fiches if fiche.number not in numbers]
    return document.model_copy(update={"fiches": fiches})


def apply(session: Session, document: CatalogueDoc) -> None:
    apply_catalogue(session, document, now=NOW, actor=OPERATOR)


def retirement(session: Session, number: str) -> date | None:
    return session.scalars(select(Fiche.retired_on).where(Fiche.number == number)).one()


def add_application(session: Session, number: str) -> None:
    contract = session.scalars(select(Contract)).one()
    fiche = session.scalars(select(Fiche).where(Fiche.number == number)).one()
    applicant = Organisation(name="Les Jardiniers")
    call = Call(
        contract=contract,
        year=2021,
        title="2021",
        opens_on=date(2020, 11, 25),
        closes_on=date(2021, 1, 4),
        form_version="12156*05",
    )
    session.add_all([applicant, call])
    session.flush()
    session.add(
        Application(
            reference="CV112-2021-0001",
            call_id=call.id,
            fiche_id=fiche.id,
            applicant_id=applicant.id,
            title="Un jardin",
            form_version="12156*05",
            received_at=NOW,
            starts_on=date(2021, 1, 1),
            ends_on=date(2021, 12, 31),
            financial_year_ends_on=date(2021, 12, 31),
            charges=Decimal(10),
            resources=Decimal(10),
            requested=Decimal(5),
            state=State.SUBMITTED,
            state_since=NOW,
            changed_at=NOW,
        )
    )
    session.flush()


def test_a_first_import_creates_everything(database_url: str, own: CatalogueDoc) -> None:
    with transaction(database_url) as session:
        diff = apply_catalogue(session, own, now=NOW, actor=OPERATOR)

    assert diff.new_contract
    assert diff.added == [fiche.number for fiche in own.fiches]
    assert "DDSC" in diff.aliases
    with reading(database_url) as session:
        assert stored_catalogue(session, "CV112").fiches == [
            fiche.model_copy(update={"line": None}) for fiche in own.fiches
        ]
        lead = session.scalars(select(Organisation).where(Organisation.leads)).one()
        assert lead.name == "Métropole"
        parent = session.scalars(select(Organisation).where(Organisation.name == "DDCS")).one()
        state = session.scalars(select(Organisation).where(Organisation.name == "État")).one()
        assert parent.parent_id == state.id
        slip = session.scalars(
            select(OrganisationAlias).where(OrganisationAlias.key == "ddsc")
        ).one()
        assert (slip.kind, slip.organisation_id) == (AliasKind.TYPING_ERROR, parent.id)
        entry = session.scalars(select(JournalEntry)).one()
        assert (entry.action, entry.actor_role) == ("import_catalogue", Role.MANAGER)
        assert entry.facts["fiches"] == 14


def test_the_same_import_twice_changes_nothing(database_url: str, own: CatalogueDoc) -> None:
    def rows(session: Session) -> list[int | None]:
        kinds = (Contract, Enjeu, Fiche, FichePilot, Organisation, OrganisationAlias, JournalEntry)
        return [session.scalar(select(func.count()).select_from(kind)) for kind in kinds]

    with transaction(database_url) as session:
        apply(session, own)
        before = rows(session)
    with transaction(database_url) as session:
        diff = apply_catalogue(session, own, now=NOW, actor=OPERATOR)

    assert diff.is_empty
    with reading(database_url) as session:
        assert rows(session) == before
        assert difference(session, own).is_empty


def test_a_changed_document_is_told_field_by_field_before(
    database_url: str, own: CatalogueDoc
) -> None:
    pilots = list(reversed(own.fiches[0].pilots))
    changed = altered(own, "1.1", title="Semer clair", call=False, pilots=pilots)
    changed = altered(changed, "1.10", objectives=["Pailler"], objectives_source="• Pailler")
    contract = own.contract.model_copy(update={"ends_on": date(2023, 12, 31)})
    enjeux = [e.model_copy(update={"title": f"{e.title} !"}) for e in own.enjeux]
    changed = changed.model_copy(update={"contract": contract, "enjeux": enjeux})
    with transaction(database_url) as session:
        apply(session, own)
    with reading(database_url) as session:
        diff = difference(session, changed)
        assert stored_catalogue(session, "CV112").fiches[0].title == "Semer"

    assert diff.changed == ["1.1", "1.10"]
    assert diff.changes[:3] == [
        Change("1.1", "title", "Semer", "Semer clair"),
        Change("1.1", "call", "x", ""),
        Change("1.1", "pilots", "Métropole, État", "État, Métropole"),
    ]
    assert [change.field for change in diff.changes[3:]] == ["objectives"]
    assert [change.of for change in diff.heading_changes] == ["CV112", "enjeu 1", "enjeu 3"]

    with transaction(database_url) as session:
        apply(session, changed)
    with reading(database_url) as session:
        assert difference(session, changed).is_empty
        assert [p.name for p in stored_catalogue(session, "CV112").fiches[0].pilots] == [
            "État",
            "Métropole",
        ]


def test_a_fiche_that_leaves_is_retired_and_may_come_back(
    session: Session, own: CatalogueDoc
) -> None:
    apply(session, own)
    fewer = without(own, "1.3", "1.4")

    diff = difference(session, fewer)
    assert (diff.retired, diff.kept) == (["1.3", "1.4"], [])

    apply(session, fewer)
    assert retirement(session, "1.3") == date(2020, 11, 21)
    assert "1.3" not in [fiche.number for fiche in stored_catalogue(session, "CV112").fiches]
    assert difference(session, fewer).is_empty

    back = apply_catalogue(session, own, now=NOW, actor=OPERATOR)
    assert (back.restored, back.added) == (["1.3", "1.4"], [])
    assert retirement(session, "1.3") is None
    assert difference(session, own).is_empty


def test_a_fiche_in_use_is_kept_and_told(session: Session, own: CatalogueDoc) -> None:
    apply(session, own)
    add_application(session, "1.3")

    diff = apply_catalogue(session, without(own, "1.3", "1.4"), now=NOW, actor=OPERATOR)

    assert diff.kept == [Kept("1.3", 1)]
    assert diff.retired == ["1.4"]
    assert retirement(session, "1.3") is None
    again = difference(session, without(own, "1.3", "1.4"))
    assert again.is_empty
    assert again.kept == [Kept("1.3", 1)]


def test_another_order_of_fiches_is_seen(session: Session, own: CatalogueDoc) -> None:
    apply(session, own)
    turned = own.model_copy(update={"fiches": [own.fiches[1], own.fiches[0], *own.fiches[2:]]})

    assert difference(session, turned).reordered
    apply(session, turned)
    assert [f.number for f in stored_catalogue(session, "CV112").fiches[:2]] == ["1.2", "1.1"]
    assert difference(session, turned).is_empty


@pytest.mark.parametrize("role", [Role.PILOT, Role.FUNDER, Role.GRANTEE, Role.READER])
def test_only_those_in_charge_may_import(session: Session, own: CatalogueDoc, role: Role) -> None:
    with pytest.raises(Refused, match="réservé aux responsables"):
        apply_catalogue(session, own, now=NOW, actor=Actor(grants=((role, None),)))

    assert session.scalars(select(Contract)).all() == []


def test_organisations_of_the_database_are_known_to_the_reader(
    session: Session, own: CatalogueDoc, tmp_path: Path
) -> None:
    apply(session, own)
    path = tmp_path / "appel.txt"
    text = OWN.read_text(encoding="utf-8").replace("DSDEN/Ville, CAF", "Les Jardiniers/Ville, CAF")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="pilote inconnu « Les Jardiniers »"):
        read_catalogue(path, lambda code: directory_of(session, code))

    contract = session.scalars(select(Contract)).one()
    session.add(Organisation(contract_id=contract.id, name="Jardiniers réunis"))
    session.flush()
    known = session.scalars(
        select(Organisation).where(Organisation.name == "Jardiniers réunis")
    ).one()
    session.add(
        OrganisationAlias(
            contract_id=contract.id,
            organisation_id=known.id,
            spelling="Les Jardiniers",
            key="les jardiniers",
            kind=AliasKind.ALIAS,
        )
    )
    session.flush()
    document = read_catalogue(path, lambda code: directory_of(session, code)).document
    diff = apply_catalogue(session, document, now=NOW, actor=OPERATOR)

    assert [(c.of, c.field, c.after) for c in diff.changes] == [
        ("1.8", "pilots", "Jardiniers réunis, Ville, CAF")
    ]


def test_the_shipped_catalogue_loads_once_and_never_over_another(database_url: str) -> None:
    with transaction(database_url) as session:
        first = load_shipped(session, now=NOW)
    with transaction(database_url) as session:
        second = load_shipped(session, now=NOW)

    assert [len(diff.added) for diff in first] == [69]
    assert second == []
    with reading(database_url) as session:
        stored = stored_catalogue(session, "CV112")
        assert stored.counts._asdict() == {
            "fiches": 69,
            "enjeux": 11,
            "open": 39,
            "pilots": 21,
            "mentions": 133,
        }
        places = session.scalars(select(Qpv).order_by(Qpv.code)).all()
        assert [place.code for place in places] == [f"QP0340{n:02}" for n in range(4, 16)]
        assert {(p.valid_from, p.valid_to) for p in places} == {
            (date(2015, 1, 1), date(2023, 12, 31))
        }


def test_official_wording_survives_a_later_loading(session: Session, own: CatalogueDoc) -> None:
    apply(session, own)

    assert load_shipped(session, now=NOW) == []
    assert stored_catalogue(session, "CV112").counts.fiches == 14
    assert session.scalar(select(func.count()).select_from(Qpv)) == 12


def test_an_unknown_contract_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="CV999"):
        stored_catalogue(session, "CV999")


def test_the_system_may_load_it(session: Session, own: CatalogueDoc) -> None:
    apply_catalogue(session, own, now=NOW, actor=SYSTEM)

    assert session.scalars(select(JournalEntry)).one().actor_role is Role.SYSTEM
