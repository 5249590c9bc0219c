"""The first line of a file: which columns it has, and whether that is enough."""

from collections.abc import Iterator

from config.i18n import gettext as _
from models.errors import BadInput, Problem
from workflows.applications.cellwise import plain
from workflows.applications.columns import Profile
from workflows.applications.faults import Faults
from workflows.applications.layout import Layout, Titles, read_titles, recognised
from workflows.applications.reading import Row

_FEW = 3


def take_titles(rows: Iterator[Row], faults: Faults, profile: Profile | None = None) -> Layout:
    """The columns that the first of `rows` names, of a file of that kind when it is known.

    Raises `BadInput` when there is no line at all, when it holds no titles, and when a column is
    missing, named twice or (in our own format) unknown. Columns left out are a warning.
    """
    first = next(rows, None)
    if first is None:
        raise BadInput([Problem(_("le fichier est vide."), faults.file)])
    texts = [plain(cell) for cell in first.cells]
    titles = read_titles(texts, profile)
    if recognised(texts) < _FEW:
        said = _("cette ligne ne porte pas les titres des colonnes ; attendu : {names}.")
        names = ", ".join(titles.missing)
        raise BadInput([Problem(said.format(names=names), faults.file, first.line)])
    _judge(titles, first.line, faults)
    faults.stop_if_bad()
    return titles.layout


def _judge(titles: Titles, line: int, faults: Faults) -> None:
    for one, other in titles.twice:
        said = _("les colonnes « {one} » et « {other} » disent la même chose : gardez-en une.")
        faults.problem(said.format(one=one, other=other), line, other)
    for name in titles.missing:
        faults.problem(_("colonne manquante : ajoutez-la."), line, name)
    if titles.layout.profile is not Profile.DAUPHIN:
        for name in titles.unknown:
            said = _("colonne inconnue : supprimez-la, ou donnez-lui le titre attendu.")
            faults.problem(said, line, name)
    elif left_out := [*titles.left_out, *titles.unknown]:
        faults.warn(_("colonnes non reprises : {names}.").format(names=", ".join(left_out)), line)
