"""Procedural items: each is used for training or held out, by a hash of its content alone.

A sampler returns an `Item` of any split. The corpus keeps those of the split "train", the
benchmarks those of "validation" and "test", so both come from one definition and never overlap.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .world import (
    GOALS,
    JOBS,
    MEN,
    SPEED_ORDER,
    WEIGHT_ORDER,
    WOMEN,
    Fact,
    article,
    gender_of,
    words,
)

OBJECTS = words("lamp drum rope vase clock kite flute mirror basket candle ladder pillow")
PLACES = words("attic cellar barn kitchen garage tower cabin shed hall tent")


@dataclass(frozen=True)
class Item:
    """A prompt and its right answer (which follows one space).

    `key` decides the split. `probes` are strings of which none may occur in the training text
    when the item is held out. `choices` is empty for items that are answered by generation.
    `more` follows the answer in training only: further questions on the same scene.
    """

    key: str
    prompt: str
    answer: str
    choices: tuple[str, ...] = ()
    probes: tuple[str, ...] = field(default=())
    more: str = ""


def split_of(key: str, validation: int = 5, test: int = 15) -> str:
    """Return train, validation or test for a key; the shares are in per cent."""
    bucket = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100
    if bucket < test:
        return "test"
    return "validation" if bucket < test + validation else "train"


def split_of_fact(fact: Fact) -> str:
    """Return the split of a fact's questions; its statements always belong to training."""
    test = {"people": 52, "landmark": 72, "town": 0}.get(fact.group, 48)
    return split_of(fact.key, validation=14, test=test)


def split_of_item(item: Item) -> str:
    """Return the split of an item; keys of a small space hold out a larger share."""
    small = item.key.startswith(("order|", "goal|"))
    return split_of(item.key, validation=8, test=28) if small else split_of(item.key)


def cloze(rng: random.Random) -> Item:
    """Return a scene of two or three people at work with four endings of one kind."""
    count = rng.choice((2, 3))
    people, jobs = rng.sample(WOMEN + MEN, count), rng.sample(list(JOBS), count)
    who = rng.randrange(count)
    scene = " ".join(f"{p} is {article(j)}." for p, j in zip(people, jobs, strict=True))
    part = rng.randrange(3)

    def lead(person: str) -> str:
        pronoun = gender_of(person)
        return (
            f"At work, {person} is busy. With care {pronoun}",
            f"{person} gets ready for work. In the bag {pronoun} carries",
            f"In the morning {person} walks to work. Soon {pronoun} reaches",
        )[part]

    def ending(job: str) -> str:
        tool, place, action = JOBS[job]
        return (f"{action}.", f"the {tool}.", f"the {place}.")[part]

    others = [j for j in jobs if j != jobs[who]]
    others += rng.sample([j for j in JOBS if j not in jobs], 3 - len(others))
    answer = ending(jobs[who])
    choices = (answer, *(ending(j) for j in others))
    prompt = f"{scene} {lead(people[who])}"
    rest = [(p, j) for p, j in zip(people, jobs, strict=True) if p != people[who]]
    more = "".join(f" {lead(p)} {ending(j)}" for p, j in rest)
    # The scene alone is the key: training text goes on to ask for the others in it.
    key = "cloze|" + "|".join((*people, *jobs))
    return Item(key, prompt, answer, choices, (prompt,), more)


def order(rng: random.Random) -> Item:
    """Return a comparison of two things by weight or by speed."""
    word, things = rng.choice((("heavier", WEIGHT_ORDER), ("faster", SPEED_ORDER)))
    first, second = rng.sample(things, 2)
    answer = max(first, second, key=things.index)
    probes = tuple(
        probe.format(a=a, b=b, w=word)
        for a, b in ((first, second), (second, first))
        for probe in ("Which is {w}, the {a} or the {b}?", "The {a} is {w} than the {b}.")
    )
    prompt = f"Which is {word}, the {first} or the {second}?\nAnswer: The"
    wrong = second if answer == first else first
    key = f"order|{word}|" + "|".join(sorted((first, second)))
    return Item(key, prompt, f"{answer}.", (f"{answer}.", f"{wrong}."), probes)


def goal(rng: random.Random) -> Item:
    """Return a goal with the right tool and one tool for something else."""
    aim, wrong_aim = rng.sample(list(GOALS), 2)
    right, wrong = GOALS[aim], GOALS[wrong_aim]
    pair = (right, wrong) if rng.random() < 0.5 else (wrong, right)
    prompt = f"You want to {aim}. Do you take the {pair[0]} or the {pair[1]}?\nAnswer: The"
    probes = tuple(f"You want to {aim}. Do you take the {a} or the {b}?" for a, b in ((right, wrong), (wrong, right)))
    return Item(f"goal|{aim}|{wrong}", prompt, f"{right}.", (f"{right}.", f"{wrong}."), probes)


# sentence | reason that means the first person | reason that means the second
_SITUATIONS = [
    line.split("|")
    for line in """{a} lent {b} the {o}|did not use it|needed it
{a} asked {b} for help|was lost|knew the way
{a} thanked {b} for the {o}|was grateful|had been kind
{a} beat {b} at cards|played well|played badly
{a} visited {b}|felt lonely|was ill
{a} paid {b} for the {o}|owed money|had made it
{a} carried {b}|was strong|was hurt
{a} taught {b} to sing|knew the songs|wanted to learn
{a} called {b}|had some news|had not written
{a} hid from {b}|was afraid|was angry
{a} fed {b}|had cooked|was hungry
{a} envied {b}|was poor|was rich
{a} followed {b}|had no map|had the map
{a} sold {b} the {o}|needed money|wanted it
{a} was thanked by {b}|had been kind|was grateful
{a} was beaten by {b} at cards|played badly|played well
{a} was carried by {b}|was hurt|was strong
{a} was taught by {b} to sing|wanted to learn|knew the songs
{a} was paid by {b} for the {o}|had made it|owed money
{a} was fed by {b}|was hungry|had cooked""".splitlines()
]


