import { statfs } from "node:fs/promises";
import type { Check } from "@/lib/checks-schema";
import { modelStatus } from "@/lib/coordinator/models/settings";
import { env } from "@/lib/env";
import { systemHealth } from "@/lib/health";
import { checkTracking } from "@/lib/planning/mlflow/check";
import { trackingRemedy } from "@/lib/planning/mlflow/client";
import { trackingState } from "@/lib/planning/mlflow/queries";
import { listBenchmarks, listMethods, listRuntimes, runnerHealth, type Health } from "@/lib/runner/client";

const lowDiskGb = 3;

export async function runChecks(): Promise<Check[]> {
  const [system, runner, disk, tracking] = await Promise.all([systemChecks(), runnerChecks(), diskCheck(), trackingCheck()]);
  return [...system, disk, ...runner, ...modelChecks(), ...optionChecks(), tracking];
}

async function systemChecks(): Promise<Check[]> {
  const health = await systemHealth();
  const fixes = {
    web: "",
    database: "Read the end of data/logs/postgres.log; it is restarted by itself. With DATABASE_URL set, see that that server runs.",
    engine: "Read the end of data/logs/engine.log; it is restarted by itself. With INNGEST_BASE_URL set, see that that server runs and knows this app.",
    runner: "Read the end of data/logs/runner.log; it is restarted by itself. `npm run doctor` checks its libraries.",
  };
  return (["web", "database", "engine", "runner"] as const).map((part) => ({
    area: "System",
    name: { web: "Web", database: "Database", engine: "Engine", runner: "Runner" }[part],
    state: health[part].ok ? "ok" : "bad",
    detail: health[part].detail,
    fix: health[part].ok ? "" : fixes[part],
  }));
}

async function diskCheck(): Promise<Check> {
  const { bavail, bsize } = await statfs(env().PARETO_DATA);
  const free = (bavail * bsize) / 1e9;
  const low = free < lowDiskGb;
  return {
    area: "System",
    name: "Disk",
    state: low ? "bad" : "ok",
    detail: `${free.toFixed(0)} GB free where the lab keeps its data`,
    fix: low ? "Free some space, or set PARETO_DATA to a folder on a larger disk." : "",
  };
}

async function runnerChecks(): Promise<Check[]> {
  try {
    const [health, ...lists] = await Promise.all([runnerHealth(), listMethods(), listRuntimes(), listBenchmarks()]);
    const names = ["Methods", "Runtimes", "Benchmarks"];
    return [...machineChecks(health), ...lists.map((offers, index) => offerCheck(names[index] as string, offers))];
  } catch {
    // That it does not answer is said above, with its fix.
    return [];
  }
}

function machineChecks(health: Health): Check[] {
  const versions = Object.entries(health.versions).map(([name, version]) => `${name} ${version}`);
  const memory = `${health.memory_available_gb.toFixed(1)} of ${health.memory_total_gb.toFixed(1)} GB memory free`;
  return [
    { area: "Runner", name: "Machine", state: "ok", detail: `${health.device}; ${memory}, ${health.jobs_running} jobs running, ${health.jobs_queued} waiting`, fix: "" },
    { area: "Runner", name: "Libraries", state: "ok", detail: versions.join(", "), fix: "" },
  ];
}

function offerCheck(name: string, offers: readonly { name: string; availability: { available: boolean } }[]): Check {
  const missing = offers.filter(({ availability }) => !availability.available).map(({ name: missed }) => missed);
  return {
    area: "Runner",
    name,
    state: missing.length > 0 ? "off" : "ok",
    detail: `${offers.length - missing.length} of ${offers.length} can be used here${missing.length > 0 ? `; not ${missing.join(", ")}` : ""}`,
    fix: missing.length > 0 ? "The catalogue gives each one's reason and how to enable it." : "",
  };
}

/** By role, as the settings name them; no provider is asked. */
function modelChecks(): Check[] {
  return modelStatus().map(({ role, provider, model, setting, usable, detail }) => ({
    area: "Language models",
    name: `${role[0]?.toUpperCase()}${role.slice(1)}`,
    state: usable ? "ok" : setting ? "bad" : "off",
    detail: usable ? `${provider}/${model} by ${setting}: ${detail}` : setting ? detail : "None: the search decides, and everything works without one.",
    fix: usable || setting ? "" : detail,
  }));
}

async function trackingCheck(): Promise<Check> {
  const named = { area: "Options", name: "MLflow" } as const;
  const found = await checkTracking();
  if (found.state === "off") return { ...named, ...found };
  const { synced, waiting, error } = await trackingState();
  const counts = `${synced} experiments are logged there whole, ${waiting} wait`;
  const problem = found.state === "bad" ? found.detail : error;
  return { ...named, state: problem ? "bad" : "ok", detail: problem ? `${counts}: ${problem}` : counts, fix: problem ? trackingRemedy : "" };
}

interface Option {
  name: string;
  variables: readonly string[];
  on: string;
  off: string;
  fix: string;
}

/** Options that an environment variable switches on. Only whether it is set is shown, never what it holds. */
const options: readonly Option[] = [
  { name: "Hub token", variables: ["HF_TOKEN"], on: "gated models can be fetched and artifacts pushed", off: "public models only", fix: "Set HF_TOKEN to an access token of the hub." },
  { name: "Live grid intensity", variables: ["ELECTRICITYMAPS_API_KEY"], on: "asked for at each measurement", off: "yearly averages by region are used", fix: "Set ELECTRICITYMAPS_API_KEY, and ELECTRICITYMAPS_ZONE to the zone that the machine stands in." },
  { name: "Grid region", variables: ["PARETO_REGION"], on: "set", off: "the world's average", fix: "Set PARETO_REGION to an ISO code such as DEU." },
];

function optionChecks(): Check[] {
  return options.map(({ name, variables, on, off, fix }) => {
    const set = variables.every((variable) => process.env[variable]);
    return { area: "Options", name, state: set ? "ok" : "off", detail: set ? on : off, fix: set ? "" : fix };
  });
}
