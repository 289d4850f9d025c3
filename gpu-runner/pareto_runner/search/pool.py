"""Recipes with all that is known of each before it is measured: key, features, prior expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pareto_runner.estimates.size import read_tensors
from pareto_runner.models.weights import Tensor
from pareto_runner.schemas import ModelFacts, Recipe
from pareto_runner.search.features import GROUPS, stack, to_features
from pareto_runner.search.figures import Array
from pareto_runner.search.priors import expect
from pareto_runner.search.space import available, complete, key_of, list_recipes
from pareto_runner.search.traits import Traits, read_traits


@dataclass(frozen=True)
class Pool:
    """Recipes in a fixed order; `mean` and `doubt` are the prior's logarithms of ratios, [recipes, 5]."""

    facts: ModelFacts
    recipes: tuple[Recipe, ...]
    keys: tuple[str, ...]
    traits: tuple[Traits, ...]
    features: dict[str, Array]
    mean: Array
    doubt: Array

    def __len__(self) -> int:
        return len(self.recipes)

    def take(self, indices: Sequence[int]) -> Pool:
        """Return the pool of some of the recipes."""
        rows = np.array(indices, dtype=int)
        return Pool(
            self.facts,
            tuple(self.recipes[i] for i in rows),
            tuple(self.keys[i] for i in rows),
            tuple(self.traits[i] for i in rows),
            {group: self.features[group][rows] for group in GROUPS},
            self.mean[rows],
            self.doubt[rows],
        )

    def joined(self, other: Pool) -> Pool:
        """Return the pool with another one's recipes at its end."""
        return Pool(
            self.facts,
            self.recipes + other.recipes,
            self.keys + other.keys,
            self.traits + other.traits,
            {group: np.concatenate([self.features[group], other.features[group]]) for group in GROUPS},
            np.concatenate([self.mean, other.mean]),
            np.concatenate([self.doubt, other.doubt]),
        )


def make_pool(facts: ModelFacts, recipes: Sequence[Recipe]) -> Pool:
    """Describe recipes of a model; nothing is checked here."""
    facts_json = facts.model_dump_json()
    found = [_describe(facts_json, recipe.model_dump_json()) for recipe in recipes]
    return Pool(
        facts,
        tuple(each.recipe for each in found),
        tuple(each.key for each in found),
        tuple(each.traits for each in found),
        stack([each.features for each in found]),
        np.array([each.mean for each in found]).reshape(-1, 5),
        np.array([each.doubt for each in found]).reshape(-1, 5),
    )


@dataclass(frozen=True)
class _Described:
    recipe: Recipe
    key: str
    traits: Traits
    features: dict[str, list[float]]
    mean: Array
    doubt: Array


@lru_cache(maxsize=20_000)
def _describe(facts_json: str, recipe_json: str) -> _Described:
    """Describe one recipe; kept, since a history comes again with every decision."""
    facts = _read_facts(facts_json)
    recipe = complete(Recipe.model_validate_json(recipe_json))
    traits = read_traits(recipe, facts)
    mean, doubt = expect(recipe, traits, facts, _tensors_of(facts_json))
    return _Described(recipe, key_of(recipe), traits, to_features(traits), mean, doubt)


@lru_cache(maxsize=16)
def _read_facts(facts_json: str) -> ModelFacts:
    return ModelFacts.model_validate_json(facts_json)


def legal_pool(facts: ModelFacts) -> Pool:
    """Return all legal recipes for a model on this machine; kept, since it is the same until something is installed."""
    return _legal_pool(facts.model_dump_json(), *available())


@lru_cache(maxsize=8)
def _legal_pool(facts_json: str, methods: tuple[str, ...], runtimes: tuple[str, ...]) -> Pool:
    facts = _read_facts(facts_json)
    return make_pool(facts, list_recipes(facts, methods, runtimes))


@lru_cache(maxsize=16)
def _tensors_of(facts_json: str) -> list[Tensor]:
    return read_tensors(_read_facts(facts_json))
