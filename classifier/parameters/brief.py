"""Parameters in a few characters: `monthly-users > 700,000,000`."""

from classifier.datamodels import Parameter

_MAX_PLAIN = 1e15
"""Larger numbers are written as powers of ten."""


def brief(parameter: Parameter) -> str:
    """Return a parameter as a short string; what an address says is not cleaned."""
    value = parameter.value if isinstance(parameter.value, str) else brief_number(parameter.value)
    if parameter.unit == "percent":
        value += "%"
    unit = parameter.unit if parameter.unit != "percent" else None
    head = " ".join(filter(None, (parameter.kind, parameter.comparator, value or parameter.text)))
    tail = " ".join(filter(None, (parameter.currency, unit)))
    window = f"/ {parameter.window}" if parameter.window else ""
    return " ".join(filter(None, (head, tail, window)))


def brief_number(value: float | None) -> str:
    """Return a number with thousands apart and no needless zeros, or "" for none."""
    if value is None:
        return ""
    if abs(value) >= _MAX_PLAIN:
        return f"{value:.6g}"
    whole = round(value)
    return f"{whole:,}" if whole == value else f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.2f}"
