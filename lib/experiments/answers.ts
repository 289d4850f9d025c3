import { createHash } from "node:crypto";
import { AppError } from "@/lib/errors";
import { getJobByKey, submitJob, type JobView } from "@/lib/runner/client";
import type { AnswerRequest, AnswerView } from "./page-schema";
import { getSolution } from "./queries";
import { requireHead } from "./run";

/**
 * Lets a solution's artifact continue a prompt. The key follows from everything that decides the answer, so asking
 * again finds the answer that is there, and a job that the runner was stopped under goes on.
 */
export async function answerPrompt(idOrName: string, { number, prompt, maxTokens }: AnswerRequest): Promise<AnswerView> {
  const { id, model } = await requireHead(idOrName);
  const found = await getSolution(id, number);
  if (!found) throw new AppError("not_found", `There is no solution ${number}.`, { remedy: "Choose a number from the table of solutions." });
  const { artifactHash, recipe } = found.solution;
  const params = { model, artifact: artifactHash, runtime: recipe.runtime, prompt, max_tokens: maxTokens };
  const hash = createHash("sha256").update(JSON.stringify(params)).digest("hex");
  return toAnswer(await submitJob({ key: keyOf(hash), job: { kind: "generate", params }, time_limit_s: 600 }));
}

export async function readAnswer(hash: string): Promise<AnswerView> {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new AppError("not_found", "There is no such answer.", { remedy: "Ask for it first." });
  return toAnswer(await getJobByKey(keyOf(hash)));
}

const prefix = "generate:";
const keyOf = (hash: string): string => prefix + hash;

function toAnswer({ key, state, progress, result, error }: JobView): AnswerView {
  const hash = key.slice(prefix.length);
  if (result?.kind === "generate") return { key: hash, state: "done", text: result.text, tokens: result.new_tokens, ended: result.ended };
  if (error) return { key: hash, state: "failed", message: error.message, remedy: error.remedy ?? "" };
  return { key: hash, state: "waiting", message: state === "queued" ? "waiting for the runner" : progress.message || "starting" };
}
