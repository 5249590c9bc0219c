"""What pages and amendments look at beside what a move does."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Application


def with_neighbourhoods(session: Session, application: Application) -> Application:
    """The same application, its neighbourhoods loaded too; raises nothing."""
    query = select(Application).where(Application.id == application.id)
    return session.scalars(query.options(selectinload(Application.qpvs))).one()
