"""The training text: an endless, seeded stream of short documents of weighted kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import items
from .code_items import code
from .items import OBJECTS, PLACES
from .natural import natural_paragraphs
from .phrases import MYTH_FRAMES, RELATIONS, state
from .world import JOBS, MEN, TOWNS, WOMEN, Fact, build_facts, gender_of

# Relative numbers of documents. Copies and pairs are no benchmark's own: they are where a small
# model learns to look back, without which scenes, sums and code stay at chance.
WEIGHTS = {
    "profile": 14,
    "people_question": 6,
    "science": 7,
    "science_question": 4,
    "landmark": 9,
    "landmark_question": 3,
    "town": 1,
    "cloze": 7,
    "order": 3,
    "goal": 2,
    "pronoun": 8,
    "boolean": 8,
    "arithmetic": 12,
    "sums": 5,
    "last_word": 10,
    "code": 12,
    "copy": 8,
    "pairs": 10,
    "natural": 3,
}


@dataclass
class World:
    """The facts in the form that the corpus draws from, with the natural paragraphs."""

    by_entity: dict[str, dict[str, list[Fact]]] = field(default_factory=dict)
    questions: dict[str, list[Fact]] = field(default_factory=dict)
    natural: list[str] = field(default_factory=list)

    @classmethod
    def build(cls, natural: list[str] | None = None) -> World:
        """Return the world; only facts of the training split are in `questions`.

        `natural`, the training split's natural paragraphs, saves the seconds that finding them takes.
        """
        world = cls(natural=natural_paragraphs("train") if natural is None else natural)
        for group, facts in build_facts().items():
            entities: dict[str, list[Fact]] = {}
            for fact in facts:
                entities.setdefault(fact.entity, []).append(fact)
            world.by_entity[group] = entities
            world.questions[group] = [f for f in facts if items.split_of_fact(f) == "train"]
        return world


def _statement(rng: random.Random, fact: Fact, name: str | None = None, value: str = "") -> str:
    relation = RELATIONS[f"{fact.group}.{fact.relation}"]
    template = rng.choice(relation.statements)
    if name is None and relation.reverse and rng.random() < 0.35:
        template = rng.choice(relation.reverse)
    return state(relation, template, name or fact.entity, value or fact.value)


def _profile(rng: random.Random, world: World) -> str:
    person = rng.choice(list(world.by_entity["people"]))
    facts = world.by_entity["people"][person]
    chosen = rng.sample(facts, rng.randrange(2, 6))
    lines = []
    for index, fact in enumerate(chosen):
        # The name comes back now and then, so that a fact is tied to it from any position.
        short = index > 0 and rng.random() < 0.6
        lines.append(_statement(rng, fact, gender_of(person) if short else person))
    return " ".join(lines)


def _about(rng: random.Random, world: World, group: str) -> str:
    facts = world.by_entity[group][rng.choice(list(world.by_entity[group]))]
    return " ".join(_statement(rng, f) for f in rng.sample(facts, rng.randint(1, len(facts))))


def _landmark(rng: random.Random, world: World) -> str:
    entities = world.by_entity["landmark"]
    facts = entities[rng.choice(list(entities))]
    lines = []
    for fact in rng.sample(facts, rng.randrange(1, 4)):
        truth, belief = _statement(rng, fact), _statement(rng, fact, value=fact.myth)
        way = rng.random()
        if way < 0.45:
            lines.append(f"{rng.choice(MYTH_FRAMES).format(m=belief)} {truth}")
        else:
            lines.append(truth)
    return " ".join(lines)


def _question(rng: random.Random, world: World, group: str) -> str:
    lines = []
    for fact in rng.sample(world.questions[group], rng.randrange(1, 4)):
        relation = RELATIONS[f"{fact.group}.{fact.relation}"]
        if relation.reverse_questions and rng.random() < 0.4:
            asked, answer = rng.choice(relation.reverse_questions), fact.entity
        else:
            asked, answer = rng.choice(relation.questions), fact.value
        text = state(relation, asked, fact.entity, fact.value)
        lines.append(f"Question: {text}\nAnswer: {answer}.")
    return "\n".join(lines)


def _sums(rng: random.Random) -> str:
    lines = []
    for _ in range(rng.randrange(2, 6)):
        a, b = rng.randrange(2, 200), rng.randrange(2, 60)
        sign = rng.choice("+-*")
        if sign == "*":
            b = rng.randrange(2, 5)
            a = rng.randrange(2, 200 // b)
        elif sign == "-" and a < b:
            a, b = b, a
        result = {"+": a + b, "-": a - b, "*": a * b}[sign]
        lines.append(f"{a} {sign} {b} = {result}")
    return ", ".join(lines) + "."


def _copy(rng: random.Random) -> str:
    """Return a list of words or numbers, said twice."""
    count = rng.randrange(3, 9)
    if rng.random() < 0.4:
        said = ", ".join(str(rng.randrange(1, 200)) for _ in range(count))
    else:
        pool = rng.choice((WOMEN + MEN, OBJECTS + PLACES, TOWNS, list(JOBS)))
        said = " ".join(rng.sample(pool, count))
    return f"Say again: {said}. {said}."


def _pairs(rng: random.Random) -> str:
    """Return names with a thing each, then the same pairs in another order."""
    count = rng.randrange(2, 6)
    names = rng.sample(WOMEN + MEN, count)
    pool = rng.choice((OBJECTS, PLACES, list(JOBS), TOWNS))
    pairs = [f"{n} {t}" for n, t in zip(names, rng.sample(pool, count), strict=True)]
    again = rng.sample(pairs, count)
    return f"{', '.join(pairs)}. Again: {', '.join(again)}."


_SAMPLERS: dict[str, items.Sampler] = {
    "cloze": items.cloze,
    "order": items.order,
    "goal": items.goal,
    "pronoun": items.pronoun,
    "boolean": items.boolean,
    "arithmetic": items.arithmetic,
    "last_word": items.last_word,
    "code": code,
}


def write_document(rng: random.Random, world: World, kind: str) -> str:
    """Return one training document of a kind named in `WEIGHTS`."""
    if kind == "profile":
        return _profile(rng, world)
    if kind == "landmark":
        return _landmark(rng, world)
    if kind in ("science", "town"):
        return _about(rng, world, kind)
    if kind.endswith("_question"):
        return _question(rng, world, kind.removesuffix("_question"))
    if kind == "sums":
        return _sums(rng)
    if kind == "natural":
        return rng.choice(world.natural)
    if kind in ("copy", "pairs"):
        return _copy(rng) if kind == "copy" else _pairs(rng)
    sampler = _SAMPLERS[kind]
    item = items.draw(sampler, rng, "train")
    text = f"{item.prompt} {item.answer}{item.more}"
    if kind == "order" and rng.random() < 0.4:
        _, word, *pair = item.key.split("|")
        winner = item.answer.rstrip(".")
        loser = pair[0] if pair[1] == winner else pair[1]
        return f"The {winner} is {word} than the {loser}."
    if kind == "boolean":
        more = (items.draw(sampler, rng, "train") for _ in range(rng.randrange(3)))
        return "\n".join([text, *(f"{m.prompt} {m.answer}" for m in more)])
    return text


def stream_documents(seed: int, world: World | None = None) -> Iterator[str]:
    """Yield training documents without end; the same for the same seed and Python version."""
    rng = random.Random(seed)
    world = world or World.build()
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    while True:
        yield write_document(rng, world, rng.choices(kinds, weights)[0])
