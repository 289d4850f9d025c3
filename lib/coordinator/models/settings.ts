import { z } from "zod";
import { isProviderName, providers, type Provider, type ProviderName } from "../providers";
import { priceOf } from "./prices";
import { modelPriceSchema, modelRoles, type ModelPrice, type ModelRole, type RoleStatus } from "./schema";

/**
 * Which language model plays which role, read from the environment: PARETO_MODEL_<ROLE>, else PARETO_MODEL, both as
 * provider/model; else OPENAI_MODEL when there is a key of OpenAI's.
 */

const optional = z
  .string()
  .trim()
  .transform((value) => (value === "" ? undefined : value))
  .optional();

const amount = z
  .string()
  .trim()
  .transform((value) => (value === "" ? undefined : Number(value)))
  .pipe(z.number("must be a number").min(0, "must not be negative").optional())
  .optional();

const prices = z
  .string()
  .transform((text, context) => {
    try {
      return text.trim() === "" ? {} : (JSON.parse(text) as unknown);
    } catch {
      context.addIssue({ code: "custom", message: 'must be JSON such as {"openai/gpt-5-mini": {"in": 0.25, "out": 2}}' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), modelPriceSchema))
  .default({});

const defaultOpenAiModel = "gpt-5-mini";

/** One way to a language model: everything that a request needs, keys included. Not to be stored or sent anywhere. */
export interface ModelRoute {
  providerName: ProviderName;
  provider: Provider;
  model: string;
  setting: string;
  keys: string[];
  baseUrl: string | undefined;
  price: ModelPrice | null;
}

export interface ModelSettings {
  routes: Record<ModelRole, { ok: true; route: ModelRoute } | { ok: false; setting: string | null; named: string | null; reason: string }>;
  /** Caps of an experiment that sets none itself. */
  capUsd: number | null;
  capTokens: number | null;
  /** Most milliseconds of one request. */
  requestMs: number;
}

const settingOf = (role: ModelRole): string => `PARETO_MODEL_${role.toUpperCase()}`;

/** Reads the settings anew each time: they are few, and a process that lives long sees no stale ones. */
export function readModelSettings(environment: NodeJS.ProcessEnv = process.env): ModelSettings {
  const read = <T>(name: string, schema: z.ZodType<T>): T => {
    const result = schema.safeParse(environment[name]);
    if (!result.success) throw new Error(`${name} ${result.error.issues[0]?.message ?? "is not valid"}.`);
    return result.data;
  };
  const text = (name: string): string | undefined => read(name, optional);
  const known = read("PARETO_MODEL_PRICES", prices);

  const routeOf = (role: ModelRole): ModelSettings["routes"][ModelRole] => {
    const setting = [settingOf(role), "PARETO_MODEL"].find((name) => text(name));
    if (setting) return routeTo(setting, text(setting) as string);
    if (text("OPENAI_API_KEY")) return routeTo(text("OPENAI_MODEL") ? "OPENAI_MODEL" : "OPENAI_API_KEY", `openai/${text("OPENAI_MODEL") ?? defaultOpenAiModel}`);
    const keyed = Object.values(providers).flatMap(({ keyNames }) => keyNames).find((name) => text(name));
    const reason = keyed ? `${keyed} is set, but no model is named: set PARETO_MODEL to provider/model` : "no language model is set up: set PARETO_MODEL to provider/model and the provider's key";
    return { ok: false, setting: null, named: null, reason };
  };

  const routeTo = (setting: string, named: string): ModelSettings["routes"][ModelRole] => {
    const refuse = (reason: string) => ({ ok: false as const, setting, named, reason });
    const slash = named.indexOf("/");
    const providerName = named.slice(0, Math.max(0, slash));
    const model = named.slice(slash + 1).trim();
    if (!isProviderName(providerName) || !model) {
      return refuse(`${setting} is "${named}", which is not provider/model with one of the providers ${Object.keys(providers).join(", ")}`);
    }
    const provider: Provider = providers[providerName];
    const keys = provider.keyNames.flatMap((name) => text(name) ?? []);
    if (provider.needsKey && keys.length === 0) return refuse(`${setting} asks for ${named}, but ${provider.keyNames[0]} is not set`);
    const baseUrl = text(provider.urlName) ?? provider.standardUrl ?? undefined;
    if (provider.standardUrl === undefined && !baseUrl) return refuse(`${setting} asks for ${named}, but ${provider.urlName} is not set`);
    if (baseUrl && !z.url({ protocol: /^https?$/ }).safeParse(baseUrl).success) return refuse(`${provider.urlName} is not an address such as http://127.0.0.1:8000/v1`);
    return { ok: true, route: { providerName, provider, model, setting, keys, baseUrl, price: known[`${providerName}/${model}`] ?? priceOf(providerName, model) } };
  };

  return {
    routes: Object.fromEntries(modelRoles.map((role) => [role, routeOf(role)])) as ModelSettings["routes"],
    capUsd: read("PARETO_MODEL_CAP_USD", amount) ?? null,
    capTokens: read("PARETO_MODEL_CAP_TOKENS", amount) ?? null,
    requestMs: (read("PARETO_MODEL_TIMEOUT_S", amount) ?? 120) * 1000,
  };
}

/** Per role which model would be used, from where, and whether it is usable. Asks no provider. */
export function modelStatus(environment: NodeJS.ProcessEnv = process.env): RoleStatus[] {
  return modelRoles.map((role) => roleStatus(role, environment));
}

export function roleStatus(role: ModelRole, environment: NodeJS.ProcessEnv = process.env): RoleStatus {
  const unusable = (reason: string, setting: string | null, model: string | null): RoleStatus => {
    return { role, provider: null, model, setting, usable: false, detail: `${reason[0]?.toUpperCase()}${reason.slice(1)}.`, keys: 0, price: null };
  };
  let found: ModelSettings["routes"][ModelRole];
  try {
    found = readModelSettings(environment).routes[role];
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    return unusable(reason, reason.split(" ")[0] ?? null, null);
  }
  if (!found.ok) return unusable(found.reason, found.setting, found.named);
  const { provider, providerName, model, setting, keys, baseUrl, price } = found.route;
  const where = `${provider.title}${baseUrl && baseUrl !== provider.standardUrl ? ` at ${new URL(baseUrl).host}` : ""}`;
  const keyWords = keys.length === 0 ? "without a key" : keys.length === 1 ? "one key" : `${keys.length} keys`;
  const priceWords = price ? `$${price.in} in and $${price.out} out per million tokens` : "price not known";
  return { role, provider: providerName, model, setting, usable: true, detail: `${where}, ${keyWords}, ${priceWords}.`, keys: keys.length, price };
}
