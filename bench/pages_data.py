"""Ten years of applications on PostgreSQL, written by the database itself: the same each time, at any size."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select, text

from models import Call, Contract, Fiche, Organisation, Person, RoleGrant
from models.schema import upgrade
from models.session import engine_for, transaction
from models.vocabulary import Role

YEARS = range(2021, 2031)
NOW = datetime(2030, 3, 20, 8, tzinfo=UTC)
MANAGER, PILOT = "manager@mesure.example", "pilot@mesure.example"
NOUNS = [
    "jardin",
    "chorale",
    "sport",
    "lecture",
    "cuisine",
    "radio",
    "emploi",
    "santé",
    "numérique",
    "théâtre",
]

# One row per application: what it is, read by every statement below. The last call is under way, the
# others are closed but for one in fifty.
SHAPE = """
CREATE TEMPORARY TABLE shape ON COMMIT DROP AS
SELECT i, y.call_id, y.year::integer AS year, y.session_id, f.fiche_id, 1000000 + i % :applicants AS applicant_id,
  1000000 + i % :applicants AS contact_id,
  'CV112-' || y.year || '-' || lpad(i::text, 7, '0') AS reference,
  (ARRAY[:nouns])[1 + i % :many_nouns] AS noun,
  CASE WHEN y.year = 2030 THEN (ARRAY['submitted','eligible','committee','funded'])[1 + i % 4]
       WHEN i % 50 = 0 THEN 'reporting' ELSE 'closed' END AS state
