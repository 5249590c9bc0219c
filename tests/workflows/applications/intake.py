"""Files brought in, and what the database then holds."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models import Application, FunderLine
from models.errors import BadInput
from tests.workflows.applications.files import NOW
from tests.workflows.world import World
from workflows.actors import IMPORT
from workflows.applications.importing import ImportReport, import_applications
from workflows.queries import get_call


def bring_in(world: World, path: Path, **options: Any) -> ImportReport:
    call = get_call(world.session, world.call.contract_id, 2021)
    options = {"actor": IMPORT, "now": NOW, **options}
    return import_applications(world.session, path, call, **options)


def problems(world: World, path: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        bring_in(world, path)
    return [str(problem) for problem in refused.value.problems]


def stored(world: World, external: str) -> Application:
    return world.session.scalars(
        select(Application)
        .where(Application.external_reference == external)
        .options(
            selectinload(Application.lines).joinedload(FunderLine.funder),
            selectinload(Application.applicant),
            selectinload(Application.contact),
            selectinload(Application.fiche),
            selectinload(Application.qpvs),
        )
        .execution_options(populate_existing=True)
    ).one()


def count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0
