"""Recognise lines that stand in an article's text and are no part of it: calls, captions, share bars.

Each rule asks that the *whole* paragraph is such a line: an article about newsletters keeps its sentences.
"""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001
# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re

from digest.ingest import tongues
from digest.ingest.bylines import name_and_house
from digest.ingest.plain import words
from digest.model.article import DroppedKind

_I = re.IGNORECASE
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SPEECH = re.compile(r"\b(said|told|says|wrote|asked|added|announced|according)\b", _I)

_LETTER = (
    r"(?:e-?)?newsletters?|mailing list|e-?mail (?:list|updates|alerts|digest|edition)|in-?box|e-?mail list|"
    r"(?:daily|weekly|morning) (?:digest|e-?mail|briefing|headlines)"
)
_ASK = (
    r"subscribe|sign[ -]?up|join|register|get|receive|click|stay|enter|don[’']t miss|never miss|"
    r"read|have|start|catch|keep|enroll|opt in|find|follow"
)
_CALL = re.compile(
    r"^[\W_]*(?:please |now )?"
    r"(?:(?:to|for|if you|want|wish|like|enjoy|enjoying|love|looking|interested|did you|do you|are you)\b"
    r"[^.!]*?[,?:–—-]\s*)?"
    rf"(?:please |you can |then |click here to |tap here to )*(?:{_ASK})\b[^.!?]*?\b(?:{_LETTER})\b",
    _I,
)
_CALL_AFTER = re.compile(
    rf"\b(?:{_LETTER})\b[^.!?]{{0,40}}\b(?:sign[ -]?up|subscribe|click here)(?: here| now| today|\W*$)", _I
)
_SUBSCRIBE = re.compile(
    r"^[\W_]*(?:(?:to|for|never|don[’']t|want)\b[^.!?]{0,60}[,:–—-]\s*)?(?:please )?(?:click here to )?"
    r"(?:subscribe\b(?! rates?\b)|sign[ -]?up (?:here|now|today|below)\b)",
    _I,
)
_CALL_OTHERWISE = re.compile(
    r"^[\W_]*(?:(?:our )?(?:e-?mail )?newsletters?(?: sign[ -]?up)?\W*$|e-?mail(?: address)?\W+subscribe\W*$|"
    r"enter your e-?mail\b|(?:thanks|thank you) for (?:signing up|subscribing)\b|"
    r"sign[ -]?up to receive\b[^.!?]{1,60}\.?$|by signing up,? you agree\b|invalid e-?mail address\W*$|"
    r"(?:to )?(?:receive|get) [^.!?]{1,60}\b(?:by|via) e-?mail\b(?=[^.!?]{0,30}$|[,:]))|" + tongues.CALL,
    _I,
)
_MENTIONS = re.compile(rf"\b(?:{_LETTER})\b", _I)
_QUOTATION = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_FIRST_PERSON = re.compile(r"\b(?:I|I[’'](?:m|ve|d|ll)|my|me|you|your)\b")
# “Subscribe to our newsletter,” the poster read: a quotation with words after it is no call.
_QUOTED = re.compile(r"^[“\"‘'][^”\"]+[”\"’']\s+\w")
_LEAD_IN = re.compile(
    r"^[\W_]*(want|like|enjoy|enjoying|love|loving|never|don[’']t|stay|get|it[’']s free|free|follow|click|"
    r"thank|already|unsubscribe|you can|delivered|sent|every|no spam|join|read|support|did you|looking|"
    r"interested|for more|we[’']ll|sign|subscribe|email address|enter|check your|success|to)\b",
    _I,
)
_CORRECTIONS = re.compile(
    r"^(?:(?:all |the )?comment(?:s|ing)?(?: section)?(?: (?:for|on|to) (?:this|the) \w+)?"
    r"(?: (?:are|is|have been|has been|were))?(?: now| currently)? (?:closed|disabled|turned off|off)"
    r"(?=\W*$|[.!]| (?:for|on|to) (?:this|the) (?:article|story|post|page|entry|column|piece|item)\b|"
    r"(?<=\boff) on\b)|"
    rf"comments? are(?: c\w{{0,4}})?\W*$|{tongues.COMMENTS_CLOSED}|"
    r"corrections?\?|(?:did|have) we (?:make|made) an? (?:mistake|error)\b|"
    r"(?:got|have) an? (?:news )?tip or (?:an? )?correction\b|"
    r"(?:corrections?:\s+)?"
    r"(?:if you (?:have|see|spot|notice|find|believe|are aware of)|have|see|spot|notice|found|"
    r"to (?:submit|request|report|suggest)|submit|report|send|please (?:submit|send|report|email)|request|"
    r"suggest)\b[^.!?]{0,30}\b(?:corrections?|errors?|typos?|mistakes?|inaccurac\w+)\b)",
    _I,
)
_THIS = r"this (?:article|story|column|piece|headline|caption|post|review|op-ed)"
_CORRECTION = re.compile(
    r"^\W*(?:editor[’']?s[’']? note\b[^:–—]{0,40}[:–—-]\s*)?"
    rf"(?:(?:an? |the )?(?:previous|earlier|original|prior) version of {_THIS}\b|"
    r"an? (?:previous|earlier|prior) version (?:mis(?:stated|spelled|identified|attributed)|incorrectly)\b|"
    rf"{_THIS} (?:has been|was) (?:corrected\b|"
    r"(?:updated|edited|changed|revised|amended)\b[^!?]{0,40} (?:and|to) correct)|"
    rf"an? (?:correction|clarification) (?:was|has been) (?:made|appended|added|issued) to {_THIS}\b|"
    r"the [^.!?]{1,40} regrets (?:the|this) errors?\W*$)",
    _I,
)
_LABEL = re.compile(
    r"^\W*(?:(?P<one>correction|clarification|erratum|an? (?:correction|clarification) was made)|"
    r"corrections|clarifications|errata)\b(?P<between>[^\n]{0,80}?)(?::(?!\d)|\s*[–—])\s*",
    _I,
)
# What may stand between "Correction" and its colon: a time, how it came there, or anything in parentheses.
_WHEN = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|"
    r"(?:sept|nov|dec)ember|october|(?:sun|mon|tues|wednes|thurs|fri|satur)day|"
    r"(?:sun|mon|tues?|wed|thurs?|fri|sat)|[ap]|m|[ap]m|noon|midnight|on|at|of|[ecmp][sd]?t|utc|gmt|st|nd|rd|th|"
    r"appended|added|issued)",
    _I,
)
_AMENDS = re.compile(
    r"\b(?:version|mis\w{4,}|(?:incorrect|inaccurate|erroneous)(?:ly)?|errors?|should (?:have|be))\b|"
    r"^[^a-z].*\b(?:is|are|was|were|has|have|not)\b.*[.!][”\"’)]*$",
)
_SHARE_WORDS = frozenset(
    "share shares this on via with by to the a and or facebook twitter x email e-mail mail print "
    "pinterest reddit linkedin whatsapp tumblr telegram instagram bluesky threads mastodon story "
    "article post page copy link url save tweet like pin it more click here tap opens open in new "
    "window loading sms text message friend friends your us follow sharing options bookmark flipboard "
    "tiktok youtube".split()
)
_SHARE_CORE = frozenset(
    "share tweet print facebook twitter pinterest reddit linkedin whatsapp tumblr sharing follow "
    "flipboard bluesky mastodon".split()
)
_RELATED = re.compile(
    r"^\W*(?:(?:related(?: (?:articles?|stor(?:y|ies)|posts?|content|coverage|links?|reading))?|"
    r"read more|read also|see also|also read|read next|recommended(?: for you)?|"
    r"you (?:may|might) (?:also )?(?:like|enjoy)|"
    r"next(?: article| story| up)?|previous(?: article| story)?|up next|tags?|topics?|tagged|filed under|"
    r"categor(?:y|ies)|keywords|posted in|published in|"
    r"more (?:stories|coverage|to discover))\s*(?:[:|»›>→]|$)|"
    r"more (?:from|in|on|like)\b[^.!?]{1,40}$|"
    r"(?:read more|see also|click here)\b[^.!?]{0,60}(?:[»›>→]|\.\.\.|…|$)|"
    r"(?:read|watch|also (?:on|in) [^.!?:|]{1,40}|from (?:the|our) archives?)\s*[:|]|"
    r"(?:see|check out|view|find|read)\b[^.!?]{0,12}\b(?:more|all|full)\b[^.!?]{0,30}"
    r"\b(?:coverage|stor(?:y|ies)|articles?|here)\b[^.!?]{0,30}[.!]?$|"
    r"for more (?:stories|coverage|articles|news)\b[^.!?]{0,30}[.!]?$|"
    r"(?:most (?:read|popular|viewed)|trending(?: now)?|latest (?:stories|news)|editor[’']?s[’']? picks?|"
    r"in case you missed it)\W*$)",
    _I,
)
_PROMO = re.compile(
    r"^\W*(?:advertise?ments?\W*$|sponsored(?: (?:content|by)\b|\W*$)|(?:story|article) continues\b|"
    r"continue reading\b|support (?:student|independent|local|our) (?:journalism|press|work|reporting)\b|"
    r"donate (?:to|now|today|here)\b|copyright\b|©|\(c\) \d{4}|all rights reserved|"
    r"\d+[ -]min(?:ute)?s?(?: read)?\W*$|(?:reading|read) time\b|listen to this (?:article|story)|"
    r"(?:ad|paid (?:ad|advertisement|content|post))\W*$|(?:scroll to|content) continues?\b[^.!?]{0,20}$|"
    r"scroll to continue\W*$|listen\s*[·(|–—-]\s*\d|audio: listen\b|"
    r"this (?:article|story|audio) (?:was|is) (?:narrated|read|(?:auto|ai|computer)-?\s?generated)\b|"
    r"join our (?:whatsapp|telegram|discord|signal) \w+|"
    r"view this post on \w+\W*$|a post shared by\b|pic\.twitter\.com/\w+$|"
    r"(?:click|tap) (?:to (?:expand|enlarge|unmute|play|zoom)|"
    r"on (?:the|an?|any) (?:image|photo|picture)s? to)\b|"
    r"(?:loading|show more|back to top|cookie settings|report this comment|report (?:a )?(?:typo|error))\W*$|"
    r"(?:please )?enable javascript\b|we use cookies\b|your e-?mail address will not be published\b|"
    r"(?:re)?printed with permission\b|"
    r"skip to (?:content|main)|follow (?:us\b|@)|like us on\b|view all posts|"
    r"download (?:the|our) app\b|-\s*30\s*-|"
    r"(?:[-*_=~#•.]\s*){3,}$|###$|leave a (?:reply|comment)\W*$|log in to (?:reply|comment))",
    _I,
)
_PICTURE = (
    r"(?:file |staff |cover |header )?(?:photo(?:graph)?s?|images?|illustrations?|graphics?|pictures?|media|"
    r"videos?|cartoons?|art|credits?|caption)(?: illustration| credits?| courtesy)?"
)
# Asked of readers by the paper itself: no quotation mark above, nobody who says it.
_APPEAL = re.compile(
    r"^(?:(?:please )?consider (?:donating|making a (?:donation|gift))\b|"
    r"your (?:donation|contribution|gift|support) (?:supports?|helps?|will (?:support|help|allow)|makes?)\b|"
    r"[^.!?]{0,60}[,.?!] (?:please consider (?:donating|making a (?:donation|gift))|"
    r"donate (?:now|today|here)|make a (?:tax-deductible )?(?:gift|donation))\b|"
    r"become a (?:member|supporter|patron|donor)\b[^.!?]{0,30}[.!]?$|"
    r"(?:do you )?(?:have|got) (?:an? )?(?:news |story )?tips?\?\W*$|"
    r"(?:do you )?(?:have|got) (?:an? )?(?:news |story )?(?:tip|idea|question)s?\b[^.!?]{0,60}\? "
    r"(?:e-?mail|contact|write|send|tell us|let us|reach|call|text)\b|"
    r"(?:send|e-?mail|submit) (?:us )?(?:your )?(?:an? )?(?:news )?(?:tips?|letters?)\b[^.!?]{0,40}@|"
    r"(?:to )?(?:submit|send|write)(?: us)? a letter to the editor\b)",
    _I,
)
_NOTE = re.compile(
    r"^\W*(?:editor[’']?s[’']? note\s*[:–—-]\s*)?(?:update\s*(?:\([^)]{1,40}\))?\s*[:–—-]\s*)?"
    r"(?:this (?:article|story|post|page|piece|report|headline|column)"
    r" (?:was|has been|will be|is being) (?:last )?(?:updated|revised|edited for (?:clarity|length|style))\b|"
    r"this is a (?:developing|breaking)(?: news)? story\b|"
    r"(?:this|the) (?:article|story|post|piece|column) (?:was )?(?:originally |first )"
    r"(?:appeared|published|ran|posted)\b|"
    r"a version of this (?:article|story) (?:appeared|appears|ran)\b|"
    r"updated\s(?:at|on)\s[^.!?]{0,20}\d[^!?]{0,20}\b(?:with|to (?:include|add|reflect|correct))\b)",
    _I,
)
_CAPTION = re.compile(
    rf"^[(\[]?\s*(?:{_PICTURE}\s*(?::|/|\||by\b|of the\b(?!.)|courtesy\b|of:)|courtesy (?:of|photo)\b|"
    r"(?:above|left|right|below|pictured)\s*:)",
    _I,
)
_CREDIT_AT_END = re.compile(
    rf"[(\[]\s*{_PICTURE}\s*(?::|/|\||by\b|courtesy\b)[^()\[\]]{{1,100}}[)\]]\.?$", _I
)
_CREDIT = re.compile(
    rf"(?:^|[\s(\[|•·–—-])(?:{_PICTURE}\s*(?::|/|\||by\b)\s*(?:by\s+)?(?:courtesy (?:of\s+)?)?|"
    r"(?:photos? )?courtesy (?:of\s+|:\s*))",
    _I,
)
_COUNTED = re.compile(
    r"^(?:(?:like|likes|tweet|tweets|share|shares|recommend|e-?mail|print)\W*\d+|copy link|link copied|"
    r"(?:e-?mail|save|gift|bookmark|share)(?: (?:this|the|full|an?))? (?:article|story|page|post)"
    r"(?: on social media)?|send to a friend)\W*$",
    _I,
)
_FILE_PHOTO = re.compile(r"^\W*(?:[A-Z][\w’]+ ){0,4}(?i:file (?:photo|image|illustration))\W*$")
# "Students cross the green. John Roe / Herald", "… (John Roe/The Stanford Daily)": credits without "Photo".
_NAMED_CREDIT = re.compile(r"(?:^|[.!?][”\"]?\s+|[(\[])([^.!?()\[\]]{5,60})[)\]]?\.?$")
_COMMENTS_HEAD = re.compile(
    rf"^\W*(?:{tongues.COMMENTS_HEAD}|(?:post|add|write) (?:a |new |your )*comments?|"
    r"(?:blog )?comments powered by\b.*|"
    r"log ?in (?:or register )?to (?:post |leave )?(?:a )?comments?|"
    r"(?:\d+|one|no) (?:comments?|responses?|replies|thoughts?)(?:\s+(?:on|to)\b.*)?|"
    r"(?:reader )?comments?(?: \(\d+\))?|leave a (?:reply|comment)|join the (?:conversation|discussion)|"
    r"(?:view|show|read) (?:all )?comments)\W*$",
    _I,
)


