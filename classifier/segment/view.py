"""A reading view of a source text: the same length, with everything that is not prose blanked.

Comment signs, HTML tags, page numbers and Markdown emphasis become spaces and every kind of line
end becomes a newline, so that the steps above work on prose while each index still points into
the unmodified text.
"""

import re

from classifier.segment.comments import blank_comments
from classifier.segment.html import blank_html
from classifier.segment.markdown import blank_markdown
from classifier.segment.marks import RESERVED
from classifier.segment.pages import PAGE_BREAK, blank_page_numbers

_LINE_ENDS = re.compile(r"\r(?!\n)|[\x0b\x1c-\x1e\x85\u2028\u2029]")
# Private-use marks of a text's own would forge structure; other control characters carry nothing.
_NOISE = re.compile(rf"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\r{RESERVED}]|\A\ufeff")


def reading_view(text: str) -> str:
    """Return `text` with markup blanked, at the same length: `view[i]` stands for `text[i]`."""
    view = _NOISE.sub(" ", _LINE_ENDS.sub("\n", text))
    view = blank_page_numbers(view).replace(PAGE_BREAK, "\n")
    return blank_markdown(blank_comments(blank_html(view)))
