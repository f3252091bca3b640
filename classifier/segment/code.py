"""Tell lines of program code from prose, so that neither is cut as the other."""

import re

_HINT = re.compile(r"[{}=#$&!<>]|\w\(|(?:import|from|class|return|raise|else|\}|end)\b")
_NO_ARGUMENT = r"(?!(?:e?s|[a-z]{1,3}|[A-Z]|\d{1,3})\))"
"""What `license(s)` and `Section 3(a)` have in brackets."""
_TYPES = "bool|char|const|double|float|fn|func|function|int|long|private|public|static|sub|unsigned|void"
_CODE = re.compile(
    rf"""
    \#\s{{0,4}}(?:include|define|ifn?def|undef|endif|pragma)\b
    | \#!/
    | import\s[A-Za-z_]\w*(?:\.[\w*]+)*\s?;?$
    | from\s[\w.]+\simport\s
    | (?:\$|>>>)\s\S
    | (?:async\s)?def\s\w+\(.*\).{{0,60}}:$
    | class\s[A-Z]\w*(?:\(.*\))?:$
    | (?:if|while|for|switch)\s?\(.*(?:[=<>!&|;\[]|\w\({_NO_ARGUMENT}).*\)\s?\{{?$
    | (?:if|elif|while|for|with)\s.*(?:\w\[|==|\w\({_NO_ARGUMENT}.*\)).{{0,60}}:$
    | return\s(?:\d+|None|True|False)$ | return\s[\w.]+\({_NO_ARGUMENT}.*\);?$ | return(?:\s[\w.\[\]"'()-]{{1,60}})?;$
    | [A-Za-z_][\w.:>-]{{0,80}}\({_NO_ARGUMENT}.*\)\s?[;{{:]?$
    | (?:[\w.\[\]*&:<>]{{1,40}}\s){{0,3}}[\w.\[\]*]{{1,40}}\s?[-+*/|&:]?=(?!=)\s?[^\s=]\S*(?:\s\S+){{0,5}}[;,)\]}}"']$
    | (?:{_TYPES})\s.{{0,80}}\w\({_NO_ARGUMENT}.*\)\s?[;{{]?$
    | <\?xml\b | </[A-Za-z][\w:.-]*>$ | <[A-Za-z][\w:.-]*\s[\w:.-]+=["'].*>$
    | [{{}}()\[\];,]+$
    """,
    re.X,
)
_OPERATOR = re.compile(r"[\w)\]]\s?(?:==|!=|&&|\+=)\s?[\w(\"'*]")
_MAX_CODE_LINE = 200


def is_code(line: str) -> bool:
    """Tell whether a line taken alone can only be program code."""
    if len(line) > _MAX_CODE_LINE or not _HINT.search(line):
        return False
    return line[-1] == "{" or _CODE.match(line) is not None or _OPERATOR.search(line) is not None
