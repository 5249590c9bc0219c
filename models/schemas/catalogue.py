"""A catalogue of fiches as a document: what every reader yields and every writer takes."""

from collections import Counter
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Wording = Literal["official", "restated"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Spelling = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FicheNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}$")]


class Document(BaseModel):
    """Base of what follows: fixed once read, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContractDoc(Document):
    """The contract a catalogue belongs to, and the organisation that carries it."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Title
    organisation: Title
    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _in_order(self) -> "ContractDoc":
        if self.ends_on < self.starts_on:
            raise ValueError("a contract ends after it starts")
        return self


class EnjeuDoc(Document):
    """A strategic issue."""

    number: Annotated[int, Field(ge=1, le=999)]
    title: Title


class PilotDoc(Document):
    """An organisation in charge of a fiche: canonical name, service in brackets, token as written."""

    name: Title
    service: Spelling | None = None
    spelling: Spelling


class FicheDoc(Document):
    """One fiche. `objectives_source` and `pilots_source` are the cells as they came."""

    number: FicheNumber
    enjeu: int
    enjeu_title: Title
    title: Title
    objectives: list[str]
    objectives_source: str
    call: bool
    pilots: Annotated[list[PilotDoc], Field(min_length=1)]
    pilots_source: str
    line: int | None = Field(default=None, exclude=True, repr=False)


class Counts(NamedTuple):
    """What a person checks first after an import."""

    fiches: int
    enjeux: int
    open: int
    pilots: int
    mentions: int


class CatalogueDoc(Document):
    """A whole catalogue, fiches in the order of the document."""

    contract: ContractDoc
    year: int | None = None
    objectives_are: Wording = "official"
    enjeux: list[EnjeuDoc]
    fiches: list[FicheDoc]

    @property
    def counts(self) -> Counts:
        """Fiches, enjeux, fiches open to the call, distinct pilots, mentions of pilots."""
        named = Counter(pilot.name for fiche in self.fiches for pilot in fiche.pilots)
        return Counts(
            fiches=len(self.fiches),
            enjeux=len(self.enjeux),
            open=sum(fiche.call for fiche in self.fiches),
            pilots=len(named),
            mentions=named.total(),
        )
