"""The closed classes of English words that a sentence is weighed by.

They follow Quirk et al. 1985, "A Comprehensive Grammar of the English Language":
modality (4.49 to 4.66), quantifiers (5.10 to 5.25), adverbs of frequency (8.64 to
8.67), subordinators (14.12) and prepositions of time and direction (9.15 to 9.42).
"""

from tools.grounding.lists.cues import stem_of

__all__ = [
    "BE",
    "EMPTY",
    "JOINTS",
    "LIGHT",
    "LIGHT_NOUNS",
    "LINKS",
    "NEGATIONS",
    "OPENERS",
    "PARTICIPLES",
    "PRONOUNS",
    "QUALIFIERS",
    "QUANTITIES",
    "SYMMETRIC",
]

_QUALIFIER_WORDS = {
    "can": (
        "can could able capable possible possibly allow allows allowed "
        "permit permits permitted enable enables let lets"
    ),
    "may": "may might maybe perhaps probably likely potentially",
    "usually": (
        "usually often generally typically normally commonly mostly largely "
        "frequently mainly tends tend nearly almost"
    ),
    "sometimes": "sometimes occasionally seldom rarely partly partially",
    "must": (
        "must need needs needed necessary mandatory required requires require "
        "obligatory"
    ),
    "should": "should recommended recommends recommend advisable ought",
    "always": "always constantly invariably",
    "all": "all every each everything whichever whatever",
    "any": "any either",
    "both": "both",
    "whole": "entire entirely completely fully whole",
    "some": "some certain",
    "several": "several various numerous multiple",
    "when": "when whenever once where with by for in",
    "few": "few",
    "same": "same identical",
    "other": "other another different",
    "most": "most majority",
    "part": "part half portion",
    "only": "only solely exclusively merely alone just",
    "if": "if unless provided assuming whether",
    "unless": "except excluding besides",
    "or": "or",
    "false": (
        "try tries tried attempt attempts attempted plan plans planned "
        "claims claimed allegedly supposedly former formerly"
    ),
}
QUALIFIERS = {
    word: kind for kind, words in _QUALIFIER_WORDS.items() for word in words.split()
}
"""How a word qualifies a sentence (degree, modality, condition), by the word."""
_LINK_WORDS = {
    "before": "before prior until till followed",
    "after": "after afterwards preceded",
    "than": "than",
    "from": "from",
    "into": "into",
    "to": "to",
    "instead": "instead rather",
    "since": "since",
    "because": "because",
    "so": "so",
    "under": "under",
    "over": "over",
    "unlike": "unlike",
}
LINKS = {word: link for link, words in _LINK_WORDS.items() for word in words.split()}
"""Words that say how what is before them stands to what is behind them."""
_BE = "are be been being get gets got is was were"
_NEGATIONS = (
    "absent cannot hardly lack lacking lacks neither never no nobody none nor not "
    "nothing nowhere scarcely unless without"
)
_OPENERS = (
    "although and because but hence if once since so therefore though thus unless "
    "until when whenever where whereas which while who whose"
)
_PRONOUNS = (
    "also both he here however instead it its otherwise she such that their then "
    "there therefore these they this those"
)
_QUANTITIES = "all any both each every few half many most one several some"
_SYMMETRIC = "compar differ equal equival independ relat same similar"
_PARTICIPLES = (
    "begun bought bound brought built cut done drawn found held hit kept known left "
    "let lost made met paid put read run sent set shown sold split taught thought told "
    "understood"
)
_JOINTS = (
    "about against among and around as at because between but by during for if in "
    "not of on or per so that through unless via when which while who with within "
    "without"
)
_EMPTY = (
    "a about according across against along also although am among an and apiece "
    "approximately are around as at be because been being between but by ca "
    "concerning d despite did do does doing done down during for get gets got had "
    "has have having he hence her here him his how however i if in is it its itself "
    "ll me much my not of off on onto our out own per plus quite re regarding "
    "roughly s shall she so such t that the their them themselves then there "
    "therefore these they this those though through throughout thus too toward "
    "towards up upon us ve very via was we were what when where whereas which while "
    "who whom whose why will with within wo would you your"
)
_LIGHT_NOUNS = (
    "amount case example fact instance kind number one part particular point result "
    "something sort term thing time total type value way"
)
_LIGHT_OTHERS = (
    "act actually addition additionally allow already appear back base "
    "belong bring call carry come comprise concern conduct consist contain deal "
    "describe especially even exactly exhibit exist find form furthermore general "
    "get give go govern handle happen hold include indeed involve just keep known "
    "let lie likewise look make mean meaning moreover name namely now occur offer "
    "operate overall particularly perform place present provide put refer regard "
    "relate rely remain represent respect respectively run say see serve set short "
    "show simply specifically stand state stay still take tell together treat use "
    "usual well work"
)
BE = frozenset(_BE.split())
"""Forms of `be`, and of the `get` that makes a passive as well."""
NEGATIONS = frozenset(_NEGATIONS.split())
"""Single words that deny; `lists/negations.txt` has phrases too, for clauses."""
OPENERS = frozenset(_OPENERS.split())
"""Words that a clause begins with."""
PRONOUNS = frozenset(_PRONOUNS.split())
"""Words that point back to the sentence before."""
QUANTITIES = frozenset(_QUANTITIES.split())
"""Words that say how many, which are compared as such."""
SYMMETRIC = frozenset(_SYMMETRIC.split())
"""Stems of what holds in both directions: `A equals B`."""
PARTICIPLES = frozenset(_PARTICIPLES.split())
"""Participles of irregular verbs that end neither in `-ed` nor in `-en`."""
JOINTS = frozenset(_JOINTS.split())
"""Words that join one to another."""
EMPTY = frozenset(_EMPTY.split())
"""Words that say nothing by themselves; `ca` and `wo` are left of `can't`, `won't`."""
LIGHT_NOUNS = frozenset(_LIGHT_NOUNS.split())
"""General nouns (Halliday and Hasan 1976, "Cohesion in English", 6.1)."""
LIGHT = frozenset(map(stem_of, LIGHT_NOUNS.union(_LIGHT_OTHERS.split())))
"""Stems of words that a sentence may have besides, for they say little by themselves:
verbs and adverbs among the 250 most frequent in the concordances of WordNet 3.0
(cntlist.rev), but for those of beginning, ending, changing and failing; and general
nouns."""
