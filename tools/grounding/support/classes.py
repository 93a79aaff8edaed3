"""The closed classes of English words that a sentence is weighed by.

They follow Quirk et al. 1985, "A Comprehensive Grammar of the English Language":
modality (4.49 to 4.66), quantifiers (5.10 to 5.25), adverbs of frequency (8.64 to
8.67), subordinators (14.12) and prepositions of time and direction (9.15 to 9.42).
"""

__all__ = [
    "BE",
    "CLASSES",
    "EMPTY",
    "JOINTS",
    "LIGHT",
    "LINKS",
    "NEGATIONS",
    "OPENERS",
    "PARTICIPLES",
    "PRONOUNS",
    "QUANTITIES",
    "SYMMETRIC",
]

_TURNS = {
    "can": "can could able capable possible possibly allow allows allowed permit "
    "permits permitted enable enables let lets",
    "may": "may might maybe perhaps probably likely potentially",
    "usually": "usually often generally typically normally commonly mostly largely "
    "frequently mainly tends tend nearly almost",
    "sometimes": "sometimes occasionally seldom rarely partly partially",
    "must": "must mandatory required requires require obligatory",
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
    "if": "if unless provided assuming",
    "unless": "except excluding besides",
    "or": "or",
    "false": "try tries tried attempt attempts attempted plan plans planned claims "
    "claimed allegedly supposedly former formerly",
}
CLASSES = {word: kind for kind, words in _TURNS.items() for word in words.split()}
"""What turns a sentence, by the word that does."""
LINKS = {
    "before": "before", "prior": "before", "after": "after", "afterwards": "after",
    "until": "before", "till": "before", "than": "than", "from": "from", "into": "into",
    "to": "to", "instead": "instead", "rather": "instead", "since": "since",
    "under": "under", "over": "over", "without": "without", "unlike": "unlike",
    "followed": "before", "preceded": "after", "compared": "than",
}  # fmt: skip
"""Words that say how what is before them stands to what is behind them."""
JOINTS = frozenset(
    "of in on at by for with as and or but that which who not if when while because "
    "so unless without around between through against among during within about via per".split()
)
"""Words that join one to another."""
SYMMETRIC = frozenset("equal equival same similar differ independ compar relat".split())
"""Stems of what holds in both directions."""
QUANTITIES = frozenset(
    "one all every each any both some several many most few half".split()
)
NEGATIONS = frozenset(
    "not no never none neither nor cannot without unless nothing nobody nowhere hardly "
    "scarcely lack lacks lacking absent".split()
)
BE = frozenset("is are was were be been being gets get got".split())
OPENERS = frozenset(
    "and but while whereas although though because since so if when whenever unless "
    "until which who whose where once therefore thus hence".split()
)
"""Words that a clause begins with."""
PRONOUNS = frozenset(
    "it they this these that those he she its their such then there here both otherwise "
    "instead therefore also however".split()
)
PARTICIPLES = frozenset(
    "built sent kept held done made shown given taken written read set put found known "
    "seen led lost left met paid bought brought thought taught told sold stored split "
    "run cut hit let hidden chosen broken driven drawn begun understood bound".split()
)
EMPTY = frozenset(
    "a an the is are was were be been being am do does did done doing has have had "
    "having it its they them their he she his her him we our us you your i me my this "
    "that these those there here which who whom whose what of in on at by for with as "
    "and but so then will would shall s t d ll re ve ca wo when while where if because though "
    "although whereas however therefore thus hence too also such itself themselves "
    "own how why very more-over not per via about up out off down get gets got "
    "according".split()
)
"""Words that say nothing by themselves."""
LIGHT = frozenset(
    "use take make give provide offer come go serve work mean call name known see get "
    "find become show look put appear run bring let hold keep stay stand lie set place "
    "happen occur exist represent involve form contain include consist comprise carry "
    "conduct perform handle treat deal base regard concern relate refer act operate "
    "present describe say state tell belong remain allow govern rely serve exhibit "
    "way thing something kind sort type case time value number amount part point fact "
    "example instance result total particular term respect general overall "
    "well just even still now already simply especially particularly indeed actually "
    "exactly respectively likewise together back as thus namely specifically usual "
    "addition additionally furthermore moreover meaning namely short".split()
)
"""Words that a sentence may have besides, for they say little by themselves: verbs and
adverbs among the 250 most frequent in the concordances of WordNet 3.0 (cntlist.rev), but
for those of beginning, ending, changing and failing, and general nouns (Halliday and
Hasan 1976, 6.1)."""