def is_call(text: str) -> bool:
    """Say whether a paragraph is nothing but a call to subscribe to a newsletter."""
    if words(text) > 45 or _SPEECH.search(text):  # noqa: PLR2004 # longer is prose
        return False
    if _QUOTED.search(text):
        return False
    sentences = _SENTENCE.split(text)
    if words(text) <= 14 and _SUBSCRIBE.search(text):  # noqa: PLR2004 # "Subscribe to The Herald today!"
        return True
    asked = any(_SUBSCRIBE.search(s) for s in sentences) and bool(_MENTIONS.search(text))
    hits = [
        bool(_CALL.search(s) or _CALL_AFTER.search(s) or _CALL_OTHERWISE.search(s))
        or (asked and words(s) <= 14 and bool(_MENTIONS.search(s)))  # noqa: PLR2004 # "Our newsletter brings …"
        for s in sentences
    ]
    return any(hits) and all(
        hit or (words(s) <= 14 and _LEAD_IN.search(s))  # noqa: PLR2004 # "Never miss a story."
        for hit, s in zip(hits, sentences, strict=True)
    )


def is_personal(text: str) -> bool:
    """Say whether somebody speaks for himself outside quotation marks; readers do, articles seldom."""
    return bool(_FIRST_PERSON.search(_QUOTATION.sub("", text)))


