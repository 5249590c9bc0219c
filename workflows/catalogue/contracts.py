"""Which contract a catalogue belongs to: said in full, or found from the title of its pages."""

from difflib import SequenceMatcher

from config.catalogues import shipped_catalogues
from config.i18n import gettext as _
from config.organisations import spelling_key
from models.schemas.catalogue import ContractDoc
from workflows.catalogue.banner import Banner, usual_banner
from workflows.catalogue.draft import Draft
from workflows.catalogue.findings import Findings

_CLOSE = 0.9  # how alike two names are when only a slip tells them apart


def known_contracts() -> list[ContractDoc]:
    """The contracts whose catalogue ships with Jalon. Raises nothing."""
    heads = {shipped.contract["code"]: shipped.contract for shipped in shipped_catalogues()}
    return [ContractDoc.model_validate(head) for head in heads.values()]


def contract_of(draft: Draft, findings: Findings) -> ContractDoc | None:
    """The contract of `draft`; None, and a problem noted, when nothing tells. Raises nothing."""
    written = [banner.contract for banner in draft.banners if banner.contract]
    if stated := draft.contract or (written[0] if written else None):
        return stated
    known = known_contracts()
    named = [banner for banner in draft.banners if banner.name]
    if named:
        return _named(usual_banner(named), known, findings)
    if len(known) == 1:
        text = _(
            "aucun titre ne nomme le contrat : le catalogue est pris pour celui de « {name} »."
        )
        findings.oddity("missing_banner", None, text.format(name=known[0].name))
        return known[0]
    findings.problem(
        _(
            "aucun titre ne nomme le contrat : ajoutez « APPEL A PROJETS 2021 - CONTRAT DE VILLE … »."
        )
    )
    return None


def year_of(draft: Draft, findings: Findings) -> int | None:
    """The year of the call; two different years are noted as a problem. Raises nothing."""
    if draft.year is not None or not draft.banners:
        return draft.year
    first = draft.banners[0]
    for banner in draft.banners:
        if banner.year != first.year:
            text = _(
                "appel de {year}, alors que la ligne {line} annonce {first} : un seul par fichier."
            )
            findings.problem(
                text.format(year=banner.year, line=first.line, first=first.year), banner.line
            )
    return first.year


def _named(banner: Banner, known: list[ContractDoc], findings: Findings) -> ContractDoc | None:
    """The known contract that a page title names, slips allowed but its years exact."""
    for contract in known:
        name = spelling_key(contract.name)
        years = (contract.starts_on.year, contract.ends_on.year)
        alike = SequenceMatcher(None, name, banner.name[:400], autojunk=False).ratio() >= _CLOSE
        if alike and banner.years in (None, years):
            if banner.name != name:
                text = _("contrat nommé « {text} », lu « {name} ».")
                odd = text.format(text=banner.text, name=contract.name)
                findings.oddity("contract_spelling", banner.line, odd)
            return contract
    findings.problem(
        _(
            "contrat inconnu : « {text} » ; importez-le d’abord par un fichier YAML qui donne son code, "
            "son nom, l’organisation qui le porte et ses dates."
        ).format(text=banner.text[:120]),
        banner.line,
    )
    return None