FROM generate_series(1, :applications) AS i
JOIN years y ON y.rank = i * 10 / (:applications + 1)
JOIN fiches f ON f.rank = i % :fiches
"""
STATEMENTS = (
    """INSERT INTO organisation (id, name, siret, leads)
    SELECT 1000000 + n, 'Association ' || n, lpad((40000000000000 + n)::text, 14, '0'), false
    FROM generate_series(0, :applicants - 1) n""",
    """INSERT INTO person (id, email, name, language, active)
    SELECT 1000000 + n, 'contact' || n || '@porteur.example', 'Contact ' || n, 'fr', true
    FROM generate_series(0, :applicants - 1) n""",
    """INSERT INTO application (id, reference, call_id, fiche_id, applicant_id, contact_id,
      session_id, title, summary, form_version, received_at, renewal, starts_on, ends_on,
      financial_year_ends_on, years, charges_cents, resources_cents, requested_cents, voted_cents,
      state, outcome, state_since, changed_at, revision)
    SELECT i, reference, call_id, fiche_id, applicant_id, contact_id,
      CASE WHEN state = 'committee' THEN session_id END, 'Atelier ' || noun || ' ' || i,
      'Un atelier par semaine, ouvert à tous.', '12156*06', make_date(year - 1, 12, 10), false,
      make_date(year, 1, 4), make_date(year, 12, 31), make_date(year, 12, 31), 1, 2000000, 2000000,
      1300000, CASE WHEN state IN ('submitted','eligible','committee') THEN 0 ELSE 1300000 END,
      state, CASE WHEN state = 'closed' THEN 'completed' END, make_date(year, 1, 12),
      make_date(year, 1, 12), 3 FROM shape ORDER BY i""",
    """INSERT INTO funder_line (id, application_id, funder_id, asked_cents, comment, status,
      voted_cents, paid_cents, repaid_cents, decided_on, decision_reference)
    SELECT 2 * i + k, i, CASE k WHEN 0 THEN :state_funder ELSE :town_funder END,
      CASE k WHEN 0 THEN 800000 ELSE 500000 END, '',
      CASE WHEN decided THEN 'voted' ELSE 'pending' END,
      CASE WHEN decided THEN CASE k WHEN 0 THEN 800000 ELSE 500000 END END,
      CASE WHEN decided THEN 400000 ELSE 0 END, 0,
      CASE WHEN decided THEN make_date(year, 3, 18) END, CASE WHEN decided THEN 'DEL' END
    FROM (SELECT *, state NOT IN ('submitted','eligible','committee') AS decided FROM shape) s,
      generate_series(0, 1) k ORDER BY i""",
    """INSERT INTO journal_entry (id, contract_id, seq, application_id, action, source, dest,
      actor_id, actor_role, at, facts, previous_hash, hash)
    SELECT 1000000 + 2 * i + k, :contract, 1000000 + 2 * i + k, i,
      CASE k WHEN 0 THEN 'submit' ELSE 'declare_eligible' END,
      CASE k WHEN 1 THEN 'submitted' END, CASE k WHEN 0 THEN 'submitted' ELSE 'eligible' END,
      :manager, 'manager', make_date(year, 1, 10 + k),
      json_build_object('reference', reference), md5(i::text), md5(reference)
    FROM shape, generate_series(0, 1) k WHERE k = 0 OR state <> 'submitted' ORDER BY i""",
    """INSERT INTO obligation (id, key, application_id, duty, owed_by, organisation_id, about, rule,
      nominal_on, effective_on, status, opened_on, ended_on, revision)
    SELECT 2 * i + k, reference || CASE k WHEN 0 THEN '\\:eligibility_check' ELSE '\\:final_report' END,
      i, CASE k WHEN 0 THEN 'eligibility_check' ELSE 'final_report' END,
      CASE k WHEN 0 THEN 'manager' ELSE 'grantee' END,
      CASE k WHEN 0 THEN :lead ELSE applicant_id END, '',
      CASE k WHEN 0 THEN 'P1M after call_closes' ELSE 'P6M after financial_year_end' END,
      due, due, CASE WHEN open THEN 'open' ELSE 'met' END, make_date(year, 1, 4),
      CASE WHEN open THEN NULL ELSE due END, 1
    FROM (SELECT *, CASE k WHEN 0 THEN make_date(year, 2, 4) ELSE make_date(year + 1, 6, 30) END AS due,
        CASE k WHEN 0 THEN state = 'submitted' ELSE state <> 'closed' END AS open
      FROM shape, generate_series(0, 1) k) o
    WHERE k = 0 OR state IN ('funded','reporting','closed') ORDER BY i""",
    """INSERT INTO message (id, key, contract_id, application_id, person_id, recipient, template,
      subject, message_id, content, facts, composed_at, due_at, status, attempts, doubtful, sent_at,
      outcome)
    SELECT i, 'acknowledgement:' || i || '\\:1', :contract, i, contact_id,
      'contact' || contact_id || '@porteur.example', 'acknowledgement',
      '[' || reference || '] Nous avons bien reçu votre demande', '<' || i || '@mesure.example>',
      convert_to(repeat('x', 400), 'UTF8'), '{}', make_date(year - 1, 12, 10),
      make_date(year - 1, 12, 10),
      CASE WHEN i % 5000 = 0 THEN 'refused' ELSE 'sent' END, 1, false,
      CASE WHEN i % 5000 = 0 THEN NULL ELSE make_date(year - 1, 12, 10)::timestamptz END, ''
    FROM shape ORDER BY i""",
    """INSERT INTO opinion (id, application_id, organisation_id, verdict, comment, given_on)
    SELECT i, i, :lead, 'favourable', '', make_date(year, 2, 10) FROM shape
    WHERE state NOT IN ('submitted','eligible') ORDER BY i""",
    """INSERT INTO report (id, application_id, kind, ending, status, received_on, reviewed_on, comment)
    SELECT i, i, 'final', 'carried_out', CASE state WHEN 'closed' THEN 'accepted' ELSE 'received' END,
      make_date(year + 1, 6, 1), CASE state WHEN 'closed' THEN make_date(year + 1, 6, 20) END, ''
    FROM shape WHERE state IN ('reporting','closed') ORDER BY i""",
    """INSERT INTO application_word (contract_id, word, application_id)
    SELECT DISTINCT :contract, w, i FROM shape, unnest(ARRAY['atelier', noun, i::text, 'association',
      (applicant_id - 1000000)::text, lower(reference), lpad(i::text, 7, '0')]) w""",
    """INSERT INTO tally (call_id, fiche_id, state, outcome, applications, requested_cents, voted_cents)
    SELECT call_id, fiche_id, state, coalesce(outcome, ''), count(*), sum(requested_cents),
      sum(voted_cents) FROM application GROUP BY call_id, fiche_id, state, outcome""",
    """INSERT INTO funder_tally (call_id, fiche_id, funder_id, state, applications, asked_cents,
      voted_cents, paid_cents, repaid_cents)
    SELECT a.call_id, a.fiche_id, l.funder_id, a.state, count(*), sum(l.asked_cents),
      coalesce(sum(l.voted_cents), 0), sum(l.paid_cents), sum(l.repaid_cents)
    FROM funder_line l JOIN application a ON a.id = l.application_id
    GROUP BY a.call_id, a.fiche_id, l.funder_id, a.state""",
)
TABLES = ("organisation", "person", "application", "funder_line", "journal_entry", "obligation",
          "message", "opinion", "report")  # fmt: skip


def build(url: str, applications: int) -> None:
    """So many applications over ten calls, with all that hangs on them, a manager and a pilot."""
    upgrade(url)
    values = _ground(url) | {
        "applications": applications,
        "applicants": max(10, applications // 20),
        "nouns": NOUNS,
        "many_nouns": len(NOUNS),
    }
    with engine_for(url).begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        _temporary(connection, values)
        for statement in STATEMENTS:
            connection.execute(text(statement), values)
        for table in TABLES:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 10000000)"
                )  # our own names
            )
        connection.execute(
            text("UPDATE journal_head SET seq = 1000000 + 2 * :applications + 2"), values
        )
    with engine_for(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _temporary(connection: Connection, values: dict[str, Any]) -> None:
    """What the statements read: the calls and fiches by rank, then the shape of each application."""
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE years ON COMMIT DROP AS SELECT call.id AS call_id, year,"
            " year - 2021 AS rank, (SELECT min(s.id) FROM committee_session s"
            " WHERE s.call_id = call.id) AS session_id FROM call"
        )
    )
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE fiches ON COMMIT DROP AS SELECT id AS fiche_id,"
            " row_number() OVER (ORDER BY position) - 1 AS rank FROM fiche WHERE in_call"
        )
    )
    shape = SHAPE.replace(":nouns", ", ".join(f"'{noun}'" for noun in NOUNS))
    many = connection.scalar(text("SELECT count(*) FROM fiches"))
    asked = {k: values[k] for k in ("applications", "applicants", "many_nouns")} | {"fiches": many}
    connection.execute(text(shape), asked)
    connection.execute(text("ANALYZE shape"))


def _ground(url: str) -> dict[str, Any]:
    """The catalogue, ten calls, a manager and a pilot; the numbers that the statements need."""
    from workflows.actors import OPERATOR
    from workflows.calls import open_call
    from workflows.catalogue.apply import load_shipped
    from workflows.queries import get_contract

    with transaction(url) as session:
        load_shipped(session, now=datetime(2020, 11, 1, tzinfo=UTC))
        contract: Contract = get_contract(session)
        for year in YEARS:
            open_call(
                session,
                contract,
                year,
                opens_on=date(year - 1, 11, 25),
                closes_on=date(year, 1, 4),
                committee=[date(year, 4, 15)],
                actor=OPERATOR,
                now=datetime(year - 1, 11, 20, tzinfo=UTC),
            )
        named = select(Organisation.name, Organisation.id).where(
            Organisation.contract_id == contract.id
        )
        ids = {row.name: row.id for row in session.execute(named)}
        manager = _person(session, MANAGER, Role.MANAGER, contract.id, None)
        _person(session, PILOT, Role.PILOT, contract.id, ids["Métropole"])
        assert session.scalars(select(Call.id)).all()
        assert session.scalars(select(Fiche.id)).all()
        return {
            "contract": contract.id,
            "lead": ids["Métropole"],
            "state_funder": ids["État"],
            "town_funder": ids["Ville"],
            "manager": manager,
        }


def _person(
    session: Any, email: str, role: Role, contract_id: int, organisation_id: int | None
) -> int:
    person = Person(email=email, name=email.partition("@")[0])
    session.add(person)
    session.flush()
    session.add(
        RoleGrant(
            person_id=person.id, role=role, contract_id=contract_id, organisation_id=organisation_id
        )
    )
    return person.id
