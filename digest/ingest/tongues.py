"""The same furniture in other languages: bylines, dates, comments and calls of papers not in English."""

# Letters of other scripts are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

# What stands before the names of a byline; two words with capitals must follow, for "Von" is a name too.
_NAME = r"(?-i:\s+(?:[^\W\d_a-zß-ÿ][\w’'.-]*)(?:\s+\w+){1,5})"
BY = rf"(?:por|par|von|di|door|texto de|texte de|testo di)\b(?={_NAME})|(?:بقلم|كتبت?)\b"

SAYS = (
    r"dice|dijo|escribe|escribió|a écrit|a dit|écrit|dit|schreibt|schrieb|sagt|sagte|meint|scrive|ha scritto|"
    r"ha detto|disse|diz|escreveu|schreef|يقول|قال|قالت|كتب|كتبت"
)

_COMMENTS = (
    r"(?:comentarios?|commentaires?|kommentare?|commenti|commento|comentários?|reacties|التعليقات|تعليقات)"
)
COMMENTS_HEAD = (
    rf"(?:\d+ )?{_COMMENTS}(?: \(\d+\))?(?:\s*:)?|"
    r"(?:deja un comentario|laisser un commentaire|schreibe einen kommentar|lascia un commento|"
    r"deixe um comentário|اترك تعليقا?)"
)
COMMENTS_CLOSED = (
    rf"(?:(?:los|les|die|i|os|as|de)\s+)?{_COMMENTS}\s+(?:están cerrados|sont (?:fermés|clos)|"
    r"sind geschlossen|sono chiusi|estão (?:fechados|encerrados)|zijn gesloten|مغلقة)"
)

CALL = (
    r"^[\W_]*(?:[^.!?,]{0,60},\s*)?(?:suscr[ií]b\w+|inscrív\w+|abonnez-vous|inscrivez-vous|abonnieren sie|"
    r"abonnier\w*|melden sie sich|iscri\w+|assine|inscreva-se|abonneer je|schrijf je in|اشترك\w*)\b"
    r"[^.!?]{0,60}(?:bolet[ií]n|newsletter|infolettre|lettre d|rundbrief|nieuwsbrief|نشرتنا|"
    r"النشرة|نشرة)"
)

MONTHS = (
    "janeiro januari يناير",
    "fevereiro fev februari فبراير",
    "março maart مارس",
    "abr avr أبريل ابريل إبريل",
    "maio mei mag مايو",
    "junho giu يونيو",
    "julho lug يوليو",
    "ago augustus أغسطس اغسطس",
    "setembro set سبتمبر",
    "outubro out ott أكتوبر اكتوبر",
    "novembro نوفمبر",
    "dezembro dic ديسمبر",
)
WEEKDAY = r"\w+-feira|\w+dì|domenica|\w+dag|(?:يوم\s+)?ال\w+"
ON = (
    r"publicado (?:el|em)|publié le|veröffentlicht am|pubblicato il|le|el|am|il|em|den|"
    r"(?:نشر|نُشر)(?: في| يوم)?"
)
