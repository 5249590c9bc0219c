"""A past of many closed applications and a few live ones, made by the database itself: fast, the same each time."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, text

from models.schema import upgrade
from models.session import engine_for, transaction

TODAY = date(2031, 3, 20)
NOW = datetime(2031, 3, 20, 5, 10, tzinfo=UTC)
AT_A_TIME = 200_000  # applications a statement

NUMBERS = """
WITH RECURSIVE n(i) AS (SELECT CAST(:first AS integer) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(:last AS integer))
"""
APPLICATION = f"""
INSERT INTO application (id, reference, call_id, fiche_id, applicant_id, title, summary,
  form_version, received_at, renewal, starts_on, ends_on, financial_year_ends_on, years,
  charges_cents, resources_cents, requested_cents, voted_cents, state, outcome, state_since,
  changed_at, revision)
{NUMBERS}
SELECT i, 'CV112-2021-' || (1000000 + i), :call, :fiche, :org, 'Atelier ' || i, '', '1',
  CAST(:instant AS {{instant}}), :no, CAST(:starts AS {{date}}), CAST(:ends AS {{date}}),
  CAST(:ends AS {{date}}), 1, 100000, 100000, 50000, 40000, :state, :outcome,
  CAST(:instant AS {{instant}}), CAST(:instant AS {{instant}}), 1 FROM n
"""  # noqa: S608 # our own words
OBLIGATION = f"""
INSERT INTO obligation (id, key, application_id, duty, owed_by, organisation_id, about, rule,
  nominal_on, effective_on, status, opened_on, ended_on, revision)
{NUMBERS}
SELECT 3 * i + CAST(:rank AS integer),
  'CV112-2021-' || (1000000 + i) || ':' || CAST(:duty AS text), i, CAST(:duty AS text), 'grantee', :org,
  '', 'P6M', CAST(:due AS {{date}}), CAST(:due AS {{date}}), :status, CAST(:starts AS {{date}}),
  CAST(:ended AS {{date}}), 1 FROM n
"""  # noqa: S608 # our own words
DUTIES = ("interim_report", "final_report", "report_correction")


def build(url: str, closed: int, due: int) -> None:
    """`closed` applications of the past, `due` whose day has come, as many that go on; three obligations each."""
    upgrade(url)
    common = _ground(url)
    postgres = engine_for(url).dialect.name == "postgresql"
    types = (
        {"instant": "timestamptz", "date": "date"}
        if postgres
        else {"instant": "text", "date": "text"}
    )
    total = closed + 2 * due
    kinds = [  # from, to, state, outcome, ends, due, status
        (1, closed, "closed", "completed", date(2029, 12, 31), date(2030, 6, 30), "met"),
        (closed + 1, closed + due, "funded", None, TODAY, TODAY - timedelta(days=1), "open"),
        (
            closed + due + 1,
            total,
            "funded",
            None,
            date(2035, 1, 1),
            date(2035, 7, 1),
            "open",
        ),
    ]
    with engine_for(url).begin() as connection:
        for first, last, state, outcome, ends, by, status in kinds:
            values = common | {"no": False, "state": state, "outcome": outcome, "ends": str(ends),
                               "due": str(by), "status": status,
                               "ended": str(by) if status == "met" else None}  # fmt: skip
            _fill(connection, first, last, values, types)
        connection.execute(text("ANALYZE"))


def _fill(
    connection: Connection, first: int, last: int, values: dict[str, object], types: dict[str, str]
) -> None:
    application = text(APPLICATION.format(**types))
    obligation = text(OBLIGATION.format(**types))
    for start in range(first, last + 1, AT_A_TIME):
        part = values | {"first": start, "last": min(start + AT_A_TIME - 1, last)}
        connection.execute(application, part)
        for rank, duty in enumerate(DUTIES):
            late = rank == 0 or values["status"] == "met"
            mine = part if late else part | {"due": "2035-07-01"}
            connection.execute(obligation, mine | {"rank": rank, "duty": duty})


def _ground(url: str) -> dict[str, object]:
    """A call, a fiche and an organisation to hang everything on."""
    from sqlalchemy import select

    from models import Fiche, Organisation
    from workflows.actors import OPERATOR
    from workflows.calls import open_call
    from workflows.catalogue.apply import load_shipped
    from workflows.queries import get_contract

    now = datetime(2021, 1, 5, 9, tzinfo=UTC)
    with transaction(url) as session:
        load_shipped(session, now=now)
        contract = get_contract(session)
        opens, closes = date(2020, 11, 25), date(2021, 1, 4)
        call = open_call(
            session, contract, 2021, opens_on=opens, closes_on=closes, actor=OPERATOR, now=now
        )
        session.flush()
        return {
            "call": call.id,
            "fiche": session.scalar(select(Fiche.id).limit(1)),
            "org": session.scalar(select(Organisation.id).limit(1)),
            "instant": "2021-01-05 09:00:00+00"
            if url.startswith("postgres")
            else "2021-01-05 09:00:00.000000",
            "starts": "2021-02-01",
        }