def is_correction(text: str) -> bool:
    """Say whether a paragraph is the paper's correction of this very article.

    After "Corrections:", which is also what prisons are called, it must say what was wrong or is right.
    """
    if _CORRECTION.search(text):
        return True
    label = _LABEL.match(text)
    if label is None:
        return False
    between = re.findall(r"[^\W\d_]+", re.sub(r"\([^)]*\)", " ", label["between"]))
    if not all(_WHEN.fullmatch(word) for word in between):
        return False
    if label["one"] or label["between"].strip():
        return True
    return bool(_AMENDS.search(text[label.end() :])) and not _CORRECTIONS.search(text)


def is_comments_head(text: str) -> bool:
    """Say whether a line opens the readers' comments ("2 Comments", "Leave a Reply")."""
    return bool(_COMMENTS_HEAD.search(text))


def is_caption(text: str) -> bool:
    """Say whether a paragraph is a picture's caption or credit."""
    count = words(text)
    if count > 60:  # noqa: PLR2004 # longer is prose
        return False
    if _CREDIT_AT_END.search(text) or _FILE_PHOTO.search(text):
        return True
    named = _NAMED_CREDIT.search(text)
    if named and re.search(r"[/|]", named[1]) and name_and_house(named[1].strip()):
        return True
    # "Photos by students show the harbour in 1912, …" is a sentence; a credit has no more than a name.
    return bool(_CAPTION.search(text)) and (":" in text[:20] or text[:1] in "([" or count <= 12)  # noqa: PLR2004


