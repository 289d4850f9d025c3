import { z } from "zod";
import { toJson, type Transaction } from "./database";
import { resolveDeadlineMs } from "./durations";
import { checkExpression } from "./expressions";

const concurrencySchema = z.object({ limit: z.number(), key: z.string().optional(), scope: z.string().optional() });

const configSchema = z.looseObject({
  id: z.string().min(1),
  triggers: z.array(z.looseObject({ event: z.string().optional(), expression: z.string().optional() })),
  steps: z.object({
    step: z.looseObject({
      runtime: z.looseObject({ type: z.string() }),
      retries: z.object({ attempts: z.number().int().min(0).optional() }).nullish(),
    }),
  }),
  cancel: z.array(z.object({ event: z.string(), if: z.string().optional(), timeout: z.string().optional() })).nullish(),
  concurrency: z.union([z.number(), concurrencySchema, z.array(concurrencySchema)]).nullish(),
  idempotency: z.string().nullish(),
});

export type FunctionConfig = z.infer<typeof configSchema>;

/** Everything else a function can be configured with changes when it runs; ignoring it would be silent and wrong. */
const SUPPORTED_OPTIONS = new Set(["id", "name", "triggers", "steps", "cancel", "concurrency", "idempotency"]);
const DEFAULT_RETRIES = 4;

export const NEEDS_SERVER = "needs an Inngest server; set INNGEST_BASE_URL";

/** Raised with every problem at once, so that one sync shows all there is to change. */
export class RegistrationError extends Error {
  override name = "RegistrationError";
}

export function parseFunctions(input: unknown): FunctionConfig[] {
  const parsed = z.array(configSchema).safeParse(input);
  if (!parsed.success) throw new RegistrationError(`The app's function list was not understood: ${z.prettifyError(parsed.error)}`);
  const problems = parsed.data.flatMap((config) => findProblems(config).map((problem) => `${config.id}: ${problem}`));
  if (problems.length > 0) throw new RegistrationError(problems.join("; "));
  return parsed.data;
}

function findProblems(config: FunctionConfig): string[] {
  const problems = Object.keys(config)
    .filter((option) => !SUPPORTED_OPTIONS.has(option) && config[option] !== null && config[option] !== undefined)
    .map((option) => `the option "${option}" ${NEEDS_SERVER}`);
  if (config.triggers.some((trigger) => trigger.event === undefined)) problems.push(`a cron trigger ${NEEDS_SERVER}`);
  if (config.steps.step.runtime.type !== "http") problems.push(`the runtime "${config.steps.step.runtime.type}" ${NEEDS_SERVER}`);
  for (const { scope } of listConcurrency(config)) {
    if (scope !== undefined && scope !== "fn") problems.push(`concurrency of scope "${scope}" ${NEEDS_SERVER}`);
  }
  const expressions = [
    ...config.triggers.map((trigger) => trigger.expression),
    ...(config.cancel ?? []).map((cancel) => cancel.if),
    ...listConcurrency(config).map((concurrency) => concurrency.key),
    config.idempotency ?? undefined,
  ];
  for (const expression of expressions) {
    const error = expression ? checkExpression(expression) : undefined;
    if (error) problems.push(`the expression "${expression}" is not valid: ${error}`);
  }
  for (const { timeout } of config.cancel ?? []) {
    try {
      if (timeout) resolveDeadlineMs(timeout);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return problems;
}

export function listConcurrency(config: FunctionConfig): { limit: number; key?: string; scope?: string }[] {
  const { concurrency } = config;
  if (concurrency === null || concurrency === undefined) return [];
  const list = typeof concurrency === "number" ? [{ limit: concurrency }] : Array.isArray(concurrency) ? concurrency : [concurrency];
  return list.filter(({ limit }) => limit > 0);
}

/** The configuration counts retries; a function runs once more than that. */
export function countMaxAttempts(config: FunctionConfig): number {
  return (config.steps.step.retries?.attempts ?? DEFAULT_RETRIES) + 1;
}

/** Replaces the app's functions. Returns true where something changed. A function that is gone stays for its unfinished runs. */
export async function saveFunctions(tx: Transaction, appId: string, configs: FunctionConfig[]): Promise<boolean> {
  let changed = false;
  for (const config of configs) {
    const { rowCount } = await tx.query(
      `insert into engine.functions (id, app_id, config, active) values ($1, $2, $3, true)
       on conflict (id) do update set app_id = $2, config = $3, active = true
       where functions.config::text <> excluded.config::text or not functions.active or functions.app_id <> $2`,
      [config.id, appId, toJson(config)],
    );
    changed ||= rowCount === 1;
  }
  const { rowCount } = await tx.query("update engine.functions set active = false where app_id = $1 and active and id <> all($2)", [
    appId,
    configs.map((config) => config.id),
  ]);
  return changed || (rowCount ?? 0) > 0;
}

export async function listFunctions(tx: Transaction): Promise<FunctionConfig[]> {
  const { rows } = await tx.query<{ config: FunctionConfig }>("select config from engine.functions where active");
  return rows.map((row) => row.config);
}

/** Also finds a function that the app no longer has: its unfinished runs still know their limits. */
export async function findFunction(tx: Transaction, id: string): Promise<{ config: FunctionConfig; active: boolean } | undefined> {
  const { rows } = await tx.query<{ config: FunctionConfig; active: boolean }>("select config, active from engine.functions where id = $1", [id]);
  return rows[0];
}
