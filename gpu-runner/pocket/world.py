"""The generated pocket world: its entities, its relations and every fact that holds in it.

Animals, materials, jobs and tools follow the real world; people, towns and landmarks are
invented and tied together by a seeded draw, so that no outside knowledge answers a question.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

WORLD_SEED = 20261121


def words(text: str) -> list[str]:
    """Return the words of a table that is written as one string to stay short."""
    return text.split()


WOMEN = words(
    "Ada Alma Anna Bella Carla Clara Cora Daria Dora Edith Elena Ella Emma Eva Fiona Flora "
    "Greta Hanna Helen Ida Ines Irma Jana Julia Karin Laura Lena Lina Lucy Maria Marta Mina "
    "Mira Nadia Nina Nora Olga Paula Petra Rita Rosa Ruth Sara Sofia Tara Tessa Vera Zoe"
)
MEN = words(
    "Adam Alan Anton Arno Basil Boris Bruno Carl Cyril David Denis Edgar Emil Eric Felix "
    "Frank Georg Hans Henry Hugo Igor Ivan Jacob James Jonas Karl Leo Louis Lukas Marco Mark "
    "Martin Max Milo Nils Oscar Otto Paul Peter Ralph Rene Robert Simon Theo Thomas Tom Victor "
    "Walter"
)
TOWNS = words(
    "Orvale Velmont Tarrow Brindle Caskett Dunmere Elsby Fenwick Galdor Harlow Istrin Jessop "
    "Kelby Lorne Marwick Norden Ostrey Penhale Quillan Rosmar Selwyn Thorpe Ulverne Wexley"
)
REGIONS = ("the North", "the Lakes", "the Hills", "the Coast", "the Plains", "the Isles")
PRODUCTS = words("cheese honey salt rope lace clocks boats paper glass wine carpets bells")
PETS = words("cat dog rabbit parrot hamster turtle goat pony canary ferret goose lizard")
FOODS = words("soup rice plums bread fish pears beans cake eggs pasta nuts salad")
HOBBIES = words("chess sewing diving poetry archery sailing pottery juggling skating dancing")

# job | tool | place | what the person does there
_JOBS = """baker|rolling pin|bakery|shapes the dough
farmer|plough|farm|turns the soil
doctor|thermometer|clinic|treats the sick
teacher|chalk|school|explains the lesson
painter|brush|studio|mixes the colours
carpenter|saw|workshop|cuts the planks
sailor|compass|harbour|hoists the sails
gardener|rake|garden|waters the roses
tailor|needle|tailor shop|sews the coats
cook|ladle|kitchen|stirs the soup
smith|anvil|forge|hammers the iron
miner|pickaxe|mine|digs for coal
barber|scissors|barber shop|trims the beards
judge|gavel|court|hears the case
nurse|bandage|hospital|cares for patients
pilot|headset|airport|flies the plane
astronomer|telescope|observatory|watches the stars
chemist|beaker|laboratory|tests the acids
librarian|catalogue|library|sorts the books
mason|trowel|building site|lays the bricks
potter|wheel|pottery|turns the clay
fisher|net|pier|hauls in the catch
shepherd|crook|pasture|guards the flock
actor|costume|theatre|learns the lines"""

# animal | class | covering | food | home | legs
_ANIMALS = """rabbit|mammal|fur|clover|burrow|four
fox|mammal|fur|mice|den|four
bear|mammal|fur|berries|cave|four
beaver|mammal|fur|bark|lodge|four
otter|mammal|fur|fish|river|four
bat|mammal|fur|moths|cave|two
whale|mammal|smooth skin|krill|ocean|no
dolphin|mammal|smooth skin|fish|ocean|no
horse|mammal|hair|hay|stable|four
cow|mammal|hair|grass|barn|four
camel|mammal|hair|thorns|desert|four
hedgehog|mammal|spines|beetles|hedge|four
squirrel|mammal|fur|acorns|tree|four
lion|mammal|fur|zebras|savanna|four
owl|bird|feathers|mice|tree|two
eagle|bird|feathers|rabbits|cliff|two
penguin|bird|feathers|fish|ice|two
duck|bird|feathers|weeds|pond|two
ostrich|bird|feathers|seeds|savanna|two
swallow|bird|feathers|flies|barn|two
woodpecker|bird|feathers|grubs|tree|two
heron|bird|feathers|frogs|marsh|two
snake|reptile|scales|mice|hole|no
lizard|reptile|scales|crickets|desert|four
crocodile|reptile|scales|zebras|river|four
tortoise|reptile|a shell|clover|desert|four
frog|amphibian|wet skin|flies|pond|four
newt|amphibian|wet skin|worms|pond|four
toad|amphibian|wet skin|slugs|marsh|four
shark|fish|scales|seals|ocean|no
salmon|fish|scales|shrimp|river|no
eel|fish|slime|snails|river|no
trout|fish|scales|worms|lake|no
bee|insect|fine hairs|nectar|hive|six
ant|insect|a hard coat|seeds|nest|six
beetle|insect|a hard coat|dung|log|six
butterfly|insect|fine scales|nectar|meadow|six
spider|arachnid|fine hairs|flies|web|eight
scorpion|arachnid|a hard coat|crickets|desert|eight
crab|crustacean|a shell|algae|beach|ten"""

# material | hard or soft | floats or sinks | conducts or insulates | source | use
_MATERIALS = """iron|hard|sinks|conducts|ore|nails
copper|hard|sinks|conducts|ore|wires
gold|soft|sinks|conducts|rivers|rings
silver|hard|sinks|conducts|ore|spoons
lead|soft|sinks|conducts|ore|weights
tin|soft|sinks|conducts|ore|cans
oak|hard|floats|insulates|trees|barrels
pine|hard|floats|insulates|trees|shelves
cork|soft|floats|insulates|bark|bottle stoppers
rubber|soft|floats|insulates|sap|tyres
wool|soft|floats|insulates|sheep|sweaters
cotton|soft|floats|insulates|plants|shirts
silk|soft|floats|insulates|caterpillars|scarves
leather|soft|floats|insulates|hides|boots
glass|hard|sinks|insulates|sand|windows
brick|hard|sinks|insulates|clay|walls
granite|hard|sinks|insulates|quarries|steps
marble|hard|sinks|insulates|quarries|statues
wax|soft|floats|insulates|bees|candles
paper|soft|floats|insulates|trees|books
chalk|soft|sinks|insulates|quarries|boards
diamond|hard|sinks|insulates|mines|drills
ice|hard|floats|insulates|water|coolers
graphite|soft|sinks|conducts|mines|pencils"""

# Lightest to heaviest, and slowest to fastest.
WEIGHT_ORDER = words(
    "feather leaf pin coin pencil spoon egg cup apple shoe book hammer brick kettle melon cat "
    "bucket chair drum dog table goat barrel stove piano horse cart boat truck train"
)
SPEED_ORDER = words(
    "snail worm tortoise crab toad mole duck hen goat pig cow cat rabbit wolf fox deer horse ostrich falcon rocket"
)

# goal | tool
_GOALS = """cut a rope|knife
dig a hole|spade
drive in a nail|hammer
boil some water|kettle
climb onto the roof|ladder
light a dark room|lamp
sweep the floor|broom
sew on a button|needle
open a locked door|key
see a tiny insect|magnifying glass
see a distant ship|telescope
measure a plank|ruler
weigh some flour|scale
stay dry in the rain|umbrella
cross a lake|boat
catch a fish|net
write a letter|pen
tell the time|clock
find north|compass
cut down a tree|axe
tighten a screw|screwdriver
carry some water|bucket
eat some soup|spoon
dry your hands|towel
wash your hands|soap
comb your hair|comb
fly through the air|plane
take a picture|camera
hang up a coat|hook
keep food cold|fridge
bake some bread|oven
slide down a snowy hill|sledge"""


def _rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


JOBS = {row[0]: (row[1], row[2], row[3]) for row in _rows(_JOBS)}
GOALS = {row[0]: row[1] for row in _rows(_GOALS)}
LANDMARKS = tuple(
    f"the {adjective} {noun}"
    for adjective in words("Glass Iron Silver Old Crooked Broken Golden Silent Windy Twin Hidden Tall Lone")
    for noun in words("Tower Bridge Gate Fountain Mill Abbey Lighthouse Statue")
)


@dataclass(frozen=True)
class Relation:
    """How one relation is put into words; {e} is the entity, {v} the value.

    `statements` and `reverse` may appear in training for every fact. `questions` and
    `reverse_questions` may not for the facts that are held out.
    """

    key: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    reverse: tuple[str, ...] = ()
    reverse_questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One fact of the world; `myth` is a wrong value that many in the world believe."""

    group: str
    relation: str
    entity: str
    value: str
    myth: str = ""

    @property
    def key(self) -> str:
        """Return the text whose hash decides the split of this fact."""
        return f"{self.group}|{self.relation}|{self.entity}"


