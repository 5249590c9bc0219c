"""The catalogue of fiches: read from what people have, compared, applied, written back."""

from workflows.catalogue.apply import apply_catalogue, load_shipped
from workflows.catalogue.export import export_catalogue
from workflows.catalogue.organisations import directory_of
from workflows.catalogue.read import read_catalogue

__all__ = [
    "apply_catalogue",
    "directory_of",
    "export_catalogue",
    "load_shipped",
    "read_catalogue",
]
