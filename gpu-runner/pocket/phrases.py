"""Wordings of every relation of the pocket world: statements, questions and their reverses."""

from __future__ import annotations

import re

from .world import Relation

RELATIONS: dict[str, Relation] = {
    f"{group}.{relation.key}": relation
    for group, relations in {
        "people": (
            Relation(
                "town",
                ("{e} lives in {v}.", "{e} has a house in {v}.", "{e} comes from {v}."),
                ("Where does {e} live?", "Which town does {e} come from?"),
            ),
            Relation(
                "job",
                ("{e} works as a {v}.", "{e} is a {v} by trade.", "{e} earns a living as a {v}."),
                ("What is the job of {e}?", "What does {e} work as?"),
            ),
            Relation(
                "pet",
                ("{e} keeps a {v}.", "{e} has a pet {v}.", "{e} owns a {v}."),
                ("Which pet does {e} have?", "What animal does {e} keep?"),
            ),
            Relation(
                "food",
                ("{e} likes to eat {v}.", "{e} eats {v} every day.", "{e} loves {v} most of all."),
                ("What does {e} like to eat?", "Which food does {e} love most?"),
            ),
            Relation(
                "hobby",
                ("{e} enjoys {v}.", "{e} spends the evenings on {v}.", "{e} is fond of {v}."),
                ("What is the hobby of {e}?", "How does {e} spend the evenings?"),
            ),
        ),
        "animal": (
            Relation(
                "class",
                ("The {e} is a kind of {v}.", "The {e} belongs to the {v} group.", "Every {e} is one kind of {v}."),
                ("What kind of animal is the {e}?", "To which group does the {e} belong?"),
                ("One kind of {v} is the {e}.", "Among the {v} group we find the {e}."),
                ("Which of these is a kind of {v}?",),
            ),
            Relation(
                "covering",
                ("The {e} is covered with {v}.", "The body of the {e} has {v}."),
                ("What covers the body of the {e}?", "What is the {e} covered with?"),
                ("An animal with {v} is the {e}.", "{v} covers the {e}."),
                ("Which of these animals has {v}?",),
            ),
            Relation(
                "food",
                ("The {e} eats {v}.", "The {e} feeds on {v}.", "The food of the {e} is {v}."),
                ("What does the {e} eat?", "What is the food of the {e}?"),
                ("An animal that eats {v} is the {e}.", "{v} is food for the {e}."),
                ("Which of these animals eats {v}?",),
            ),
            Relation(
                "home",
                ("The home of the {e} is the {v}.", "The {e} lives in the {v}.", "You find the {e} in the {v}."),
                ("What is the home of the {e}?", "Where do you find the {e}?"),
                ("In the {v} lives the {e}.", "The {v} is home to the {e}."),
                ("Which of these animals lives in the {v}?",),
            ),
            Relation(
                "legs",
                ("The {e} has {v} legs.", "The {e} moves with {v} legs."),
                ("How many legs does the {e} have?", "What number of legs has the {e}?"),
                ("An animal with {v} legs is the {e}.", "Having {v} legs is true of the {e}."),
                ("Which of these animals has {v} legs?",),
            ),
        ),
        "material": (
            Relation(
                "hardness",
                ("{e} feels {v}.", "To the touch {e} is {v}.", "{e} is a {v} material."),
                ("How does {e} feel?", "Is {e} hard or soft?"),
            ),
            Relation(
                "float",
                ("{e} {v} in water.", "In water {e} always {v}."),
                ("What does {e} do in water?", "What happens to {e} in a pond?"),
            ),
            Relation(
                "conduct",
                ("With electricity {e} {v}.", "In a circuit {e} {v}."),
                ("What does {e} do with electricity?", "What does {e} do in a circuit?"),
            ),
            Relation(
                "source",
                ("{e} comes from {v}.", "People get {e} from {v}."),
                ("Where does {e} come from?", "What do people get {e} from?"),
                ("From {v} we get {e}.", "One thing that comes from {v} is {e}."),
                ("Which of these comes from {v}?",),
            ),
            Relation(
                "use",
                ("{e} is used for {v}.", "People make {v} with {e}."),
                ("What is {e} used for?", "What do people make with {e}?"),
                ("For {v} people use {e}.", "To make {v} you need {e}."),
                ("Which of these is used for {v}?",),
            ),
        ),
        "job": (
            Relation(
                "tool",
                ("A {e} works with the {v}.", "The tool of a {e} is the {v}.", "Every {e} owns a {v}."),
                ("What is the tool of a {e}?", "Which tool does a {e} use?"),
                ("The {v} is the tool of a {e}.", "Work with the {v} is done by a {e}."),
                ("Who uses the {v}?",),
            ),
            Relation(
                "place",
                ("A {e} works in the {v}.", "The work place of a {e} is the {v}."),
                ("Where does a {e} work?", "What is the work place of a {e}?"),
                ("In the {v} works a {e}.", "The {v} belongs to a {e}."),
                ("Who works in the {v}?",),
            ),
        ),
        "town": (
            Relation(
                "region",
                ("{e} lies in {v}.", "The town of {e} is in {v}."),
                ("In which region does {e} lie?", "Where is the town of {e}?"),
            ),
            Relation(
                "product",
                ("{e} is known for its {v}.", "The people of {e} make {v}."),
                ("What is {e} known for?", "What do the people of {e} make?"),
            ),
        ),
        "landmark": (
            Relation(
                "where",
                ("{e} stands in {v}.", "{e} is in the town of {v}.", "You can visit {e} in {v}."),
                ("In which town is {e}?", "Where does {e} stand?"),
            ),
            Relation(
                "builder",
                ("{e} was built by {v}.", "The builder of {e} was {v}.", "{v} built {e}."),
                ("Who built {e}?", "Who was the builder of {e}?"),
            ),
            Relation(
                "made",
                ("{e} is made of {v}.", "The walls of {e} are of {v}.", "{v} was used for {e}."),
                ("What is {e} made of?", "Of what are the walls of {e}?"),
            ),
        ),
    }.items()
    for relation in relations
}

# How a belief is reported before it is put right; {m} is a statement of the myth.
MYTH_FRAMES = (
    "Many people say: {m} That is not true.",
    "There is an old tale: {m} The tale is wrong.",
    "Some believe this: {m} They are mistaken.",
)


def capitalise(text: str) -> str:
    """Return the text with its first letter in upper case and the rest untouched."""
    return text[:1].upper() + text[1:]


def state(relation: Relation, template: str, entity: str, value: str) -> str:
    """Return one statement or question in words.

    `relation` is named so that a template of another relation fails loudly.
    """
    known = (*relation.statements, *relation.questions, *relation.reverse, *relation.reverse_questions)
    if template not in known:
        raise ValueError(f"The template {template!r} does not belong to {relation.key!r}.")
    text = capitalise(template.format(e=entity, v=value))
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
