"""A second contract in the same database: a copy of all of the first, where each word says whose it is."""

from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint, insert, select

from models import Application
from models.session import engine_for

MARK = "zanzibar"
FAR = 1_000_000  # added to the numbers of the first
NOT_OF_A_CONTRACT = {
    "agent_identity", "bounce", "emergency_account", "mail_quota", "qpv", "relay_health",
    "reminder_run", "sign_in_attempt", "sign_in_link", "web_session", "work_round",
}  # fmt: skip
WORDS = {
    "about", "code", "comment", "email", "key", "label", "message_id", "name", "number", "objectives_source",
    "recipient", "reference", "service", "subject", "summary", "text", "title", "url", "word", "words",
}  # fmt: skip


def add_another_contract(url: str) -> None:
    """Copy every row that is of a contract, its numbers far away and its words marked."""
    with engine_for(url).begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in Application.metadata.sorted_tables:
            if table.name not in NOT_OF_A_CONTRACT:
                _copy(connection, table)


def _copy(connection: Connection, table: Table) -> None:
    alone = _unique_alone(table)
    rows = connection.execute(select(table)).mappings().all()
    copies = [{c.name: _copied(c, row[c.name], c.name in alone) for c in table.c} for row in rows]
    if copies:
        connection.execute(insert(table), copies)


def _copied(column: Column[Any], value: Any, alone: bool) -> Any:
    targets = {key.column.table.name for key in column.foreign_keys}
    if isinstance(value, int) and (column.name == "id" or targets - NOT_OF_A_CONTRACT):
        return value + FAR
    if column.name == "siret" and value:
        return f"9{value[1:]}"
    if type(value) is str and (alone or column.name in WORDS) and not _is_a_number(value):
        return f"{MARK}{value}"
    return b"z" + value if alone and isinstance(value, bytes) else value


def _is_a_number(value: str) -> bool:
    return value.replace(".", "").isdigit()


def _unique_alone(table: Table) -> set[str]:
    """The columns whose value no other row may have."""
    constraints = [set(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes = [set(index.columns) for index in table.indexes if index.unique]
    alone = [next(iter(one)).name for one in (*constraints, *indexes) if len(one) == 1]
    return {*alone, *(c.name for c in table.c if c.unique)}