def split_credit(text: str) -> tuple[str, str]:
    """Split a caption into caption and credit: "Rowers at dawn. (Photo by Lea Novák)" → two parts."""
    found = list(_CREDIT.finditer(text))
    if not found:
        return text, ""
    last = found[-1]
    credit = text[last.end() :].strip(" .()[]|/:;–—-")
    caption = text[: last.start()].strip(" ([|/•·–—-")
    if not credit or words(credit) > 14:  # noqa: PLR2004 # a name and a house, not a sentence
        return text, ""
    return caption, credit


def judge(text: str) -> DroppedKind | None:  # noqa: PLR0911 # one kind, one answer
    """Say why a tidy paragraph is no part of an article's body; None if it is."""
    if is_call(text):
        return DroppedKind.CALL
    count = words(text)
    if count <= 60 and _CORRECTIONS.search(text):  # noqa: PLR2004 # a notice, not a story about one
        return DroppedKind.CORRECTIONS
    if is_caption(text):
        return DroppedKind.CAPTION
    tokens = re.findall(r"[a-z-]+", text.lower())
    if _COUNTED.search(text) or (tokens and set(tokens) <= _SHARE_WORDS and set(tokens) & _SHARE_CORE):
        return DroppedKind.SHARE
    if count <= 30 and _RELATED.search(text):  # noqa: PLR2004 # a line of links
        return DroppedKind.RELATED
    if count <= 40 and _PROMO.search(text):  # noqa: PLR2004 # a line between paragraphs
        return DroppedKind.PROMO
    if count <= 45 and _APPEAL.search(text) and not _SPEECH.search(text):  # noqa: PLR2004
        return DroppedKind.PROMO
    if count <= 40 and _NOTE.search(text) and not _SPEECH.search(text):  # noqa: PLR2004
        return DroppedKind.MARKUP
    return None
