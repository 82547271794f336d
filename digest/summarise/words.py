"""Word lists of the sentence rules: abbreviations, sentence starters, speech verbs, openers.

Every word is in lower case and abbreviations are without their last full stop.
"""

# ruff: noqa: RUF001 - typographic apostrophes are what newspapers print

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TITLES = _words(
    """
    mr mrs ms mx messrs mme mlle dr drs prof rev fr msgr hon pres gov govs lt sen sens rep reps
    gen col maj capt cmdr cpl sgt pvt pfc adm brig supt insp det ofc asst assoc dep atty dist amb sec
    treas st ste mt ft fig figs vol ch ed eds dept univ
    sra srta srs sras ud uds dña hr fr hrn ee exmo exma
    """
)
"""Capitalised, these stand before a name: a full stop behind them never ends a sentence."""

LINKS = _words(
    """
    v vs approx est al cf viz e.g i.e eg ie núm nro pp bzw ca z.b d.h u.a vgl evtl inkl
    sig sigg dott p.es dhr mevr o.a m.m bijv
    """
)
"""In any case these lead on to something: a full stop behind them never ends a sentence."""

BEFORE_NUMBER = _words(
    "no nos nr núm nro jan feb mar apr jun jul aug sept sep oct nov dec p pp art sec fig vol ch"
)
"""Behind these a full stop is part of the word where a number follows."""

MAYBE_LAST = _words(
    """
    jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun
    jr sr esq inc corp co cos ltd llc bros plc gmbh ave blvd rd hwy apt
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev
    okla ore pa tenn tex vt va wash wis wyo ont que alta sask d-mass r-ky
    ph.d ed.d sc.d
    """
)
"""Capitalised, these may end a sentence: it depends on what follows (`STARTERS`)."""

MAYBE_LAST_SMALL = _words("a.m p.m etc ecc enz mph min hr hrs sq")
"""The same for words in lower case."""

STARTERS = _words(
    """
    the a an this that these those he she it we they i you his her its our their my your there here in
    on at by for from with after before when while as if although though because since until during
    under over about among between but and so yet or nor however meanwhile also then now still both all
    some many most few several another each every one two three four five six ten what who why how where
    which according police officials students researchers last next earlier later not no
    yesterday today tomorrow el la los las un
    una en pero es se le les il elle ils elles une dans mais der die das ein eine er sie ist im am
    lo gli nel nella het een hij zij maar
    """
)
"""Words that open a sentence far more often than they follow an abbreviation inside one."""

MONTHS = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    """
)
"""German months: a number with a full stop before them is an ordinal (am 3. Oktober)."""

SPEECH = _words(
    """
    said says say saying added adds wrote writes told tells explained explains asked asks noted notes
    recalled recalls according continued continues stated states argued argues claimed claims admitted
    announced acknowledged replied answered responded joked quipped insisted insists warned warns
    suggested concluded remarked commented observed observes testified tweeted posted reads read called
    described described emphasized stressed stresses shared agreed urged declared confirmed predicted
    lamented laughed thinks believes hopes dijo dice afirmó explicó señaló añadió agregó aseguró contó
    sagte sagt erklärte meinte fügte betonte schrieb dit déclaré expliqué affirme ajouté raconte
    disse afirmou explicou contou detto spiegato dichiarato aggiunto racconta zei zegt vertelde aldus
    """
)
"""Verbs that hand a quotation to its speaker."""

PRONOUNS = _words("he she it they him them his her hers its their theirs himself herself itself themselves")
"""English pronouns of the third person: they point at somebody named earlier."""

LEADS_IN = _words(
    """
    after although always among as at because before both by despite during even for from given having if
    in including like neither of often on once since so sometimes than though through to unless unlike
    until upon when whenever where while with within without yet
    """
)
"""English words that lead in to the subject: a pronoun soon behind them points back or ahead."""

FIRST_AND_SECOND = _words(
    "i me my mine myself we us our ours ourselves you your yours yourself i’m i’ve i’ll we’re we’ve you’re"
    " i'm i've i'll we're we've you're"
)
"""English pronouns of who speaks and who is spoken to: talk, rather than report."""

DEMONSTRATIVES = _words("this that these those such")

_ENGLISH = """
    he she it they him them his her hers its their theirs this that these those such both neither either
    others another but and or nor so yet however meanwhile moreover furthermore therefore thus hence
    consequently nevertheless nonetheless instead otherwise similarly likewise additionally besides
    afterward afterwards then later also too still plus indeed finally eventually conversely accordingly
    earlier previously elsewhere though again there’s that’s it’s he’s she’s they’re there's that's it's
    he's she's they're here thereafter soon
    """
_SPANISH = """
    él ella ellos ellas esto eso este esta estos estas ese esa esos esas aquello su sus pero y e o sino
    además también asimismo entonces luego así mientras aunque después finalmente
    """
_FRENCH = """
    il elle ils elles ce cela ça cette cet ces celui celle son sa ses leur leurs mais et ou donc or ni car
    ainsi cependant pourtant aussi ensuite puis enfin toutefois
    """
_GERMAN = """
    er sie es dies diese dieser dieses das sein seine ihr ihre aber doch und oder denn deshalb daher
    dabei damit dafür auch außerdem dennoch trotzdem jedoch danach dann so zudem hingegen
    """
_PORTUGUESE = """
    ele ela eles elas isto isso este esta esse essa estes estas seu sua seus suas mas e ou porém além
    também assim então depois contudo
    """
_ITALIAN = """
    lui lei loro egli ella essi esse ciò questo questa questi queste quello quella quelli quelle suo sua
    suoi sue ma e ed o oppure inoltre quindi dunque perciò così anche poi infine tuttavia però intanto
    """
_DUTCH = """
    hij zij ze hem haar hun dit dat deze die zijn maar en of want dus daarom ook toch echter bovendien
    daarna toen vervolgens ten intussen hierdoor daardoor
    """
OPENERS: dict[str, frozenset[str]] = {
    "en": _words(_ENGLISH),
    "es": _words(_SPANISH),
    "fr": _words(_FRENCH),
    "de": _words(_GERMAN),
    "pt": _words(_PORTUGUESE),
    "it": _words(_ITALIAN),
    "nl": _words(_DUTCH),
}
"""By language: a sentence that opens with one of these leans on the sentence before it."""

STOP = _words(
    """
    a about after again all also am an and any are as at be because been before being between both but
    by can could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just me more most my no nor not now of off on once
    only or other our out over own same she should so some such than that the their them then there
    these they this those through to too under until up very was we were what when where which while who
    whom why will with would you your said says
    """
)
"""English words that say nothing about the subject of a text."""
