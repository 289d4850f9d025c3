import { analysisText, analyzeExperiment, analyzeFolder } from "@/lib/experiments/analyze";
import type { Api } from "./api";
import { UserError } from "./errors";
import { fromCaller } from "./paths";

/** The summary of an experiment: from its folder when `api` is null, else from the running app. */
export async function analyzeTarget(target: string, api: Api | null): Promise<string> {
  if (api) return analysisText(analyzeExperiment(await api.show(target)));
  try {
    return analysisText(await analyzeFolder(fromCaller(target)));
  } catch (error) {
    throw new UserError((error as Error).message, "", 2, { cause: error });
  }
}
