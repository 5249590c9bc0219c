"""What is odd in a catalogue that was understood: said once each, with the line to look at."""

from collections import defaultdict
from collections.abc import Iterator

from config.i18n import gettext as _
from config.organisations import Directory
from models.schemas.catalogue import CatalogueDoc
from workflows.catalogue.banner import usual_banner
from workflows.catalogue.draft import Draft
from workflows.catalogue.findings import Oddity
from workflows.catalogue.numbers import natural_key
from workflows.catalogue.objectives import is_unmarked_list, tags_left_open
from workflows.catalogue.pilots import shorten
from workflows.catalogue.references import contents, references


def oddities_of(draft: Draft, document: CatalogueDoc, directory: Directory) -> list[Oddity]:
    """Every oddity of a catalogue, in the order of the lines. Raises nothing."""
    found = [
        *_pages(draft),
        *_enjeux(draft, document),
        *_missing_numbers(document),
        *_pilot_spellings(document, directory),
        *_flags(draft),
        *_markup(document),
        *references(document),
        *contents(document, draft.year),
    ]
    return sorted(found, key=lambda oddity: oddity.line or 0)


def _pages(draft: Draft) -> Iterator[Oddity]:
    headers, banners = draft.header_lines, draft.banners
    if len(headers) > 1:
        text = _("titres de colonnes répétés : {count} fois (lignes {lines}).")
        told = text.format(count=len(headers), lines=_listed(headers))
        yield Oddity("repeated_header", headers[1], told)
    if len(banners) > 1:
        text = _("titre du document répété : {count} fois (lignes {lines}).")
        told = text.format(count=len(banners), lines=_listed([b.line for b in banners]))
        yield Oddity("repeated_banner", banners[1].line, told)
    for banner in banners:
        if banner.name != usual_banner(banners).name:
            text = _("titre écrit autrement que sur les autres pages : « {text} ».")
            told = text.format(text=shorten(banner.text, 120))
            yield Oddity("misspelt_banner", banner.line, told)


def _enjeux(draft: Draft, document: CatalogueDoc) -> Iterator[Oddity]:
    used = {enjeu.number for enjeu in document.enjeux}
    lines = {fiche.enjeu: fiche.line for fiche in reversed(document.fiches)}
    lines |= {enjeu.number: line for line, enjeu in reversed(draft.enjeux) if line}
    for number in sorted(lines.keys() - used):
        text = _("enjeu {number} sans aucune fiche : non repris.")
        yield Oddity("empty_enjeu", lines[number], text.format(number=number))
    for number in sorted(set(range(1, max(lines) + 1)) - lines.keys()):
        after = min(n for n in lines if n > number)
        text = _("l’enjeu {number} n’existe pas : la numérotation passe à {after}.")
        told = text.format(number=number, after=after)
        yield Oddity("missing_enjeu", lines[after], told)


def _missing_numbers(document: CatalogueDoc) -> Iterator[Oddity]:
    ranks: dict[int, dict[int, int | None]] = defaultdict(dict)
    for fiche in document.fiches:
        ranks[fiche.enjeu][natural_key(fiche.number)[1]] = fiche.line
    for enjeu, lines in ranks.items():
        for rank in sorted(set(range(1, max(lines))) - lines.keys()):
            after = min(r for r in lines if r > rank)
            text = _("la fiche {number} n’existe pas dans l’enjeu {enjeu}.")
            told = text.format(number=f"{enjeu}.{rank}", enjeu=enjeu)
            yield Oddity("missing_fiche", lines[after], told)
    keys = [natural_key(fiche.number) for fiche in document.fiches]
    for fiche, before, key in zip(document.fiches[1:], keys, keys[1:], strict=False):
        if key < before:
            text = _("la fiche {number} n’est pas à sa place dans l’ordre des numéros.")
            yield Oddity("out_of_order", fiche.line, text.format(number=fiche.number))


def _pilot_spellings(document: CatalogueDoc, directory: Directory) -> Iterator[Oddity]:
    """Each spelling that is not the canonical name, and each service in brackets, once."""
    spellings: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for fiche in document.fiches:
        for pilot in fiche.pilots:
            if pilot.spelling != pilot.name:
                spellings[pilot.spelling, pilot.name].append(fiche.line)
            if pilot.service:
                text = _("fiche {number} : « {service} » est noté comme service de {name}.")
                told = text.format(number=fiche.number, service=pilot.service, name=pilot.name)
                yield Oddity("pilot_service", fiche.line, told)
    for (spelling, name), lines in spellings.items():
        known = directory.find(spelling)
        slip = known is not None and known.kind == "typing_error"
        text = (
            _("faute de frappe : « {spelling} » lu {name}.")
            if slip
            else _("pilote écrit « {spelling} », lu {name} ({count} fois).")
        )
        told = text.format(spelling=spelling, name=name, count=len(lines))
        yield Oddity("pilot_typing_error" if slip else "pilot_spelling", lines[0], told)


def _flags(draft: Draft) -> Iterator[Oddity]:
    flags = {f: [d.line for d in draft.fiches if d.call == f] for f in ("X", "x")}
    if flags["X"] and flags["x"]:
        text = _(
            "ouverture à l’appel notée de deux façons : « X » ({capital} fois) et « x » ({small})."
        )
        told = text.format(capital=len(flags["X"]), small=len(flags["x"]))
        yield Oddity("flag_spelling", min(flags["X"][0] or 0, flags["x"][0] or 0), told)


def _markup(document: CatalogueDoc) -> Iterator[Oddity]:
    unclosed = {f.number: tags_left_open(f.objectives_source) for f in document.fiches}
    count = sum(map(len, unclosed.values()))
    lines = {f.number: f.line for f in document.fiches}
    if count:
        where = [number for number, names in unclosed.items() if names]
        names = sorted({f"<{name}>" for found in unclosed.values() for name in found})
        text = _("balises ouvertes et jamais fermées : {count} {names}, dans {fiches} fiches.")
        told = text.format(count=count, names=", ".join(names), fiches=len(where))
        yield Oddity("open_tags", lines[where[0]], told)
    blurred = [f.number for f in document.fiches if is_unmarked_list(f.objectives_source)]
    if blurred:
        text = _(
            "listes d’objectifs sans aucune puce, gardées d’un bloc : {count} fiches ({fiches})."
        )
        told = text.format(count=len(blurred), fiches=", ".join(blurred))
        yield Oddity("unmarked_list", lines[blurred[0]], told)
    for fiche in document.fiches:
        if not fiche.objectives:
            told = _("fiche {number} : aucun objectif.").format(number=fiche.number)
            yield Oddity("no_objectives", fiche.line, told)


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines))
