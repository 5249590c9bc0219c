"""The pages that are measured, and what they are asked of."""

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx


class Site(NamedTuple):
    """One installation, a browser signed in for each role, every statement of the request in hand."""

    url: str
    manager: httpx.Client
    pilot: httpx.Client
    references: list[str]
    far: int
    statements: list[tuple[str, Any]]


PAGES: dict[str, Callable[[Site], httpx.Response]] = {
    "home": lambda site: site.manager.get("/"),
    "home of a pilot": lambda site: site.pilot.get("/"),
    "list": lambda site: site.manager.get("/dossiers"),
    "list of every call": lambda site: site.manager.get("/dossiers?appel=tous"),
    "list of a state": lambda site: site.manager.get("/dossiers?etat=committee"),
    "list of a fiche": lambda site: site.manager.get("/dossiers?appel=tous&fiche=1.3"),
    "list by age": lambda site: site.manager.get("/dossiers?etat=submitted&depuis=30"),
    "list by age, every call": lambda site: site.manager.get("/dossiers?appel=tous&depuis=30"),
    "list by age of a pilot": lambda site: site.pilot.get("/dossiers?appel=tous&depuis=30"),
    "list, searched": lambda site: site.manager.get("/dossiers?appel=tous&texte=jardin"),
    "list, far on": lambda site: site.manager.get(f"/dossiers?appel=tous&apres={site.far}"),
    "list of a pilot": lambda site: site.pilot.get("/dossiers"),
    "month": lambda site: site.manager.get("/calendrier"),
    "month of a pilot": lambda site: site.pilot.get("/calendrier"),
    "fiches of a pilot": lambda site: site.pilot.get("/mes-fiches"),
    "opinions to give": lambda site: site.pilot.get("/avis"),
    "reports to review": lambda site: site.pilot.get("/bilans"),
    "board": lambda site: site.manager.get("/tableau"),
    "calls": lambda site: site.manager.get("/appels"),
    "duties": lambda site: site.manager.get("/mes-echeances"),
    "mail": lambda site: site.manager.get("/courrier"),
    "mail of a state": lambda site: site.manager.get("/courrier?etat=sent"),
    "mail to some": lambda site: site.manager.get("/courrier?destinataire=contact"),
    "application": lambda site: site.manager.get(
        f"/dossiers/{random.choice(site.references)}"  # noqa: S311 # no secret
    ),
}
