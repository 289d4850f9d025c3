import type { Constraint } from "@/lib/domain/goals";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SpokenLimits } from "./schema";

/** Parts of a goal in one plain sentence each, as a person checks them. */

export function describeConstraint({ objective, bound, relative }: Constraint): string {
  const { label, unit } = objectiveOf(objective);
  if (objective === "accuracy") return relative ? `Accuracy at least ${percent(bound)} of the uncompressed model's` : `Accuracy at least ${plain(bound)}`;
  return relative ? `${label} at most ${percent(bound)} of the uncompressed model's` : `${label} at most ${plain(bound)} ${unit}`;
}

export function describeWeight(objective: ObjectiveKey, weight: number): string {
  const { label } = objectiveOf(objective);
  return weight === 0 ? `${label} does not count` : `${label} counts ${plain(weight)}-fold`;
}

export function describeLimit(limit: keyof SpokenLimits, value: number): string {
  const amount = plain(value);
  return {
    maxEpisodes: `At most ${amount} ${value === 1 ? "episode" : "episodes"}`,
    budgetHours: `At most ${amount} h`,
    itemLimit: `${amount} items of each benchmark`,
    carbonGrams: `The whole experiment emits at most ${amount} g of CO2`,
    usd: `At most ${amount} US dollars for language models`,
    tokens: `At most ${value.toLocaleString("en")} tokens for language models`,
    targetHypervolume: `Ends when the hypervolume reaches ${amount}`,
  }[limit];
}

/** As it was said: no digits that nobody wrote. */
function plain(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 12 });
}

function percent(share: number): string {
  return `${plain(share * 100)} %`;
}
