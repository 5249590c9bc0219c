"""From a pilots cell to organisations: order kept, nothing dropped, unknown names said."""

import re
from typing import NamedTuple

from config.i18n import gettext as _
from config.organisations import Directory
from models.schemas.catalogue import PilotDoc
from workflows.catalogue.findings import MOST_PROBLEMS, Findings

LONGEST = 200
_PARTS = re.compile(r"\((?P<service>[^()]*)\)|(?P<stray>[()])|(?P<names>[^,;/\n()]+)|[,;/\n]")
_AND = re.compile(r"\s+et\s+", re.IGNORECASE)


class Place(NamedTuple):
    """Where a cell stands, for what is said about it."""

    line: int | None
    column: str


class _Token(NamedTuple):
    text: str
    services: list[str]


class PilotReader:
    """Reads pilots with the directory of one contract; what is wrong goes to `findings`."""

    def __init__(self, directory: Directory, findings: Findings) -> None:
        self.directory = directory
        self.findings = findings

    def read_cell(self, cell: str, place: Place) -> list[PilotDoc]:
        """The pilots of a cell; words in brackets are a service of the organisation just before.

        An unknown name, a stray bracket or nobody at all is noted as a problem. Raises nothing.
        """
        named = [self.read_name(t.text, t.services, place) for t in self._tokens(cell, place)]
        if not named and cell.strip(" ,;/") == "":
            self._problem(
                _("aucun pilote : indiquez au moins une organisation, par exemple « Ville »."),
                place,
            )
        return self.without_repeats([pilot for pilot in named if pilot], place)

    def read_name(self, name: str, services: list[str], place: Place) -> PilotDoc | None:
        """The pilot that goes by `name`; None, and a problem noted, when nobody does. Raises nothing."""
        service = "/".join(services) or None
        if len(name) > LONGEST or len(service or "") > LONGEST:
            self._problem(_("nom trop long : « {name} ».").format(name=shorten(name)), place)
            return None
        if known := self.directory.find(name):
            return PilotDoc(name=known.name, service=service, spelling=name)
        close = [] if self.findings.count >= MOST_PROBLEMS else self.directory.suggestions(name)
        advice = (
            _("vouliez-vous dire {names} ?").format(names=" / ".join(f"« {n} »" for n in close))
            if close
            else _("corrigez-le, ou ajoutez cette organisation à la liste des organisations.")
        )
        self._problem(
            _("pilote inconnu « {name} » : {advice}").format(name=shorten(name), advice=advice),
            place,
        )
        return None

    def without_repeats(self, pilots: list[PilotDoc], place: Place) -> list[PilotDoc]:
        """Each organisation once, where it first stands, its services together. Raises nothing."""
        kept: dict[str, PilotDoc] = {}
        for pilot in pilots:
            before = kept.setdefault(pilot.name, pilot)
            if before is not pilot:
                services = "/".join(filter(None, [before.service, pilot.service])) or None
                kept[pilot.name] = before.model_copy(update={"service": services})
                text = _("pilote cité deux fois, retenu une seule fois : {name}.")
                self.findings.oddity("pilot_twice", place.line, text.format(name=pilot.name))
        return list(kept.values())

    def _tokens(self, cell: str, place: Place) -> list[_Token]:
        tokens: list[_Token] = []
        follows = False  # whether brackets met now stand just after a name
        for part in _PARTS.finditer(cell):
            service = part["service"]
            if service is not None and service.strip() and follows:
                tokens[-1].services.append(service.strip())
            elif service is not None or part["stray"]:
                self._problem(
                    _(
                        "parenthèse vide, mal fermée ou sans organisation devant : « {cell} »."
                    ).format(cell=shorten(cell)),
                    place,
                )
            elif names := self._names(part["names"] or ""):
                tokens += [_Token(name, []) for name in names]
                follows = True
            elif not part["names"]:
                follows = False
        return tokens

    def _names(self, text: str) -> list[str]:
        """A text without separator as names: whole when it is known, else cut at each “et”."""
        whole = [text] if self.directory.find(text) else _AND.split(text)
        return [name.strip() for name in whole if name.strip()]

    def _problem(self, text: str, place: Place) -> None:
        self.findings.problem(text, place.line, place.column)


def shorten(text: str, most: int = 80) -> str:
    """`text` short enough for a sentence. Raises nothing."""
    flat = " ".join(text[: most * 4].split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
