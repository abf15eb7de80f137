"""What TeX writes for the eye: colours, frames, fonts, sizes, spaces, several names of one command."""

from __future__ import annotations

import re

from overthink.answers.rules import Rule, rewritten

_COMMANDS = {
    r"\asin": r"\arcsin", r"\acos": r"\arccos", r"\atan": r"\arctan", r"\tg": r"\tan", r"\ctg": r"\cot",
    r"\lg": r"\log", r"\sfrac": r"\frac", r"\nicefrac": r"\frac",
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\geq": r"\ge", r"\geqslant": r"\ge",
    r"\leq": r"\le", r"\leqslant": r"\le", r"\neq": r"\ne", r"\lt": "<", r"\gt": ">", r"\times": r"\cdot",
    r"\ast": r"\cdot", r"\div": "/", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lvert": "|", r"\rvert": "|",
    r"\vert": "|", r"\lbrack": "[", r"\rbrack": "]", r"\dots": r"\ldots", r"\cdots": r"\ldots", r"\dotsc": r"\ldots",
    r"\colon": ":", r"\simeq": r"\approx", r"\degree": r"^\circ", r"\degrees": r"^\circ", r"\imath": "i",
    r"\varnothing": r"\emptyset", r"\dbinom": r"\binom", r"\tbinom": r"\binom", r"\euro": "€", r"\pounds": "£",
    r"\percent": "%", r"\lparen": "(", r"\rparen": ")", r"\land": r"\wedge", r"\mid": "|", r"\iff": r"\Leftrightarrow",
    r"\jmath": "j",
}  # fmt: skip
_UNPRINTED = (
    "strut",
    "mathstrut",
    "hfill",
    "newline",
    "par",
    "notag",
    "nonumber",
    "checkmark",
    "qed",
    "null",
    "blacksquare",
    "Box",
)
_WORDS_IN_COMMAND = Rule(
    "words in a command for text or a font",
    re.compile(
        r"\\(?:text(?:bf|it|rm|sf|tt|normal|up)?|math(?:rm|bf|it|sf|tt|cal)|mbox|hbox|emph|pmb|mathnormal|textsc|operatorname\*?|boldsymbol"
        r"|bm)\s*\{([^{}]*)\}"
    ),
    r" \1 ",
    examples=((r"\text{noon}", "noon"), (r"\mathbf{\text{v}}", "v"), (r"5\mbox{ km}", "5 km")),
    not_examples=(r"\mathbb{R}", r"\texture{5}"),
)


def _choices(found: re.Match[str]) -> str:
    top, bottom = found[1] or found[3], found[2] or found[5]
    return rf"\frac{{{top}!}}{{({top}-{bottom})!}}" if found[4] == "P" else rf"\binom{{{top}}}{{{bottom}}}"


