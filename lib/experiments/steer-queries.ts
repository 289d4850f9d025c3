import { AppError } from "@/lib/errors";
import { append, json, locked } from "./locked-queries";
import { controlsSchema, limitsSchema, withRule, type Controls, type Extension, type Limits, type Steer } from "./schema";

/** Puts a person's change on record; it is read when the next episode is decided. */
export async function storeSteer(experimentId: string, change: Steer, by: string): Promise<Controls> {
  return locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({
      where: { id: experimentId },
      select: { status: true, controls: true, limits: true, maxEpisodes: true, budgetHours: true },
    });
    if (row.status !== "queued" && row.status !== "running") {
      throw new AppError("conflict", `The experiment is ${row.status}, so nothing can be changed any more.`, { remedy: "Start a new experiment with what you want to change." });
    }
    const controls = applySteer(controlsSchema.parse(row.controls), change);
    const added = change.kind === "extend" ? extend(limitsSchema.parse(row.limits), row, change.add) : {};
    await tx.experiment.update({ where: { id: experimentId }, data: { controls: json(controls), ...added } });
    await append(tx, experimentId, "experiment.steered", { by, change });
    return controls;
  });
}

export function applySteer(controls: Controls, change: Steer): Controls {
  if (change.kind === "pause" || change.kind === "resume") return { ...controls, paused: change.kind === "pause" };
  if (change.kind === "next") return { ...controls, next: change.recipe };
  if (change.kind === "extend") return controls;
  return withRule(controls, change.method, change.rule);
}

function extend(limits: Limits, { maxEpisodes, budgetHours }: { maxEpisodes: number; budgetHours: number }, added: Extension) {
  const { episodes = 0, hours = 0, carbonGrams, usd, tokens } = added;
  const sums = { carbonGrams, usd, tokens };
  const changed = { ...limits };
  for (const [name, value] of Object.entries(sums) as [keyof typeof sums, number | undefined][]) {
    if (value === undefined) continue;
    const before = limits[name];
    if (before === null) throw new AppError("invalid_input", `There is no limit of ${limitWords[name]} to add to.`, { remedy: "It may spend as much as it needs." });
    changed[name] = before + value;
  }
  if (maxEpisodes + episodes > 500) throw new AppError("invalid_input", "An experiment has at most 500 episodes.", { remedy: `Add at most ${500 - maxEpisodes}.` });
  return { maxEpisodes: maxEpisodes + episodes, budgetHours: budgetHours + hours, limits: json(changed) };
}

const limitWords = { carbonGrams: "CO2", usd: "money", tokens: "tokens" };

/** Notes that the run waits for a person, or goes on. Time that it waited is none of its hours. */
export async function markIdle(experimentId: string, idle: boolean, now = new Date()): Promise<void> {
  await locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { controls: true } });
    const controls = controlsSchema.parse(row.controls);
    if ((controls.idleSince !== null) === idle) return;
    const waited = controls.idleSince ? (now.getTime() - Date.parse(controls.idleSince)) / 1000 : 0;
    const next: Controls = { ...controls, idleSince: idle ? now.toISOString() : null, idleSeconds: controls.idleSeconds + waited };
    const stage = idle ? { stage: "Paused by a person; the next episode waits" } : {};
    await tx.experiment.update({ where: { id: experimentId }, data: { controls: json(next), ...stage } });
    if (idle) await append(tx, experimentId, "experiment.stage", stage);
  });
}
