"""Which language a text is in, as far as it matters to rules that read some languages and not others."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

CUES_MADE_FOR = frozenset({"de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh"})
"""The languages that the rules of solutions read: their cues are in `solutions/languages`."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_MATHS = re.compile(r"\\[a-z]+|\$[^$]{0,200}\$")
_SAMPLE = 2_000  # characters: a language shows itself early
_FEWEST_WORDS = 20
FEWEST_DIFFERENT = 2
"""One function word alone may be a unit (`per`) or a name."""
_MANY_WORDS = 40
"""So many words of English are hardly without any of its function words."""
_SCRIPTS_READ = frozenset({"CJK", "HANGUL"})
_KANA, _HAN, _ASCII = re.compile("[\u3041-\u30ff]"), re.compile("[\u4e00-\u9fff]"), re.compile("[a-z]")
_FEWEST_KANA = 20
_NO_RUSSIAN = re.compile("[іїєґўјљњћђқңөү]")
_RUSSIAN = re.compile(r"[ыэё]|\b(?:что|если|тогда|ещё|еще|ответ|значит|чтобы|сколько|будет)\b")
"""Letters and words that Bulgarian, Serbian and Macedonian do not have."""
# Words that few sentences of a language do without, none of them a word of English (`die`, `on`, `son`, `come`).
_FUNCTION_WORDS = {
    "en": "the is of and that this to so we be it are which for let if then but wait from has have with can there "
    "what will would how at because answer by my each need okay i'm let's it's that's since when where they "
    "their",
    "de": "der das und ist nicht wir ein eine einen einem einer mit auf dann den dem wenn ich sind werden wird zu "
    "von für aus dass auch noch haben muss oder aber wie sich es bei nach jetzt diese dieser ja nein ergibt "
    "antwort somit lautet daher stimmt richtig falsch lösung wäre gibt wieder nochmal zuerst warte passt "
    "beträgt überprüfen prüfe prüfen rechnen zahl insgesamt jede jeder kann können gleich durch viele finden "
    "denke glaube hier scheint mir mich",
    "fr": "le la les des est une un que dans nous qui avec sur pas alors donc du de et ou il elle je ce cette au "
    "aux si sont mais deux comme cela peut faut réponse où être qu'il c'est j'ai ça pour quel quelle combien "
    "vérifions calculons ainsi attends résultat nombre avons fait très même encore trouver chaque n'est d'une "
    "d'un vérifier calculer égal ensuite vais pense semble ici chose",
    "es": "el la los las que una un con es entonces del este esta si de en por para y como se lo al pero cada "
    "porque más cuando tenemos respuesta ahora también está eso ser qué cuántos cuántas espera verifiquemos "
    "veamos correcto número cuánto tiene hacer necesito encontrar sí así luego otra otro vamos calcular tengo "
    "voy creo parece aquí",
    "it": "il di che una un con sono della gli quindi non questo allora poi nel la le lo è del dei delle alla se "
    "abbiamo si anche più dalla ogni quanti risposta ora perché può devo essere cioè dobbiamo vediamo "
    "verifichiamo corretto numero quanto sì così cui fare trovare aspetta altro quante invece penso sembra "
    "fammi adesso c'è",
    "pt": "os uma um que para com não isso então são por mais seu dos pela ser é de da em se mas cada vamos temos "
    "ou já ao também agora como resposta está quantos portanto eu você foi tem espere preciso certo encontrar "
    "há quanto quantas sim assim vejamos verificar correto número fazer nós outra calcular vou acho parece "
    "aqui deixe-me entender",
    "nl": "het een van dat niet zijn voor ook dus maar dan wordt hebben moet",
    "pl": "nie jest się że więc jak ale czyli mamy przez oraz",
    "sv": "och är att det som inte blir på ett vi så",
    "tr": "bir ve bu için ile olarak eder olur değil",
    "vi": "là của và các được một trong cho ta nên",
    "id": "yang dan adalah untuk dengan maka ini dari kita",
}
_IN_NAMES = frozenset({"al", "de", "del", "des", "di", "du", "el", "en", "la", "las", "le", "les", "los", "van", "y"})
"""What names in English texts are made of, too: San Juan de los Lagos."""
_CODES = {word: [code for code, text in _FUNCTION_WORDS.items() if word in text.split()]
          for text in _FUNCTION_WORDS.values() for word in text.split()}  # fmt: skip
FOREIGN_WORDS = frozenset(_CODES) - frozenset(_FUNCTION_WORDS["en"].split())
"""The function words of languages of the Latin script other than English."""


def told_by(words: Sequence[str], before: str | None = None) -> str | None:
    """The code of the language of the Latin script that function words in lower case tell.

    English for one and the same count, and for one foreign word alone; `before` if they tell nothing.
    """
    codes = Counter(code for word in words for code in _CODES.get(word, ()))
    if not codes:
        return before
    code, count = max(codes.items(), key=lambda one: (one[1], one[0] == before))
    different = {word for word in words if code in _CODES.get(word, ())}
    if count > codes["en"] and len(different) >= FEWEST_DIFFERENT and not different <= _IN_NAMES:
        return code
    return "en" if codes["en"] >= FEWEST_DIFFERENT else before


def other_language(text: str) -> str | None:
    """The ISO 639-1 code or the script of a text that is mostly in a language without cues, see `CUES_MADE_FOR`.

    None as well if the text has too few words to tell. `Latin` for a language of that script that has no code here.
    """
    sample = _MATHS.sub(" ", text[:_SAMPLE].lower())
    if _is_japanese(sample):
        return None
    words = _WORD.findall(sample)
    if len(words) < _FEWEST_WORDS:
        return None
    scripts = Counter("LATIN" if word.isascii() else _script(word[0]) for word in words)
    script, count = scripts.most_common(1)[0]
    if script != "LATIN":
        read = script in _SCRIPTS_READ or (script == "CYRILLIC" and _is_russian(sample))
        return None if read or 2 * count < len(words) else script.title()
    if not any(word in _CODES for word in words):
        return "Latin" if len(words) >= _MANY_WORDS else None
    code = told_by(words)
    return None if code in CUES_MADE_FOR else code


def _is_japanese(sample: str) -> bool:
    """Kana among the Chinese characters, and more of both than of Latin letters."""
    kana, han = (len(signs.findall(sample)) for signs in (_KANA, _HAN))
    return kana >= _FEWEST_KANA and 10 * kana > han and kana + han > len(_ASCII.findall(sample))


def _is_russian(sample: str) -> bool:
    """No letter of another language of that script, and a letter or a word that few others have."""
    return _RUSSIAN.search(sample) is not None and not _NO_RUSSIAN.search(sample)


def _script(sign: str) -> str:
    """The first word of the name of a letter in Unicode, e.g. LATIN, CYRILLIC, CJK."""
    return unicodedata.name(sign, "UNKNOWN").split()[0].split("-")[0]
