"""Labels of answers in the languages that data sets ask in."""

import pytest
from symposia.evaluators.parsing.letters import letter_in

OPTIONS = ("red", "green", "blue", "none")

LABELS = (
    *("答案:", "答案是", "正解は", "回答:", "정답:", "답은"),
    *("Antwort:", "Die Antwort ist", "Lösung:", "Antwoord:", "Svar:", "Válasz:"),
    *("Réponse :", "La réponse est", "Respuesta:", "Resposta:", "Risposta:", "La risposta è", "Răspuns:"),
    *("Ответ:", "Відповідь:", "Odpověď:", "Odpowiedź:"),
    *("Cevap:", "Đáp án:", "Jawaban:", "Jibu:", "الإجابة:", "الجواب:", "پاسخ:", "תשובה:", "Απάντηση:"),
    *("उत्तर:", "জবাব উত্তর:", "คำตอบ:"),
)


@pytest.mark.parametrize("label", LABELS)
def test_the_option_after_a_label_of_another_language_is_chosen(label: str) -> None:
    assert letter_in(f"A 1, B 2.\n{label} C", OPTIONS) == "C"


@pytest.mark.parametrize("reply", ["Svaret: C", "Antworten C", "Resposta C", "jibutu: C or B"])
def test_a_word_that_only_begins_like_a_label_is_none(reply: str) -> None:
    assert letter_in(reply, OPTIONS) is None
