"""From a draft to a checked document: every cell understood, or a problem that says why not."""

from collections.abc import Callable

from config.i18n import gettext as _
from config.organisations import Directory
from models.schemas.catalogue import CatalogueDoc, EnjeuDoc, FicheDoc, PilotDoc
from workflows.catalogue.contracts import contract_of, year_of
from workflows.catalogue.draft import Draft, FicheDraft
from workflows.catalogue.findings import Findings
from workflows.catalogue.numbers import is_number, natural_key
from workflows.catalogue.objectives import join_objectives, split_objectives
from workflows.catalogue.pilots import PilotReader, Place, shorten

_FLAGS: dict[str | bool, bool] = {"x": True, "X": True, "": False, True: True, False: False}


def assemble(
    draft: Draft, directory_for: Callable[[str], Directory], findings: Findings
) -> CatalogueDoc:
    """The document that `draft` makes, pilots looked up in the directory of its contract.

    Raises BadInput with every problem found: unknown contract or pilot, number
    malformed, met twice or under the wrong enjeu, bad flag, no fiche at all.
    """
    contract, year = contract_of(draft, findings), year_of(draft, findings)
    reader = PilotReader(directory_for(contract.code if contract else ""), findings)
    checker = _Checker(draft, reader, findings)
    enjeux = checker.enjeux()
    fiches = [checker.fiche(fiche, enjeux) for fiche in draft.fiches]
    if not draft.fiches and not findings.problems:
        findings.problem(_("aucune fiche dans ce fichier."))
    if contract and reader.directory.find(contract.organisation) is None:
        text = _("l’organisation qui porte le contrat est inconnue : « {name} ».")
        findings.problem(text.format(name=contract.organisation))
    findings.stop_if_bad()
    assert contract is not None  # noqa: S101 # else a problem was noted and has stopped us
    used = {fiche.enjeu for fiche in fiches if fiche}
    return CatalogueDoc(
        contract=contract,
        year=year,
        objectives_are=draft.objectives_are,
        enjeux=[EnjeuDoc(number=n, title=title) for n, title in enjeux.items() if n in used],
        fiches=[fiche for fiche in fiches if fiche],
    )


class _Checker:
    """Checks fiches one after the other, remembering where each number was first met."""

    def __init__(self, draft: Draft, pilots: PilotReader, findings: Findings) -> None:
        self.draft, self.pilots, self.findings = draft, pilots, findings
        self.first_line: dict[str, int | None] = {}

    def enjeux(self) -> dict[int, str]:
        titles: dict[int, str] = {}
        for line, enjeu in self.draft.enjeux:
            if titles.setdefault(enjeu.number, enjeu.title) != enjeu.title:
                text = _("enjeu {number} annoncé deux fois avec deux titres différents.")
                self.findings.problem(text.format(number=enjeu.number), line)
        return titles

    def fiche(self, draft: FicheDraft, enjeux: dict[int, str]) -> FicheDoc | None:
        """The checked fiche; None when a problem was noted."""
        before = self.findings.count
        self._check_number(draft)
        if not draft.title:
            self._problem(draft, "title", _("fiche sans intitulé."))
        if draft.call not in _FLAGS:
            text = _("« {flag} » ; attendu : « x » si la fiche est ouverte à l’appel, rien sinon.")
            self._problem(draft, "call", text.format(flag=shorten(str(draft.call), 30)))
        pilots = self._pilots(draft)
        objectives, source = self._objectives(draft)
        if self.findings.count > before or draft.enjeu not in enjeux:
            return None
        return FicheDoc(
            number=draft.number,
            enjeu=draft.enjeu,
            enjeu_title=enjeux[draft.enjeu],
            title=draft.title,
            objectives=objectives,
            objectives_source=source,
            call=_FLAGS[draft.call],
            pilots=pilots,
            pilots_source=draft.pilots_source,
            line=draft.line,
        )

    def _check_number(self, draft: FicheDraft) -> None:
        number = draft.number
        if not is_number(number):
            text = _("numéro de fiche « {number} » ; attendu : enjeu, point, rang, comme « 1.10 ».")
            self._problem(draft, "number", text.format(number=shorten(number, 30)))
            return
        if number in self.first_line:
            text = _("la fiche {number} existe déjà (ligne {line}).")
            if len(number.partition(".")[2]) == 1:
                text = _(
                    "la fiche {number} existe déjà (ligne {line}) ; si c’était « {number}0 », le "
                    "tableur a perdu le zéro : mettez la colonne au format Texte."
                )
            line = self.first_line[number]
            self._problem(draft, "number", text.format(number=number, line=line or "?"))
        self.first_line.setdefault(number, draft.line)
        if draft.enjeu is None:
            text = _(
                "la fiche {number} vient avant tout enjeu ; attendu : une ligne « ENJEU n : … »."
            )
            self._problem(draft, "number", text.format(number=number))
        elif natural_key(number)[0] != draft.enjeu:
            text = _("la fiche {number} est rangée sous l’enjeu {enjeu} ; attendu : {enjeu}.n.")
            self._problem(draft, "number", text.format(number=number, enjeu=draft.enjeu))

    def _pilots(self, draft: FicheDraft) -> list[PilotDoc]:
        place = Place(draft.line, self.draft.columns["pilots"])
        read = self.pilots.read_cell(draft.pilots_source, place)
        if draft.pilots is not None:
            known = [self.pilots.directory.find(name) for name in draft.pilots]
            if [k.name if k else None for k in known] != [pilot.name for pilot in read]:
                text = _(
                    "la liste des pilotes et leur texte d’origine (« {text} ») se contredisent."
                )
                self._problem(draft, "pilots", text.format(text=shorten(draft.pilots_source)))
        return read

    def _objectives(self, draft: FicheDraft) -> tuple[list[str], str]:
        """The list and its cell; where a file holds both and they differ, the list wins."""
        items = split_objectives(draft.objectives_source)
        if draft.objectives is None or draft.objectives == items:
            return items, draft.objectives_source
        if draft.objectives_source:
            text = _(
                "fiche {number} : la liste d’objectifs remplace le texte d’origine, différent."
            )
            self.findings.oddity(
                "objectives_rewritten", draft.line, text.format(number=draft.number)
            )
        source = join_objectives(draft.objectives)
        return split_objectives(source), source

    def _problem(self, draft: FicheDraft, field: str, text: str) -> None:
        self.findings.problem(text, draft.line, self.draft.columns[field])
