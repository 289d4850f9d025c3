import { inferModel } from "@/lib/experiments/launch";
import { listMemory } from "./queries";
import type { MemoryPage, MemoryQuery } from "./schema";
import type { Circumstances } from "./similarity";

/** A page of a team's memory. With `like` the most similar first: the runner is asked what it knows of that model. */
export async function searchMemory(team: string, query: MemoryQuery): Promise<MemoryPage> {
  return listMemory(team, query, query.like ? await circumstancesOf(query.like) : null);
}

/** Of a model alone only family and size are known; the rest is left out of the comparison. */
async function circumstancesOf(model: string): Promise<Circumstances> {
  const spec = await inferModel(model);
  return { revision: spec.revision, family: spec.model_family.value, parameters: spec.parameters.value, device: "", benchmarks: [], goal: {} };
}
