"""How an abstention is worded: what says that nothing was found, language by language.

The patterns are met at the beginning of a clause, in lower case, without punctuation,
contractions written out. A wording that is missing costs one more turn, one too many a
fact, so that only those stand here which say nothing else: they meet 37 of the 52
abstentions among mtrag-un's reference answers (dev), and none of the 213 others.
"""

import re
from dataclasses import dataclass
from functools import cached_property

__all__ = ["TONGUES", "Tongue"]

_REGRETS = (
    "(?:(?:i am |we are )?(?:very )?sorry that|unfortunately|regrettably"
    "|sorry|leider|lamentablemente|malheureusement"
    "|purtroppo|infelizmente)"
)
_EITHER = r"(?<!\S)(?:or|oder|o|ou)(?!\S)"
_RELATIVE = frozenset(["that", "which", "who", "que", "qui", "che"])
"""Words that a relative clause begins with, which an indirect question may hold."""


def _gap(words: int) -> str:
    """Return a pattern for some words, as few as there are."""
    return rf"(?:\S++ ){{0,{words}}}?"


@dataclass(frozen=True)
class Tongue:
    """What an abstention is made of in one language.

    In the patterns `<D>` stands for the documents, and `<WHO>` for what is silenced.
    """

    documents: str
    """What stands for the documents. A question that names them may be about others."""
    own: str
    """The model says of itself that it found nothing, or does not know."""
    theirs: str
    """The documents are said to be silent; the groups are what about."""
    beside: str
    """What may stand beside: regrets, what was searched, a request to ask again."""
    asking: str
    """Words that an indirect question begins with."""
    leading: str
    """Words that may stand before those."""
    stating: str
    """Verbs that state something, and words that a relative clause begins with."""
    joining: str
    """Words that part two clauses."""
    asked: str
    """How a question begins that yes or no answers."""
    capitals: bool = True
    """Whether a capital letter makes a name."""

    @cached_property
    def of_itself(self) -> re.Pattern[str]:
        """Begins a clause in which the model says that it knows nothing."""
        return self._begins(self.own)

    @cached_property
    def of_documents(self) -> re.Pattern[str]:
        """Begins a clause in which the documents are said to be silent."""
        return self._begins(self.theirs)

    @cached_property
    def standing_beside(self) -> re.Pattern[str]:
        """Begins a clause that may stand beside those."""
        return self._begins(self.beside)

    @cached_property
    def end_of_clause(self) -> re.Pattern[str]:
        """Parts two clauses."""
        return re.compile(rf"[,;:()\[\]…–—]| (?:{self.joining})(?= )")

    @cached_property
    def naming_documents(self) -> re.Pattern[str]:
        """Stands in a question that names documents."""
        return re.compile(rf"(?<!\S)(?:{self.documents})(?!\S)")

    @cached_property
    def offering(self) -> re.Pattern[str]:
        """Stands in a question that yes or no answers, or one of two.

        The words of such a question alone could state something.
        """
        begins = rf"\A|[,;] ?|(?<!\S)(?:{self.joining}) "
        return re.compile(rf"(?:{begins})(?:{self.asked})(?!\S)|{_EITHER}")

    def states(self, words: list[str]) -> bool:
        """Whether some words state something, as far as single words tell."""
        return not set(self.stating.split()).isdisjoint(words)

    def asks(self, words: list[str]) -> bool:
        """Whether some words are one indirect question."""
        leading = self.leading.split()
        verbs_of = set(self.stating.split()) - _RELATIVE
        asked = [each for each in words if each not in leading]
        verbs = sum(each in verbs_of for each in asked[1:])
        return bool(asked) and asked[0] in self.asking.split() and verbs <= 1

    def _begins(self, wordings: str) -> re.Pattern[str]:
        filled = wordings.replace("\n", "").replace("<D>", f"(?:{self.documents})")
        filled = filled.replace("<WHO>", f"({_gap(12)})")
        return re.compile(rf"\A(?:{_REGRETS} )?(?:{filled})(?!\S)")