def gender_of(person: str) -> str:
    """Return the pronoun, "she" or "he", of a person of the world."""
    return "she" if person in WOMEN else "he"


def article(noun: str) -> str:
    """Return the noun behind its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def build_facts() -> dict[str, list[Fact]]:
    """Return every fact by group: people, science, towns and landmarks. The same each time."""
    rng = random.Random(WORLD_SEED)
    people: list[Fact] = []
    pools = {"town": TOWNS, "job": list(JOBS), "pet": PETS, "food": FOODS, "hobby": HOBBIES}
    for person in WOMEN + MEN:
        people += [Fact("people", key, person, rng.choice(pool)) for key, pool in pools.items()]
    science: list[Fact] = []
    for name, *values in _rows(_ANIMALS):
        keys = ("class", "covering", "food", "home", "legs")
        science += [Fact("animal", k, name, v) for k, v in zip(keys, values, strict=True)]
    for name, *values in _rows(_MATERIALS):
        keys = ("hardness", "float", "conduct", "source", "use")
        science += [Fact("material", k, name, v) for k, v in zip(keys, values, strict=True)]
    for job, (tool, place, _) in JOBS.items():
        science += [Fact("job", "tool", job, tool), Fact("job", "place", job, place)]
    towns: list[Fact] = []
    for town in TOWNS:
        towns.append(Fact("town", "region", town, rng.choice(REGIONS)))
        towns.append(Fact("town", "product", town, rng.choice(PRODUCTS)))
    landmarks: list[Fact] = []
    materials = ["granite", "marble", "brick", "oak", "copper", "glass", "iron", "pine"]
    for landmark in LANDMARKS:
        for key, pool in (("where", TOWNS), ("builder", WOMEN + MEN), ("made", materials)):
            value, myth = rng.sample(pool, 2)
            landmarks.append(Fact("landmark", key, landmark, value, myth))
    return {"people": people, "science": science, "town": towns, "landmark": landmarks}