LAYOUT = (
    Rule(
        "a component in bold type",
        re.compile(r"\\(?:mathbf|boldsymbol|bm)\s?\{\s?([ijk])\s?\}"),
        r"\\hat{\1}",
        examples=((r"8\mathbf{i}", r"8\hat{i}"),),
        not_examples=(r"\mathbf{v}", "8i", r"\mathrm{i}"),
    ),
    Rule(
        "a colour",
        re.compile(r"\\(?:text)?color\s{0,4}(?:\[\w{0,10}\]\s{0,4})?\{[^{}]{0,40}\}"),
        " ",
        examples=(
            (r"\color{blue}{8}", "{8}"),
            (r"\textcolor{blue}{8}", "{8}"),
            (r"{\color[rgb]{0,0,1}8}", "{ 8}"),
        ),
        not_examples=(r"\colors{8}", r"\colon"),
    ),
    Rule(
        "a frame, a line below",
        re.compile(r"\\(?:underline|uline|smash|ensuremath)(?:\s{0,4}\[[^\[\]]{0,12}\]){0,2}\s{0,4}(?=\{)"),
        "",
        examples=(
            (r"\underline{\underline{8}}", "{8}"),
            (r"\uline{8}", "{8}"),
            (r"\smash{8}", "{8}"),
            (r"\ensuremath{8}", "{8}"),
        ),
        not_examples=(r"\overline{8}", r"\underlined{8}"),
    ),
    Rule(
        "what is not printed",
        re.compile(
            r"\\(?:[hvm]space\*?|label|tag\*?|[hv]?phantom)\s{0,4}\{[^{}]{0,60}\}"
            r"|\\(?:" + "|".join(_UNPRINTED) + ")(?![A-Za-z])"
        ),
        " ",
        examples=(
            (r"8\hspace*{2mm}m", "8 m"),
            (r"8\vspace{2mm}m", "8 m"),
            (r"8\mspace{2mu}m", "8 m"),
            (r"8\label{a:b}m", "8 m"),
            (r"8\tag{7}m", "8 m"),
            (r"8\phantom{0}m", "8 m"),
            (r"8\hphantom{0}m", "8 m"),
            *((rf"8\{name} m", "8 m") for name in _UNPRINTED),
        ),
        not_examples=(r"\tags{7}", r"\parallel"),
    ),
    Rule(
        "millionths of a unit",
        re.compile(r"\\mu\s?\\(?:text|mathrm)\s?\{\s?([A-Za-z]{1,12})\s?\}|(?<=\d)\s?\\mu\s?([sFCLA])(?=\s*$)"),
        lambda found: f" u{found[1] or found[2]}",
        examples=((r"8\,\mu\mathrm{m}", "8 um"), ("8 μs", "8 us")),
        not_examples=(r"8\mu m", r"\mu s", r"8\mu", r"\mu_s"),
    ),
    Rule(
        "a binomial in plain TeX",
        re.compile(r"\{([^{}\\]{1,40})\\choose(?![A-Za-z])([^{}\\]{1,40})\}"),
        r"\\binom{\1}{\2}",
        examples=((r"{n \choose 3}", r"\binom{n }{ 3}"),),
        not_examples=(r"\choose",),
    ),
    Rule(
        "a binomial in words, one with its numbers round a C",
        re.compile(
            r"(?<![A-Za-z\\\d])(\d{1,4}|[a-z]) choose (\d{1,4}|[a-z])(?![A-Za-z\d])"
            r"|(?:\{\})?[_^]\{?(\d{1,4}|n)\}?([CP])_\{?(\d{1,4}|[a-z])(?:\}|(?!\w))"
        ),
        _choices,
        examples=(
            ("n choose 3", r"\binom{n}{3}"),
            ("_{10}C_3", r"\binom{10}{3}"),
            ("{}^nC_{r}", r"\binom{n}{r}"),
            ("{}_{5}P_2", r"\frac{5!}{(5-2)!}"),
        ),
        not_examples=("you choose 3", "x_C_3", "C_3", "P_3"),
    ),
    Rule(
        "braces in braces",
        re.compile(r"(?<!\\)\{\s{0,4}\{([^{}]*)\}\s{0,4}\}"),
        r"{\1}",
        examples=(("{{8}}", "{8}"), (r"\mathbf{{8}}", "8")),
        not_examples=(r"\{\{8\}\}", "{{1},{2}}"),
    ),
    Rule(
        "a side between its ends",
        re.compile(r"\\(?:overline|overleftrightarrow|overrightarrow)\s{0,4}\{\s{0,4}([A-Z])\s{0,4}([A-Z])\s{0,4}\}"),
        r" \1\2 ",
        examples=(
            (r"\overline{PQ}", "PQ"),
            (r"\overleftrightarrow{PQ}", "PQ"),
            (r"\overrightarrow{ P Q }", "PQ"),
        ),
        not_examples=(r"\overline{z}", r"0.\overline{36}", r"\overline{ABC}"),
    ),
    Rule(
        "an escaped sign",
        re.compile(r"\\([$%#_])"),
        r"\1",
        examples=((r"\$40", "$40"), (r"40\%", "40%"), (r"\#4", "#4"), (r"a\_b", "a_{b}")),
        not_examples=(r"\{4\}",),
    ),
    Rule("the bars of a norm", re.compile(r"\\\|"), "|", examples=((r"\|v\|", "|v|"),), not_examples=("|v|",)),
    Rule("a null character", re.compile("\0"), "", examples=(("4\0 0", "4 0"), ("4\x0000", "400"))),
)
SPACING = (
    Rule(
        "brackets of math mode",
        re.compile(r"(?<!\\)\\[()\[\]]"),
        " ",
        examples=((r"\(x+1\)", "x+1"), (r"\[9\]", "9")),
        not_examples=(r"\{9\}", r"1 \\[2pt] 3"),
    ),
    Rule(
        "a comma in braces",
        re.compile(r"\s?\{\s?,\s?\}\s?"),
        ",",
        examples=(("7{,}500", "7,500"), ("7 {, } 500", "7,500")),
        not_examples=("{7,500}",),
    ),
    Rule(
        "a negative space",
        re.compile(r"\\!\s*"),
        "",
        examples=((r"7,\! 500", "7,500"), (r"7\!500", "7500")),
        not_examples=("7! 500",),
    ),
    Rule(
        "the size of a bracket",
        re.compile(r"\\m?(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*\.?"),
        "",
        examples=((r"\left( 4 \right)", "( 4 )"), (r"\left\{4\right.", r"\{4"), (r"\Bigl[4\Bigr]", "[4]")),
        not_examples=(r"\leftarrow", r"\bigcup"),
    ),
    Rule(
        "a space of TeX",
        re.compile(r"(?<!\\)\\(?:[,;:> ]|q?quad|thinspace(?![A-Za-z])|enspace(?![A-Za-z]))|~|&nbsp;"),
        " ",
        examples=(
            (r"8\,m", "8 m"),
            ("8~m", "8 m"),
            ("8&nbsp;m", "8 m"),
            (r"8\quad m", "8 m"),
            (r"8\quadm", "8 m"),
        ),
        not_examples=(r"1\\ 2", r"\enspaces"),
    ),
    _WORDS_IN_COMMAND,
    _WORDS_IN_COMMAND,  # one in the other
    Rule(
        "a switch of font or style",
        re.compile(
            r"\b(?:bf|rm|it)(?=\s?\{)"
            r"|\\(?:bf|rm|it|sf|displaystyle|textstyle|scriptstyle|limits|nolimits|noindent|normalsize|tiny|small|large"
            r"|Large|LARGE|huge|Huge|mathbf|mathrm|boldsymbol|bm)(?![A-Za-z])"
        ),
        " ",
        examples=((r"\displaystyle 3x", "3x"), (r"{\bf v}", "{ v}"), (r"\mathbf v", "v"), ("bf{v}", "{v}")),
        not_examples=(r"\item", "bfx"),
    ),
    Rule(
        "another name of a command",
        re.compile(r"\\[A-Za-z]+"),
        lambda command: _COMMANDS.get(command[0], command[0]),
        examples=((r"\dfrac{1}{7}", r"\frac{1}{7}"), (r"x\leqslant 7", r"x\le 7"), (r"2\times 7", r"2\cdot 7")),
        not_examples=(r"\frac{1}{7}",),
    ),
)


def unprinted(text: str) -> str:
    """The text without colours, frames and what only lays it out."""
    return rewritten(text, LAYOUT)


def spaced(text: str) -> str:
    """The text with plain spaces, without sizes and fonts, each command by one name."""
    return rewritten(text, SPACING)