_EN_DOCUMENTS = (
    r"(?:(?:the|these|those|this|my|your|any|all) )?(?:(?:provided|given|available"
    r"|retrieved|supplied|indexed|uploaded|shown|search(?:ed)?|cited|current) ){0,2}"
    r"(?:documents?|documentation|docs|passages?|sources?|excerpts?|context|materials?"
    r"|search results|knowledge base|library)"
)
_EN_INFORMATION = (
    r"(?:(?:any|enough|sufficient|relevant|specific|such|explicit|direct|further|the"
    r"|that|this|much|an|a|clear) ){0,2}(?:information|mention|answers?|details?"
    r"|passages?|explanation|evidence)"
)
_ENGLISH = Tongue(
    documents=_EN_DOCUMENTS,
    own=rf"""(?:i|we) (?:(?:can|could|have|had) (?:not|never)|(?:am|was|are|were)
 (?:not able|unable) to|have not been able to)(?: yet| really)?
 (?:find|found|locate|located)
|(?:i|we) (?:can not|could not|am unable to|was unable to|am not able to)
 (?:answer|determine|tell|say|identify)
|(?:(?:i|we) )?(?:could|did) not find|(?:i|we) (?:do|did) not know
|(?:i|we) (?:do|did) not have {_EN_INFORMATION}
|(?:i|we) (?:can|could) not provide {_EN_INFORMATION}
|(?:(?:i|we) )?(?:have )?found (?:nothing|no {_EN_INFORMATION})""",
    theirs=rf"""<D>(?: in <D>)? (?:do|does|did) not (?:\w*?ly |actually |even )?
(?:say|state|mention|contain|include|hold|describe|specify|provide|give|answer|cover
|address|explain|tell|show|discuss|report|indicate|define|have|offer|list)
|<D> (?:contain|include|hold|provide|give|offer|have|has)s? no {_EN_INFORMATION}
|(?:none of|nothing in|neither of) <D> \S++
|no (?:documents?|passages?|sources?) (?:mentions?|says?|answers?|states?|contains?
|describes?|covers?|explains?)
|there (?:is|was|are|were) (?:no|nothing|not) (?:{_EN_INFORMATION} )?
<WHO>(?:in|within|from|among) <D>
|there (?:is|was) no {_EN_INFORMATION} (?:available|provided|given|(?:about|on) it\Z)
|no {_EN_INFORMATION} <WHO>(?:was|were|is|are|can be|could be)
 (?:found|available|provided|given)
|<WHO>(?:is|are|was|were|can|could) not (?:be )?(?:\w*?ly )?
(?:(?:mentioned|specified|stated|given|described|covered|documented|provided|found
|answered|included|discussed|addressed|explained|defined|listed|available|contained
|determined|clear)(?: \w*?ly| anywhere)? )?(?:in|by|from|within) <D>""",
    beside=r"""(?:i am |i was |we are )?(?:very )?sorry|(?:i|we) apologi[sz]e
|unfortunately|regrettably|(?:based on|according to|from|in|within|after searching) <D>
|based on (?:my|the) search(?:es)?|after searching
|(?:i|we) (?:have )?(?:searched|looked)
|searched for|my search(?:es)?|if you|(?:please )?let me know|please (?:provide
|rephrase|clarify|specify|share|ask|try again|consult|check)|thank you
|(?:could|can|would) you|feel free to|for this question|to answer (?:this|the|your)
 question|i (?:can|could|would|will) (?:then |be happy to |gladly )*(?:help|assist|try
|search|look)""",
    asking="whether if what how when where why who which",
    leading="about on regarding of for concerning to exactly any an the answer "
    "information anything explicit specific details",
    stating="is are was were be being been has have had which that who equals means "
    "uses",
    joining="but|however|although|though|while|whereas|because|since|so|except|besides"
    "|instead|yet|and|or|nor|as|only|other than|apart from|beyond|unless|until|then",
    asked="is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may"
    "|might|must",
)
_DE_DOCUMENTS = (
    r"(?:(?:die|den|der|das|dem|diese[nr]?) )?(?:(?:vorliegenden|bereitgestellten"
    r"|verfügbaren|gefundenen|angegebenen|bereitgestellte|vorliegende) )?"
    r"(?:dokumente[ns]?|dokument|dokumentation|quellen?|unterlagen|textstellen"
    r"|passagen|texten?|bibliothek|suchergebnisse[n]?)"
)
_DE_NOTHING = (
    "(?:nicht|nichts|keine[nr]? (?:informationen|information|angaben|antwort"
    "|hinweise?))"
)
_GERMAN = Tongue(
    documents=_DE_DOCUMENTS,
    own=rf"""(?:(?:dazu|darüber|hierzu) )?(?:ich (?:kann|konnte|habe|finde)
|(?:kann|konnte|habe|finde) ich|wir (?:können|konnten|haben)) <WHO>
{_DE_NOTHING}
(?: {_gap(5)}(?:finden|gefunden|beantworten|sagen|ermitteln))?
|ich weiss (?:es |das )?nicht""",
    theirs=rf"""<D> (?:enthalten|enthält|sagen|sagt|nennen|nennt|erwähnen
|erwähnt|geben|gibt|beantworten|beantwortet|beschreiben|beschreibt|liefern|liefert)
 <WHO>{_DE_NOTHING}
|in <D> (?:steht|stehen|findet sich|finden sich|gibt es|wird|ist) <WHO>
{_DE_NOTHING}
|es (?:gibt|gab|finden sich|wurden?) <WHO>keine[nr]?
 (?:informationen|information|angaben|antwort|hinweise?) {_gap(8)}(?:in|aus) <D>
|<WHO>(?:ist|sind|wird|werden) in <D> nicht (?:angegeben|erwähnt|genannt|beschrieben
|enthalten|dokumentiert|zu finden)""",
    beside=r"""leider|entschuldigung|tut mir leid|es tut mir leid|(?:laut|nach|in) <D>
|(?:ich habe|gesucht habe ich|ich suchte) nach|bitte (?:geben|formulieren|stellen)
|wenn sie|falls sie""",
    asking="ob was wie wann wo warum wer welche welcher welches wieviel",
    leading="zu über dazu darüber es",
    stating="ist sind war waren beträgt lautet heisst hat haben wird werden die der "
    "das welche",
    joining="aber|jedoch|sondern|und|oder|weil|da|denn|obwohl|ausser|sodass|doch|nur",
    asked="ist|sind|war|hat|haben|kann|können|gibt|wird|werden|muss|darf|soll",
    capitals=False,
)
_ES_DOCUMENTS = (
    r"(?:(?:los|las|la|el|estos|estas) )?(?:documentos?|documentación|fuentes?"
    r"|pasajes?|textos?|biblioteca)(?: (?:proporcionados|disponibles|consultados"
    r"|proporcionadas|consultadas))?"
)
_SPANISH = Tongue(
    documents=_ES_DOCUMENTS,
    own=rf"""(?:no|nada) (?:lo )?(?:he |pude |puedo |hemos |pudimos |logré )?
(?:encontrar|encontré|encuentro|encontrado|encontramos|sé|responder|determinar)
|no (?:tengo|dispongo de) {_gap(2)}información""",
    theirs=r"""<D> no (?:lo |la )?(?:mencionan?|dicen?|contienen?|incluyen?|especifican?
|indican?|proporcionan?|responden?|describen?|explican?|hablan)
|no (?:hay|existe|se encontró|se encuentra) (?:ninguna )?
(?:información|mención|respuesta) <WHO>en <D>
|<WHO>no se (?:menciona|especifica|indica|encuentra|describe|explica) en <D>
|en <D> no (?:hay|se)(?: menciona| encuentra| especifica| indica)?""",
    beside=r"""lo siento|lamentablemente|desafortunadamente|según <D>|en <D>
|(?:he buscado|busqué)|por favor|si""",
    asking="si qué cuál cuáles cómo cuándo dónde quién cuánto cuántos",
    leading="sobre acerca de información ninguna",
    stating="es son era está están fue tiene que",
    joining="pero|sino|aunque|y|o|porque|excepto|salvo|sin embargo|solo|mientras",
    asked="es|son|está|están|hay|puede|pueden|tiene|se",
)
_FR_DOCUMENTS = (
    r"(?:(?:les|la|le|ces|des) )?(?:documents?|documentation|sources?|passages?"
    r"|extraits?|textes?|bibliothèque)(?: (?:fournis|fournies|disponibles|consultés"
    r"|consultées))?"
)
_FRENCH = Tongue(
    documents=_FR_DOCUMENTS,
    own=r"""je n ai (?:pas|rien) (?:pu )?(?:trouver|trouvé)|je n ai trouvé
 (?:rien|aucune (?:information|réponse|mention))|je ne (?:trouve|sais|peux|vois)
 (?:pas|rien)|je n ai pas d informations?""",
    theirs=r"""<D> ne (?:le |la )?(?:mentionnent?|contiennent|contient|disent|dit
|précisent?|indiquent?|fournissent|répondent|décrivent|donnent|parlent)
 (?:pas|rien|aucune (?:information|réponse|mention))
|il n y a (?:pas d|aucune) (?:informations?|réponse|mention) <WHO>dans <D>
|aucune information <WHO>(?:dans <D>|n a été trouvée|n est disponible)
|<WHO>n est pas (?:mentionnée?|précisée?|indiquée?|décrite?|spécifiée?) dans <D>""",
    beside=r"""(?:je suis )?désolée?|malheureusement|(?:selon|d après|dans) <D>
|j ai cherché|s il vous plaît|veuillez|si vous""",
    asking="si ce quel quelle quels quelles comment quand où pourquoi combien",
    leading="sur concernant d informations information",
    stating="est sont était a ont vaut qui que",
    joining="mais|et|ou|car|cependant|toutefois|bien que|sauf|or|donc|tandis que",
    asked="est|sont|peut|peuvent|a|ont|y",
)
_ITALIAN = Tongue(
    documents=r"(?:(?:i|le|la|il|nei|nelle|nella) )?(?:documenti?|documentazione|fonti"
    r"|passaggi|testi)(?: forniti| fornite| disponibili)?",
    own=r"""non (?:ho|sono riuscito a|riesco a|posso) (?:trovato|trovare|rispondere)
|non (?:lo )?so""",
    theirs=r"""<D> non (?:lo |la )?(?:menzionano|contengono|dicono|specificano|riportano
|forniscono|indicano|rispondono|descrivono)
|non (?:ci sono|c è) (?:informazioni|informazione|risposta) <WHO><D>
|<WHO>non (?:è|sono) (?:menzionat|specificat|indicat|riportat)[oaei] <D>""",
    beside=r"mi dispiace|purtroppo|secondo <D>|ho cercato|per favore|se",
    asking="se cosa quale quali come quando dove chi quanto",
    leading="su informazioni",
    stating="è sono era ha hanno che vale",
    joining="ma|però|tuttavia|e|o|perché|anche se|tranne|eccetto|quindi",
    asked="è|sono|può|possono|ha|hanno|c",
)
_PORTUGUESE = Tongue(
    documents=r"(?:(?:os|as|a|o|nos|nas|na) )?(?:documentos?|documentação|fontes?"
    r"|trechos?|textos?)(?: fornecidos| fornecidas| disponíveis)?",
    own=r"""não (?:encontrei|encontramos|consegui encontrar|pude encontrar|sei
|consigo encontrar|foi possível encontrar)""",
    theirs=r"""<D> não (?:mencionam?|contêm|contém|dizem|especificam?|informam?|incluem
|indicam?|respondem|descrevem|fornecem)
|não há (?:informações|informação|resposta|menção) <WHO><D>
|<WHO>não (?:é|são|está) (?:mencionad|especificad|indicad|descrit)[oa]s? <D>""",
    beside=r"desculpe|lamento|infelizmente|(?:de acordo com|segundo) <D>|procurei|se",
    asking="se qual quais como quando onde quem quanto",
    leading="sobre informações",
    stating="é são era está tem têm",
    joining="mas|porém|contudo|e|ou|porque|embora|exceto|portanto",
    asked="é|são|está|há|pode|podem|tem",
)
TONGUES = (_ENGLISH, _GERMAN, _SPANISH, _FRENCH, _ITALIAN, _PORTUGUESE)
"""Those whose words are parted by blanks."""
