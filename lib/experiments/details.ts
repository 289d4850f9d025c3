import { AppError } from "@/lib/errors";
import { getEpisodeDetails, getSolutionDetails } from "./page-queries";
import type { EpisodeDetails, SolutionDetails } from "./page-schema";
import type { ExperimentHead } from "./queries";

/** The number of a solution or an episode as an address names it; null for anything else. */
export function readNumber(text: string): number | null {
  return /^\d{1,7}$/.test(text) ? Number(text) : null;
}

export async function requireSolution({ id, name }: Pick<ExperimentHead, "id" | "name">, text: string): Promise<SolutionDetails> {
  const number = readNumber(text);
  const found = number === null ? null : await getSolutionDetails(id, number);
  if (!found) throw new AppError("not_found", `${name} has no solution ${text.slice(0, 20)}.`, { remedy: "Choose a number from its table of solutions." });
  return found;
}

export async function requireEpisode({ id, name }: Pick<ExperimentHead, "id" | "name">, text: string): Promise<EpisodeDetails> {
  const number = readNumber(text);
  const found = number === null ? null : await getEpisodeDetails(id, number);
  if (!found) throw new AppError("not_found", `${name} has no episode ${text.slice(0, 20)}.`, { remedy: "Choose a number from its list of episodes." });
  return found;
}
