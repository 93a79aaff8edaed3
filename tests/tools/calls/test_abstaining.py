"""An abstention says that nothing was found, and not one thing more."""

from time import process_time

import pytest

from tools.calls.abstaining import abstains

QUESTION = (
    "What is the default consistency level of Milvus, and which index fits on disk?"
)
ABSTENTIONS = [
    "The documents contain no information about the default consistency level.",
    "I am sorry that I do not have that information.",
    "Sorry, I do not have specific information about pricing.",
    "I cannot find it in the documents.",
    "I could not find it.",
    "I can't find any information about the default level in the provided documents.",
    "I couldn't find the default consistency level and the index in the documents.",
    "I don't know.",
    "I'm sorry, but I couldn't find any information about that in the documents.",
    "Unfortunately, the documents do not mention the default consistency level.",
    "The documents don't say.",
    "The provided passages do not contain information about pricing plans.",
    "There is no information in the documents about the default consistency level.",
    "The default consistency level of Milvus is not specified in the documents.",
    "Based on the provided documents, I cannot answer this question.",
    "I do not have enough information to answer this question.",
    "I searched for the default consistency level but found nothing.",
    "I was unable to find which index is the default.",
    "No information was found in the documents.",
    "No information about the default consistency level was found.",
    "None of the sources mentions it.",
    "I cannot find it. Please rephrase your question.",
    "I cannot find the answer. If you provide more details, I can help.",
    "The answer is not in the documents.",
    "Nothing in the documents answers this.",
    "I could not find what the default consistency level is.",
    "**I cannot find it in the documents.**",
    "I have not been able to find it in the library.",
    "Ich konnte dazu in den Dokumenten nichts finden.",
    "Die Dokumente enthalten keine Angaben zum Preis.",
    "Leider konnte ich keine Informationen dazu finden.",
    "In den Dokumenten steht dazu nichts.",
    "Ich weiß es nicht.",
    "No encontré información sobre eso en los documentos.",
    "Los documentos no mencionan el nivel de consistencia.",
    "No hay información sobre esto en los documentos.",
    "Je n'ai pas trouvé d'information à ce sujet dans les documents.",
    "Les documents ne mentionnent pas le niveau par défaut.",
    "Il n'y a aucune information à ce sujet dans les documents.",
    "Non ho trovato informazioni nei documenti.",
    "I documenti non specificano il livello.",
    "Não encontrei essa informação nos documentos.",
    "Os documentos não mencionam isso.",
    "文档中没有提到这一点。",
    "我在文档中找不到相关信息。",
    "抱歉，我无法在文档中找到答案。",
    "文書にはその情報がありません。",
    "I have not found any information about that.",
    "I've not been able to find it.",
    "There's no information available on this topic.",
    "There is no mention of the default consistency level in the sources.",
    "It is not mentioned in the documents.",
    "The documents do not specify what the default consistency level is.",
    "I do not know whether there is an index that fits on disk.",
    "The search results do not contain an answer to your question.",
    "I cannot determine the default consistency level from the provided context.",
    "After searching the library, I could not find an answer.",
    "I looked in the documents for the default consistency level, but did not find it.",
    "According to the documents, there is no information about this.",
    "No passage mentions the default consistency level.",
    "I don't have information about that.",
    "I couldn't find this in the documents. Searched for: default consistency level.",
    "The information is not available in the provided documents.",
    "Unfortunately I cannot find an answer to that question in the given documents.",
    "Sorry, I don't know.",
    "I am unable to answer this question based on the provided documents.",
    "The provided documents do not directly answer the question.",
    "The documents do not provide information on which index fits on disk.",
    "I could not find the default consistency level of Milvus or the index.",
    "Je ne sais pas.",
    "No lo sé.",
    "No pude encontrar la respuesta.",
    "Dazu habe ich nichts gefunden.",
    "Ich habe keine Informationen dazu gefunden.",
    "Es gibt keine Informationen dazu in den Dokumenten.",
    "未找到相关信息。",
    "无法回答。",
    "我不知道。",
]
ANSWERS = [
    "The documents contain no primary key.",
    "I cannot find it in the documents, but the default is Bounded.",
    "The documents do not say. The default is Bounded.",
    "The documents do not say, the default is bounded.",
    "I could not find a limit because there is none.",
    "There is no limit.",
    "No.",
    "No, the documents do not mention a limit.",
    "Milvus does not provide any information about deleted entities.",
    "I found that the default is bounded.",
    "I searched for the default and found bounded.",
    "I cannot find anything except that the default is bounded.",
    "I cannot find anything other than bounded.",
    "By default, the TTL is not specified.",
    "The TTL is not specified in the collection.",
    "I can't. Use flush() to do that.",
    "Sorry, deletion is impossible.",
    "I was unable to find it, so there is no such option.",
    "The documents do not contain the word bounded which is the default.",
    "I could not find the limit of 64 fields.",
    "I cannot find it (the default is bounded).",
    "I cannot find it – default: bounded.",
    "I cannot find it Milvus uses Bounded by default.",
    "Not found.",
    "No results were found.",
    "The default level is bounded, which is not specified in the documents.",
    "I could not find it and it uses bounded.",
    "I do not know the level but DiskANN fits on disk.",
    "- I cannot find it",
    "The provided passages only discuss Milvus.",
    "I know that it is bounded.",
    "The documents do not mention `bounded`.",
    "Milvus does not have a default consistency level.",
    "If you set nothing, the level is bounded.",
    "I don't know, try bounded.",
    "The default level is not strong in the documents.",
    "Please use the bounded level. I don't know more.",
    "Die Dokumente sagen nichts, aber der Standard ist bounded.",
    "Ich weiß nicht, der Standard ist bounded.",
    "Los documentos no lo dicen, pero es bounded.",
    "Les documents ne le disent pas mais c'est bounded.",
    "文档中没有提到，但默认是有界。",
    "默认没有级别。",
    "文档没有提到，默认值为有界。",
    "It cannot be found in the documents that bounded is used.",
    "We do not see deleted entities after a flush.",
    "I see nothing wrong with bounded.",
    "I do not say more than bounded.",
    "没有找到用户。",
    "未找到用户。",
    "Not in the documents I know: bounded.",
    "The library does not support deletion.",
    "The search results do not include deleted entities: bounded ones.",
]
"""They state something, or could: none may become an abstention."""


