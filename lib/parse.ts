import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { FieldProblem } from "@/lib/experiments/schema";

/** Parses what came from outside; every problem names its field. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems: FieldProblem[] = result.error.issues.map((issue) => ({
    field: issue.path.join("."),
    message: issue.message,
    remedy: remedyOf(issue.path[0]),
  }));
  throw new AppError("invalid_input", problems.map((problem) => problem.message).join(" "), {
    remedy: "Correct the named fields and try again.",
    problems,
  });
}

/** The JSON body of a request. */
export async function parseBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (cause) {
    throw new AppError("invalid_input", "The body is not JSON.", { remedy: "Send a JSON object with content-type application/json.", cause });
  }
}

const remedies: Record<string, string> = {
  model: "Use pocket, the path of a local model folder, or a hub id such as owner/name.",
  benchmarks: "Choose from the list that `GET /api/v1/benchmarks` and the form show.",
  maxEpisodes: "Use a whole number from 1 to 500.",
  budgetHours: "Use a number of hours above zero, for example 0.5.",
  itemLimit: "Use a whole number of items, or leave it out to use all.",
  seed: "Use a whole number from 0 to 2147483647.",
};

function remedyOf(field: PropertyKey | undefined): string {
  return remedies[String(field)] ?? "";
}
