"""One LaTeX notation for an answer, however it was written: Unicode, TeX spacing, plain text or SymPy's own form.

Nothing here changes the value of an answer. What cannot be read stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

from overthink.answers.brackets import braced_arguments, split
from overthink.answers.rules import Rule, rewritten
from overthink.text.tex import whole_boxes

LONGEST = 4000
"""Characters. A longer text is no answer: it is compared as it is."""

_COMMON_NAMES = "sin cos tan cot sec csc log ln exp sqrt lim max min gcd lcm det"
_OTHER_NAMES = "arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth asin acos atan"
COMMON_FUNCTIONS = tuple(_COMMON_NAMES.split())
FUNCTIONS = (*_OTHER_NAMES.split(), *COMMON_FUNCTIONS)
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ", "0123456789+-()n")
# Wide forms of ASCII characters and letters of mathematical alphabets need no entry: `_plain_character`.
_UNICODE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "×": r"\cdot ", "·": r"\cdot ",
    "⋅": r"\cdot ", "∙": r"\cdot ", "∗": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/", "√": r"\sqrt ", "∛": r"\sqrt[3]",
    "π": r"\pi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "≅": r"\approx ", "±": r"\pm ", "∓": r"\mp ", "°": r"^\circ ", "º": r"^\circ ", "′": "'",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "θ": r"\theta ", "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "λ": r"\lambda ", "φ": r"\phi ", "ω": r"\omega ",
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": r"\ldots ", "。": ".", "、": ",", "→": r"\to ", "⟨": r"\langle ",
    "⟩": r"\rangle ", "∖": r"\setminus ", "≡": r"\equiv ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ",
    "⌉": r"\rceil ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∣": "|", "△": r"\triangle ", "∠": r"\angle ",
    "δ": r"\delta ", "ε": r"\epsilon ", "μ": r"\mu ", "µ": r"\mu ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ",
    "Δ": r"\Delta ", "Ω": r"\Omega ", "✓": " ", "✔": " ", "✅": " ", "″": '"',
}  # fmt: skip
_UNICODE_TABLE = {ord(key): value for key, value in _UNICODE.items()}
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
_SYMPY_FUNCTIONS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_OF_SYMPY = re.compile(r"Interval|FiniteSet|Union\(")
_COMMA = re.compile(",")
_LINES = re.compile(
    r"\\(?:begin|end)\s?\{(?:aligned|align\*?|alignat\*?|gathered|gather\*?|equation\*?|split|eqnarray\*?|multline\*?|cases)\}"
)
_ROW_END = re.compile(r"\\\\(?:\[[^\]]{0,9}\])?")
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
# A command whose backslash was taken for an escape on the way here: a tab and "ext{13}".
_ESCAPES = {"\t": "t", "\f": "f", "\b": "b", "\r": "r"}


def _vulgar_fraction(found: re.Match[str]) -> str:
    numerator, _, denominator = unicodedata.normalize("NFKC", found[2]).partition("⁄")
    return rf"{found[1]}\frac{{{numerator}}}{{{denominator}}}"


def _interval(found: re.Match[str]) -> str:
    left = "(" if found[1] in ("open", "Lopen") or "oo" in found[2] else "["
    right = ")" if found[1] in ("open", "Ropen") or "oo" in found[3] else "]"
    return f"{left}{found[2]},{found[3]}{right}"


def _union(found: re.Match[str]) -> str:
    parts = split(found[1], _COMMA)
    sets = [rf"\{{{part[1:-1]}\}}" if part.startswith("{") and part.endswith("}") else part for part in parts]
    return r"\cup ".join(sets)


# The steps of `tidy`, in this order. Examples are texts before and after `tidy`.
UNICODE = (
    Rule(
        "a fraction in one character",
        re.compile(r"(\d?)([¼½¾⅐-⅞])"),
        _vulgar_fraction,
        examples=(("½", r"\frac{1}{2}"), ("2¾", r"2\frac{3}{4}"), ("⅔x", r"\frac{2}{3}x")),
        not_examples=("1/2",),
    ),
    Rule(
        "superscripts",
        re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+"),
        lambda run: "^{" + run[0].translate(_SUPERSCRIPTS) + "}",
        examples=(("x⁻¹²", "x^{-12}"), ("e⁽ⁿ⁾", "e^{(n)}")),
        not_examples=("x^2", "x°"),
    ),
    Rule(
        "subscripts",
        re.compile(r"[₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ]+"),
        lambda run: "_{" + run[0].translate(_SUBSCRIPTS) + "}",
        examples=(("a₁₂", "a_{12}"), ("aₙ₊₁", "a_{n+1}")),
        not_examples=("a_1",),
    ),
)
ESCAPES = (
    Rule(
        "a swallowed backslash",
        re.compile("\t(?=ext|imes|heta|an[^a-z]|frac)|\f(?=rac)|\b(?=oxed|inom|ar[^a-z])|\r(?=ight|angle|ho[^a-z])"),
        lambda found: "\\" + _ESCAPES[found[0]],
        examples=(
            ("\frac{1}{3}", r"\frac{1}{3}"),
            ("4\times 5", r"4\cdot 5"),
            ("\binom{4}{2}", r"\binom{4}{2}"),
            ("(4\right)", "(4)"),
        ),
        not_examples=("7\t8", "7\rho"),
    ),
)
UNCLOSED_BOX = (
    Rule(
        "a box that is never closed",
        re.compile(r"\\{1,4}(?:boxed|fbox)\s*\{"),
        "",
        examples=((r"\boxed{17", "17"), (r"\boxed{2}+\fbox{3", "2+3"), (r"\\boxed{17", "17")),
        not_examples=(r"\boxedness",),
    ),
)
DOUBLED = (
    Rule(
        "a doubled backslash",
        re.compile(r"\\{2,}(?=[A-Za-z({\[)}\]])"),
        r"\\",
        examples=((r"\\frac{1}{3}", r"\frac{1}{3}"), (r"\\\\frac{3}{7}", r"\frac{3}{7}"), (r"\\{4\\}", r"\{4\}")),
        not_examples=(r"1 \\ 2", r"\frac{1}{3}"),
    ),
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
LAYOUT = (
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
            r"|(?:\{\})?[_^]\{?(\d{1,4}|n)\}?C_\{?(\d{1,4}|[a-z])(?:\}|(?!\w))"
        ),
        lambda found: rf"\binom{{{found[1] or found[3]}}}{{{found[2] or found[4]}}}",
        examples=(("n choose 3", r"\binom{n}{3}"), ("_{10}C_3", r"\binom{10}{3}"), ("{}^nC_{r}", r"\binom{n}{r}")),
        not_examples=("you choose 3", "x_C_3", "C_3"),
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
PLAIN_TEXT = (
    Rule("<=", re.compile("<="), r"\\le ", examples=(("x<=7", r"x\le 7"),), not_examples=("x< =7",)),
    Rule(">=", re.compile(">="), r"\\ge ", examples=(("x>=7", r"x\ge 7"),), not_examples=("x> =7",)),
    Rule(
        "!=",
        re.compile(r"(?<![\d)}])!="),
        r"\\ne ",
        examples=(("x!=7", r"x\ne 7"),),
        not_examples=("3! = 6", "3!=6", "(x+1)!=6"),
    ),
    Rule("==", re.compile("=="), "=", examples=(("x==7", "x=7"),), not_examples=("x= =7",)),
    Rule(
        "bold type of Markdown",
        re.compile(r"\*\*([^*]+)\*\*(?![\w(])"),
        r"\1",
        examples=(("**21**", "21"), ("**(1, 2)**", "(1, 2)")),
        not_examples=("2**3 + 3**2", "2**x**(3)"),
    ),
    Rule(
        "dots", re.compile(r"\.{3,}"), r"\\ldots ", examples=(("1, 2, ...", r"1, 2, \ldots"),), not_examples=("1..2",)
    ),
    Rule(
        "feet and inches",
        re.compile(r"^\s*(\d{1,4})\s?'\s?(\d{1,2}(?:\.\d{1,4})?)\s?(?:\"|'')?\s*$"),
        r"\1 ft \2 in",
        examples=(("6'2\"", "6 ft 2 in"), ("6' 2.5''", "6 ft 2.5 in"), ("6′ 2″", "6 ft 2 in")),
        not_examples=("f'2", "6''"),
    ),
    Rule(
        "italics of Markdown",
        re.compile(r"^\s{0,4}([*_])([^*_]+)\1\s{0,4}$"),
        r"\2",
        examples=(("*21*", "21"), ("_21_", "21")),
        not_examples=("2*x*3", "a_1"),
    ),
    Rule("a power of Python", re.compile(r"\*\*"), "^", examples=(("x**5", "x^5"),), not_examples=("x*5",)),
    Rule("a product of Python", re.compile(r"\*"), r"\\cdot ", examples=(("2*x", r"2\cdot x"),)),
)
SYMPY = (
    Rule(
        "an interval of SymPy",
        re.compile(r"Interval(?:\.(open|Lopen|Ropen))?\(([^(),]*),([^(),]*)\)"),
        _interval,
        examples=(
            ("Interval(2, 5)", "[2, 5]"),
            ("Interval.Ropen(-oo, 4)", r"(-\infty , 4)"),
            ("Interval(0, oo)", r"[0, \infty )"),
        ),
        not_examples=("Interval of 5", "Interval(f(2), 5)"),
    ),
    Rule(
        "a set of SymPy",
        re.compile(r"FiniteSet\(([^()]*)\)"),
        r"\\{\1\\}",
        examples=(("FiniteSet(3, 4)", r"\{3, 4\}"),),
        not_examples=("FiniteSet",),
    ),
    Rule(
        "a union of SymPy",
        re.compile(r"Union\((.*)\)"),
        _union,
        examples=(
            ("Union(Interval(0,1),Interval(2,3))", r"[0,1]\cup [2,3]"),
            ("Union(Interval.open(0,1), FiniteSet(2, 3))", r"(0,1)\cup \{2, 3\}"),
            ("Union({4}, {5})", r"\{4\}\cup \{5\}"),
        ),
        not_examples=("the Union (of states)",),
    ),
)
NAMES = (
    Rule(
        "infinity in words",
        re.compile(r"(?<![A-Za-z\\])(?:infinity|Infinity|inf|oo)(?![A-Za-z])"),
        r"\\infty ",
        examples=(("-oo", r"-\infty"), ("infinity", r"\infty")),
        not_examples=("moon", "inflation", r"\inf"),
    ),
    Rule(
        "a function without its backslash",
        re.compile(r"(?<![A-Za-z\\])(" + "|".join(FUNCTIONS) + r")(?![a-zA-Z])"),
        lambda name: "\\" + _SYMPY_FUNCTIONS.get(name[1], name[1]),
        examples=(("sin(4)", r"\sin(4)"), ("2 atan x", r"2 \arctan x"), ("sqrt(7)", r"\sqrt{7}")),
        not_examples=("using", "logs", r"\sin"),
    ),
    Rule(
        "minutes and seconds",
        re.compile(r"(?<=\d)\s{0,4}\\(min|sec)(?=\s*(?:\.?\s*$|\d|,|and(?![a-z])))"),
        r" \1",
        examples=(
            ("8 min", "8 min"),
            ("8 min 30 sec", "8 min 30 sec"),
            (r"8\text{ min}", "8 min"),
            ("8 min.", "8 min."),
        ),
        not_examples=(r"\min (8)", r"8 \sec x"),
    ),
    Rule(
        "a Greek letter without its backslash",
        re.compile(r"(?<![A-Za-z\\])(" + "|".join(_GREEK_NAMES.split()) + r")(?![a-zA-Z])"),
        r"\\\1 ",
        examples=(("7pi", r"7\pi"), ("alpha+1", r"\alpha +1")),
        not_examples=("pie", "spin", r"\pi"),
    ),
    Rule(
        "scientific notation",
        re.compile(r"(?<![\w.\\])(\d+(?:\.\d*)?|\.\d+)[eE]([+-]?\d{1,4})(?![\w.])"),
        r"\1\\cdot 10^{\2}",
        examples=(("4e7", r"4\cdot 10^7"), ("1.5E-12", r"1.5\cdot 10^{-12}")),
        not_examples=("4e", "x4e7", "4e7x"),
    ),
    Rule(
        "two signs in a row",
        re.compile(r"\+\s*-|-\s*\+"),
        "-",
        examples=(("8+-3", "8-3"), ("8 - + 3", "8 - 3")),
        not_examples=("8--3", "8+3"),
    ),
)
ENDING = (
    Rule(
        "ohms",
        re.compile(r"(?<=\d)\s*([kM]?)\s?\\Omega(?=\s*\.?\s*$)"),
        r" \1ohm",
        examples=((r"8\,\text{k}\Omega", "8 kohm"), ("8Ω", "8 ohm")),
        not_examples=(r"x\Omega", r"8\Omega + 3", r"\Omega", r"8\Omegas"),
    ),
    Rule(
        "degrees",
        re.compile(r"\^\s*\{\s*\\circ\s*\}|\^\s*\\circ|\\circ(?=\s*$)"),
        r"^\\circ ",
        examples=(("30^{\\circ}", r"30^\circ"), (r"30\circ", r"30^\circ"), (r"30^ \circ C", r"30^\circ C")),
        not_examples=(r"f\circ g",),
    ),
    Rule(
        "a power of one sign in braces",
        re.compile(r"\^\s*\{\s*(\w)\s*\}"),
        r"^\1",
        examples=(("x^{5}", "x^5"), ("x^ { n }", "x^n")),
        not_examples=("x^{12}", "x_{5}"),
    ),
    Rule(
        "an index without braces",
        re.compile(r"_\s*(?:\{\s*(\w+)\s*\}|(\w))"),
        r"_{\1\2}",
        examples=(("a_1", "a_{1}"), ("312_ { 5 }", "312_{5}")),
        not_examples=("a_{n+1}",),
    ),
    Rule(
        "the digits of a numeral in brackets",
        re.compile(r"(?<![\w)])\(\s?([\dA-F]{1,40})\s?\)(?=_\{\d{1,2}\})"),
        r"\1",
        examples=((r"(1101)_2", "1101_{2}"), (r"( 2F )_{16}", "2F_{16}")),
        not_examples=("f(1101)_{2}", "(x)_{2}"),
    ),
    Rule(
        "a space between two arguments",
        re.compile(r"(?<!\\)\}\s+(?=\{)"),
        "}",
        examples=(("\\frac{3}\n{8}", r"\frac{3}{8}"),),
        not_examples=(r"\{3\} \{8\}",),
    ),
    Rule("spaces", re.compile(r"\s+"), " ", examples=(("4  \n m", "4 m"),), not_examples=("4 m",)),
)


def tidy(answer: str) -> str:
    r"""The answer in one LaTeX notation: `\frac{a}{b}`, `\sqrt{a}`, `\cdot`, `\le`, no sizes, fonts or math brackets.

    Words of `\text{…}` are bare, thousands separators are plain commas, spaces are single. A text longer than
    LONGEST is only stripped.
    """
    if len(answer) > LONGEST:
        return answer.strip()
    text = _from_unicode(answer) if not answer.isascii() else answer
    text = _without_boxes(rewritten(text, ESCAPES))
    text = _with_single_backslashes(rewritten(text, LAYOUT))
    if "\\begin" in text or "\\\\" in text:
        text = _without_lines(text)
    text = rewritten(text, SPACING)
    text = rewritten(text, PLAIN_TEXT)
    if _OF_SYMPY.search(text):
        text = rewritten(text, SYMPY)
    text = braced_arguments(rewritten(text, NAMES))
    return rewritten(text, ENDING).strip()


def _without_lines(text: str) -> str:
    r"""Equations on lines of their own (`aligned`, `cases` without conditions) as a chain or a list."""
    inside = _LINES.sub(" ", text)
    if "\\begin" in inside or ("&" in inside and inside == text):
        return text
    rows = [row.replace("&", " ").strip() for row in _ROW_END.split(inside)]
    rows = [row for row in rows if row]
    if "\\begin{cases}" in text and ("&" in text or not all("=" in row for row in rows)):
        return text
    return "".join(row if not at or row[0] == "=" else f", {row}" for at, row in enumerate(rows))


def _from_unicode(text: str) -> str:
    text = rewritten(text, UNICODE)
    return "".join(_plain_character(letter) for letter in text.translate(_UNICODE_TABLE))


def _plain_character(letter: str) -> str:
    """The ASCII digit, space or wide form of a character, "" if it is invisible, else the character itself."""
    if letter.isascii():
        return letter
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(letter)
    if category in ("Cf", "Mn", "Me", "Cs", "Co", "Cc"):  # invisible: marks, joiners, surrogates
        return ""
    if category == "Zs":
        return " "
    return (
        unicodedata.normalize("NFKC", letter)
        if "\uff01" <= letter <= "\uff5e" or "\U0001d400" <= letter <= "\U0001d7ff"
        else letter
    )


def _without_boxes(text: str) -> str:
    if "box" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for (start, end), (opening, closing) in whole_boxes(text, 0, len(text)):
        between = text[at:opening]
        pieces += between if between.strip() or not at else ", ", text[start:end]
        at = closing
    return rewritten("".join(pieces) + text[at:], UNCLOSED_BOX)


def _with_single_backslashes(text: str) -> str:
    """Commands with one backslash; in a matrix two of them end a row."""
    if r"\\begin" in text:
        return text.replace("\\\\", "\\")
    return text if "\\begin" in text else rewritten(text, DOUBLED)
