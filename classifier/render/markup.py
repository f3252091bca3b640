"""Build HTML in which text is escaped unless it was built here."""

import html

from classifier.render.escape import clean, encodable

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """HTML that stands as it is."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Return text as HTML shows it, without control and bidirectional characters."""
    return Markup(html.escape(clean(encodable(value))))


def element(name: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """Return an element.

    Args:
        name: The name of the element.
        children: What it holds: markup as it stands, other strings escaped.
        attributes: `class_` is `class`, other underscores are hyphens; True gives the bare name, False and
            None leave the attribute out.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{join(*children)}</{name}>")


def join(*parts: str) -> Markup:
    """Return markup as it stands and other strings escaped, one after the other."""
    return Markup("".join(part if isinstance(part, Markup) else text(part) for part in parts))


def raw(name: str, content: str, /, **attributes: str | bool | None) -> Markup:
    """Return a `style` or `script` element with trusted content.

    Raises:
        ValueError: The content would close the element.
    """
    if "</" in content:
        raise ValueError(f"{name}: the content holds an end tag")
    return element(name, Markup(content), **attributes)


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(value)}"'
