"""The tabs at the top of each page and the links at its foot, for the roles of whoever looks."""

from typing import NamedTuple

from config.i18n import gettext as _
from config.i18n import later
from models.vocabulary import Role
from web.access import LINES, Reach


class Tab(NamedTuple):
    """One entry of the navigation."""

    label: str
    address: str
    current: bool


_TABS = (  # the route whose line says who gets the tab, its address, its words
    ("home", "/", later("Ce qui m’attend")),
    ("my_fiches", "/mes-fiches", later("Mes fiches")),
    ("opinions", "/avis", later("Avis à donner")),
    ("reports", "/bilans", later("Bilans à relire")),
    ("applications", "/dossiers", later("Dossiers")),
    ("fiches", "/fiches", later("Fiches")),
    ("figures", "/chiffres", later("Chiffres")),
    ("calendar", "/calendrier", later("Calendrier")),
    ("mail", "/courrier", later("Courrier")),
    ("calls", "/appels", later("Appels à projets")),
)
_FOOT = (
    ("directory", "/annuaire", later("Annuaire")),
    ("templates", "/courrier/modeles", later("Modèles de courriel")),
    ("settings", "/reglages", later("Réglages")),
)
_PART_OF = {"/tableau": "/dossiers", "/rappels": "/courrier"}
_FOR_APPLICANTS = (  # whoever has no other part in the programme
    ("mine", "/mes-demandes", later("Mes demandes")),
    ("calls", "/appels", later("Appels à projets")),
)


def tabs_for(roles: frozenset[Role], path: str) -> list[Tab]:
    """The tabs that lead somewhere for these roles; the one of `path`, or of what it is part of, is current."""
    tabs = _FOR_APPLICANTS if only_applies(roles) else _TABS
    return [
        Tab(_(label), address, _is_at(path, address))
        for route, address, label in tabs
        if LINES[route].of(roles) is not Reach.NO
    ]


def foot_for(roles: frozenset[Role], path: str) -> list[Tab]:
    """The links at the foot of each page that lead somewhere for these roles."""
    return [
        Tab(_(label), address, _is_at(path, address))
        for route, address, label in _FOOT
        if LINES[route].of(roles) is not Reach.NO
    ]


def only_applies(roles: frozenset[Role]) -> bool:
    """Whether somebody has no part in the programme but to apply for funding."""
    return roles == {Role.GRANTEE}


def _is_at(path: str, address: str) -> bool:
    path = _PART_OF.get(path, path)
    return path == address or (address != "/" and path.startswith(f"{address}/"))