@pytest.mark.parametrize("text", ABSTENTIONS)
def test_a_text_that_says_only_that_nothing_was_found_abstains(text: str) -> None:
    assert abstains(text, QUESTION)


@pytest.mark.parametrize("text", ANSWERS)
def test_a_text_that_may_state_a_fact_is_an_answer(text: str) -> None:
    assert not abstains(text, QUESTION)


@pytest.mark.parametrize(
    "fact", ["It is bounded.", "The default is bounded.", "Bounded"]
)
@pytest.mark.parametrize(
    "joint",
    [
        ". ",
        "; ",
        ": ",
        " – ",
        " (",
        "\n\n",
        "\n- ",
        ", but ",
        ", aber ",
        ", pero ",
        "，但",
    ],
)
def test_no_abstention_hides_a_fact_beside_it(joint: str, fact: str) -> None:
    for text in ABSTENTIONS:
        assert not abstains(f"{text.rstrip('.。')}{joint}{fact}", QUESTION)
        assert not abstains(f"{fact.rstrip('.')}{joint}{text}", QUESTION)


@pytest.mark.parametrize(
    "fact", ["It is bounded.", "The default is bounded.", "Bounded"]
)
@pytest.mark.parametrize("joint", [" ", " But ", " and "])
def test_a_fact_that_is_run_on_is_seen_as_well(joint: str, fact: str) -> None:
    english = {"can", "could", "did", "do", "is", "was", "unable"}
    for text in ABSTENTIONS:
        if not english.isdisjoint(text.split()):
            assert not abstains(f"{text.rstrip('.')}{joint}{fact}", QUESTION)
            assert not abstains(f"{fact.rstrip('.')}{joint}{text}", QUESTION)


def test_an_indirect_question_in_the_words_of_the_question_adds_nothing() -> None:
    text = "Die Dokumente sagen nicht, was der Standard ist."
    assert abstains(text, "Was ist der Standard?")
    assert not abstains(text, "Ist was der Standard?")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The documents do not contain a primary key.", "Do documents have a key?"),
        ("I do not know and the segments get sealed.", "Do the segments get sealed?"),
        ("The documents do not say: HNSW.", "Which is faster, HNSW or IVF?"),
        ("未找到用户。", "登录错误是什么？"),
        ("文件不包含主键。", "段文件包含什么？"),
    ],
)
def test_where_the_questions_own_words_could_answer_it_they_do(
    text: str, question: str
) -> None:
    assert not abstains(text, question)


def test_a_number_of_the_question_may_be_said_again_and_no_other() -> None:
    question = "What changed in version 2.4?"
    assert abstains("The documents do not say what changed in version 2.4.", question)
    assert not abstains("The documents do not say what changed in 2.5.", question)


@pytest.mark.parametrize(
    "unit",
    ["i ", "the documents do not ", "not found in ", "a, ", "文档中", "中", "X "],
)
def test_no_text_takes_long(unit: str) -> None:
    started = process_time()
    abstains((unit * 2000)[:1200], QUESTION)
    abstains(unit * 2000, QUESTION)
    assert process_time() - started < 1
