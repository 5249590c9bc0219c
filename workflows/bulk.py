"""The same thing done to several applications: each in a transaction of its own, each with its result."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models.errors import BadInput, JalonError
from models.session import transaction

AT_MOST = 500


class Result(NamedTuple):
    """What came of one: a sentence when it was refused, else nothing."""

    key: str
    refused: str = ""

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return not self.refused


def one_by_one(
    url: str, keys: Iterable[str], work: Callable[[Session, str], object]
) -> list[Result]:
    """Do `work` for each key, in order; a refusal keeps nothing of its own and stops no other.

    Raises `BadInput` beyond `AT_MOST` of them.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > AT_MOST:
        said = _("{count} dossiers choisis, au plus {most} à la fois : choisissez-en moins.")
        raise BadInput(said.format(count=len(wanted), most=AT_MOST))
    return [_one(url, key, work) for key in wanted]


def _one(url: str, key: str, work: Callable[[Session, str], object]) -> Result:
    try:
        with transaction(url) as session:
            work(session, key)
    except JalonError as error:
        return Result(key, str(error))
    return Result(key)
