import { inngest } from "@/inngest/client";
import { experimentCreated } from "@/inngest/events";
import { correctSpec } from "@/lib/catalog/correct-spec";
import { inferSpec } from "@/lib/catalog/infer-spec";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { parseInput } from "@/lib/parse";
import { inspectModel, listStrategies, RunnerRefusal, toProblem, validate } from "@/lib/runner/client";
import { firstPicks } from "@/lib/skills/templates";
import { findUnstarted } from "./queries";
import { launchSchema, type ModelSpec } from "./schema";
import { createExperiment } from "./write-queries";

/** What is known of a model before it is loaded: from its own files, as the runner reads them. */
export async function inferModel(model: string): Promise<ModelSpec> {
  try {
    return inferSpec(model, await inspectModel(model));
  } catch (error) {
    // The runner's refusals speak of the request's field, which the form and the CLI call by the same name.
    if (error instanceof RunnerRefusal) throw refused(error.info.message, error.info.remedy, [{ ...toProblem(error.info), field: "model" }]);
    throw error;
  }
}

/**
 * Parses and checks a launch, stores it and asks the engine to run it. Nothing is stored unless everything was right;
 * once it is stored, a start that the engine did not hear is sent again until it does.
 */
export async function launch(input: unknown, team: string): Promise<{ id: string; name: string }> {
  const wanted = parseInput(launchSchema, input);
  const { problems } = await validate({ model: wanted.model, recipe: null, benchmarks: wanted.benchmarks, rules: wanted.rules });
  if (problems.length > 0) {
    throw refused(problems.map((problem) => problem.message).join(" "), problems[0]?.remedy ?? "", problems.map(toProblem));
  }
  await requireStrategy(wanted.strategy);
  const spec = correctSpec(await inferModel(wanted.model), wanted.specCorrections);
  const templates = await firstPicks(wanted.templates, spec, wanted.rules);
  const experiment = await createExperiment(wanted, experimentName(wanted.model, wanted.benchmarks, new Date()), spec, team, templates);
  await sendStart(experiment.id).catch((error: unknown) =>
    log.warn({ err: error, experimentId: experiment.id }, "the engine did not take the start; it will be sent again"),
  );
  return experiment;
}

async function requireStrategy(name: string): Promise<void> {
  const strategies = await listStrategies();
  const found = strategies.find((strategy) => strategy.name === name);
  if (found?.availability.available) return;
  const message = found ? `The strategy ${name} cannot be used here: ${found.availability.reason}` : `There is no strategy "${name}".`;
  const remedy = `Choose from ${strategies.filter(({ availability }) => availability.available).map((strategy) => strategy.name).join(", ")}.`;
  throw refused(message, remedy, [{ field: "strategy", message, remedy }]);
}

function refused(message: string, remedy: string, problems: { field: string; message: string; remedy: string }[]): AppError {
  // What no field is to blame for, a full disk for one, is said once, in the message.
  const ofFields = problems.filter(({ field }) => field !== "");
  return new AppError("invalid_input", message, { remedy, problems: ofFields.length > 0 ? ofFields : undefined });
}

async function sendStart(experimentId: string): Promise<void> {
  await inngest.send(experimentCreated.create({ experimentId }, { id: `experiment:${experimentId}` }));
}

/** Sends the start of every experiment that still waits for it. The event's id makes a repeat harmless. */
export async function resendStarts(): Promise<void> {
  const waiting = await findUnstarted(new Date(Date.now() - 5_000));
  for (const { id } of waiting) await sendStart(id);
}

/** {model}_{dataset}_{YYYYMMDD_HHMMSS}, safe as a folder's name on every system; a short tail keeps it unique. */
function experimentName(model: string, benchmarks: string[], at: Date): string {
  const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]+/g, "-").replaceAll(/^[-.]+|[-.]+$/g, "").slice(-60) || "model";
  const dataset = benchmarks.length === 1 ? (benchmarks[0] as string) : `${benchmarks[0] as string}-and-${benchmarks.length - 1}-more`;
  const stamp = at.toISOString().replaceAll(/[-:]/g, "").replace("T", "_").slice(0, 15);
  const tail = at.getMilliseconds().toString().padStart(3, "0");
  return `${safe(model)}_${safe(dataset)}_${stamp}-${tail}`;
}
