"""What the import of a large workbook takes in memory."""

from bench.import_memory import LINES, measure
from bench.measure import Figure


def memory() -> Figure:
    """The largest size of the process that imports 100 000 lines of XLSX in one transaction."""
    got = measure()
    detail = (
        f"{got.lines} lines, {got.applications} applications, {got.seconds:.0f} s,"
        f" {got.lines_per_second:.0f} lines/s"
    )
    return Figure(f"import of {LINES} lines of XLSX, peak memory", got.peak_mb, 500.0, "MB", detail)
