"""Labels of answers in other languages, as models write that were asked in them: `答案:B`, `Antwort: B`."""

import re
from typing import Final

_WORDS: Final = (
    *("答案", "正解", "答え", "回答", "解答", "정답", "답"),
    *("antwort", "lösung", "antwoord", "svar", "válasz"),
    *("réponse", "respuesta", "resposta", "risposta", "răspuns", "răspunsul"),
    *("ответ", "відповідь", "одговор", "odpověď", "odpowiedź"),
    *("cevap", "yan\u0131t", "đáp án", "trả lời", "jawaban", "jibu", "impendulo", "ìdáhùn", "tontu"),
    *("الإجابة", "الجواب", "پاسخ", "جواب", "תשובה", "απάντηση"),
    *("उत्तर", "जवाब", "উত্তর", "సమాధానం", "คำตอบ"),
)
"""Words for "answer": Chinese, Japanese, Korean; Germanic; Romance; Slavic; others of Latin script; other scripts."""

_QUALITY: Final = (
    r"(?:\s+(?:correct[ae]?|final[e]?|corrett[ao]|corret[ao]|\u0627\u0644\u0635\u062d\u064a\u062d\u0629?|\u0627\u0644\u0646\u0647\u0627\u0626\u064a\u0629?"
    r"|\u0111\u00fang|yang\s+benar|sahihi))?"
)

_IS: Final = r"(?:是|为|為|は|은|는|ist|est|es|é|è|is|är|—)(?:\s+(?:la|il|die|der|das|de|l')\b)?"

FOREIGN_LABEL: Final = re.compile(
    rf"(?<![^\W\d_\u0e00-\u9fff\uac00-\ud7af])(?:{'|'.join(_WORDS)}){_QUALITY}[*_`]*\s*(?:{_IS}[^\S\n]*[*_`]*\s*:?|:)[*_`]*[^\S\n]*\n?(?P<answer>[^\s:].*)",
    re.IGNORECASE,
)
"""A label, with a colon or "is" after it, and the answer on its line or the next."""