def pronoun(rng: random.Random) -> Item:
    """Return a sentence whose pronoun means one of two people of the same gender."""
    people = rng.choice((WOMEN, MEN))
    first, second = rng.sample(people, 2)
    thing = rng.choice(OBJECTS)
    sentence, *reasons = rng.choice(_SITUATIONS)
    which = rng.randrange(2)
    it = gender_of(first)
    text = f"{sentence.format(a=first, b=second, o=thing)} because {it} {reasons[which]}."
    names = (first, second)
    prompt = f"{text} Here, {it} means"
    answer, wrong = f"{names[which]}.", f"{names[1 - which]}."
    return Item(f"pronoun|{text}", prompt, answer, (answer, wrong), (text,))


def _expression(rng: random.Random, leaves: int) -> tuple[str, bool]:
    """Return a bracketed expression of so many values, with its result."""
    if leaves == 1:
        text = rng.choice(("True", "False", "not True", "not False"))
        return text, text in ("True", "not False")
    cut = rng.randrange(1, leaves)
    (left, a), (right, b) = _expression(rng, cut), _expression(rng, leaves - cut)
    word = rng.choice(("and", "or"))
    value = (a and b) if word == "and" else (a or b)
    if rng.random() < 0.3:
        return f"not ( {left} {word} {right} )", not value
    return f"( {left} {word} {right} )", value


def boolean(rng: random.Random) -> Item:
    """Return a Boolean expression of two to four values; both results are equally frequent."""
    wanted = rng.random() < 0.5
    while True:
        text, value = _expression(rng, rng.choice((2, 2, 3, 3, 4)))
        if value == wanted:
            break
    answer, wrong = f"{wanted}.", f"{not wanted}."
    return Item(f"boolean|{text}", f"{text} is", answer, (answer, wrong), (f"\n{text} is",))


_THINGS = words("apples coins books eggs stamps shells marbles pencils cards beads")


def arithmetic(rng: random.Random) -> Item:
    """Return a word problem of two or three steps with its worked answer."""
    person, other = rng.sample(WOMEN + MEN, 2)
    thing = rng.choice(_THINGS)
    total = rng.randrange(5, 60)
    story = [f"{person} has {total} {thing}."]
    steps: list[str] = []
    count = rng.choice((2, 3, 3))
    while len(steps) < count:
        kind = rng.choice(("add", "add", "take", "take", "times"))
        if kind == "add":
            n = rng.randrange(3, 60)
            after, sign = total + n, "+"
            say = rng.choice((f"{other} brings {n} more.", f"Then {n} are bought.", f"{person} finds {n} more."))
        elif kind == "take":
            if total < 5:
                continue
            n = rng.randrange(2, min(total, 60))
            after, sign = total - n, "-"
            say = rng.choice((f"{n} are lost.", f"{other} takes {n} away.", f"{n} are sold."))
        else:
            n = rng.choice((2, 3, 4))
            after, sign = total * n, "*"
            if after > 199:
                continue
            say = f"The number grows to {n} times as many."
        steps.append(f"{total} {sign} {n} = {after}")
        story.append(say)
        total = after
    work = ", ".join(steps)
    prompt = f"{' '.join(story)} How many {thing} are there?\nAnswer:"
    return Item(f"arithmetic|{work}", prompt, f"{work}. So {total}.", (), (f" {work}.",))


def last_word(rng: random.Random) -> Item:
    """Return a passage whose last word, a place, must be found further up."""
    count = rng.choice((2, 3, 3, 4))
    people = rng.sample(WOMEN + MEN, count)
    things, places = rng.sample(OBJECTS, count), rng.sample(PLACES, count + 1)
    lines = [
        f"{p} {rng.choice(('put', 'left'))} the {t} in the {where}."
        for p, t, where in zip(people, things, places, strict=False)
    ]
    where_now = dict(zip(things, places, strict=False))
    if rng.random() < 0.4:
        moved = rng.randrange(count)
        lines.append(f"Then {people[moved]} moved the {things[moved]} to the {places[count]}.")
        where_now[things[moved]] = places[count]
    asked = rng.sample(range(count), count)
    asks = [
        (
            f"Later, to get the {things[i]}, you must look in the",
            f"Later {people[i]} went back to the {things[i]} in the",
        )[rng.randrange(2)]
        for i in asked
    ]
    targets = [where_now[things[i]] for i in asked]
    prompt = f"{' '.join(lines)} {asks[0]}"
    rest = zip(asks[1:], targets[1:], strict=True)
    more = "." + "".join(f" {ask} {target}." for ask, target in rest)
    return Item(f"last|{' '.join(lines)}", prompt, targets[0], (), (prompt,), more)


Sampler = Callable[[random.Random], Item]


def draw(sampler: Sampler, rng: random.Random, split: str) -> Item:
    """Return the sampler's next item of the wanted split."""
    while True:
        item = sampler(rng)
        if split_of_item(item) == split:
            return item
