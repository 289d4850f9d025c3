import { mkdtemp, readFile, rm } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "./supervisor";
import { findChromium } from "./lib/chromium";
import { runMain, UserError } from "./lib/errors";
import { scratchSettings } from "./lib/scratch";
import { root, type Settings } from "./lib/settings";
import { installSystemPackage } from "./lib/system-package";
import { check, counted, readJUnit, readPlaywright, readVitest, runCommand, runStages, type Counts, type Stage } from "./lib/stage";

/** `npm test`: every check there is, in the order in which a failure is cheapest to find. `npm test -- types unit` runs only these. */

const node = process.execPath;
const python = join(root, "gpu-runner/.venv/bin/python");
const runner = { cwd: join(root, "gpu-runner") };
const scratch = await mkdtemp(join(tmpdir(), "pareto-check-"));
// The tests bring their own servers; what a person configured for their lab must not change the result.
const given = { ...process.env };
for (const name of ["DATABASE_URL", "MLFLOW_TRACKING_URI", "INNGEST_BASE_URL", "RUNNER_URL", "PARETO_DATA", "RUNNER_KEY"]) Reflect.deleteProperty(process.env, name);
for (const name of Object.keys(process.env).filter((each) => /^(OPENAI|OPENROUTER|ANTHROPIC|PARETO_MODEL|PARETO_COMPATIBLE)/.test(each))) Reflect.deleteProperty(process.env, name);

const bin = (path: string): string => join(root, "node_modules", path);
const tsx = (script: string, ...args: string[]): string[] => ["--import", "tsx", join("scripts", script), ...args];

const stages: Stage[] = [
  { name: "lint", title: "Style (eslint)", run: () => check(node, [bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"]) },
  { name: "types", title: "Types (tsc)", run: () => check(node, [bin("typescript/bin/tsc"), "--noEmit"]) },
  { name: "boundaries", title: "Import boundaries", run: () => check(node, [bin("dependency-cruiser/bin/dependency-cruiser.mjs"), "app", "components", "lib", "inngest", "scripts", "--config", ".dependency-cruiser.cjs"]) },
  { name: "ruff", title: "Python style (ruff)", run: () => check(python, ["-m", "ruff", "check", "."], runner) },
  { name: "format", title: "Python format (ruff)", run: () => check(python, ["-m", "ruff", "format", "--check", "."], runner) },
  { name: "mypy", title: "Python types (mypy)", run: () => check(python, ["-m", "mypy", "pareto_runner"], runner) },
  { name: "migrations", title: "Migrations fit the schema", run: () => check(node, tsx("migrate.ts", "--check")) },
  { name: "openapi", title: "Runner's interface is current", run: () => check(python, ["-m", "pareto_runner.api.openapi", "--check"], runner) },
  { name: "wire", title: "Types from the interface", run: checkWireTypes },
  { name: "unit", title: "Unit and database tests (vitest)", run: () => vitest([]) },
  ...(given.DATABASE_URL ? [{ name: "database", title: "Database tests on DATABASE_URL", run: () => vitest(databaseTests(), given) }] : []),
  { name: "pytest", title: "Runner tests (pytest)", run: pytest },
  { name: "demo", title: "Demo, start to end", run: demo },
  { name: "e2e", title: "Browser tests (Playwright)", run: browserTests },
  { name: "chaos", title: "Kill -9 of components", run: () => check(node, tsx("chaos.ts", "--kills", "4", "--seed", "1")) },
];

await runMain(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) throw new UserError(`There is no stage ${unknown.join(", ")}.`, `Known: ${stages.map(({ name }) => name).join(", ")}.`, 2);
  const { passed, failed } = await runStages(wanted.length > 0 ? stages.filter(({ name }) => wanted.includes(name)) : stages);
  await rm(scratch, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

type Result = Promise<Counts & { output: string }>;

async function checkWireTypes(): Result {
  const file = join(scratch, "openapi.d.ts");
  const made = await check(node, [bin("openapi-typescript/bin/cli.js"), "gpu-runner/openapi.json", "-o", file]);
  if (made.failed > 0) return made;
  const same = (await readFile(file, "utf8")) === (await readFile(join(root, "lib/runner/openapi.d.ts"), "utf8"));
  if (same) return made;
  return { passed: 0, failed: 1, output: "lib/runner/openapi.d.ts is not up to date: npx openapi-typescript gpu-runner/openapi.json -o lib/runner/openapi.d.ts" };
}

async function vitest(files: string[], env = process.env): Result {
  const report = join(scratch, "vitest.json");
  await rm(report, { force: true });
  const ended = await runCommand(node, [bin("vitest/vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...files], { env });
  return counted(ended, () => readVitest(report));
}

/** Test files that create databases of their own, wherever they lie. */
function databaseTests(): string[] {
  const files = ["lib", "inngest", "scripts"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)));
  return files.filter((file) => file.endsWith(".test.ts") && readFileSync(join(root, file), "utf8").includes("createTestDatabase"));
}

async function pytest(): Result {
  const report = join(scratch, "pytest.xml");
  // Without bubblewrap the sandbox's tests are skipped; a machine where it can be installed runs them all.
  if ((await runCommand("bwrap", ["--version"]).catch(() => null))?.code !== 0) await installSystemPackage("bubblewrap");
  const ended = await runCommand(python, ["-m", "pytest", `--junitxml=${report}`], runner);
  return counted(ended, () => readJUnit(readFileSync(report, "utf8")));
}

/** The demo as a person runs it, but shorter; what it found must be complete. */
async function demo(): Result {
  const settings = await scratchSettings("demo");
  const file = join(scratch, "demo.json");
  const { code, output } = await runCommand(node, tsx("demo.ts", "--exit", "--json", file, "--episodes", "2", "--limit", "16"), { env: { ...process.env, ...scratchEnvironment(settings) } });
  if (code !== 0) return { passed: 0, failed: 1, output };
  const found = JSON.parse(await readFile(file, "utf8")) as { terminationReason: string; front: unknown[]; hypervolume: number | null; baseline: { figures: unknown } | null; episodes: { state: string; figures: unknown }[] };
  const complete = Boolean(found.terminationReason === "max_episodes" && found.baseline?.figures && found.episodes.length === 2 && found.front.length > 0 && found.hypervolume !== null && found.episodes.every(({ state, figures }) => state === "done" && figures));
  if (complete) await rm(settings.dataFolder, { recursive: true, force: true });
  return { passed: complete ? 1 : 0, failed: complete ? 0 : 1, output: `${output}\n${JSON.stringify(found, null, 1)}` };
}

async function browserTests(): Result {
  const browser = await findChromium((line) => console.log(line));
  const settings = await scratchSettings("e2e");
  const report = join(root, "test-results/e2e.json");
  await rm(report, { force: true });
  let log = "";
  const app = await App.start(settings, { line: (line) => (log += `${line}\n`) });
  let passed = false;
  try {
    const ended = await runCommand(node, [bin("@playwright/test/cli.js"), "test"], { env: { ...process.env, PARETO_E2E_URL: settings.webUrl, PARETO_CHROMIUM: browser, PARETO_DATA: settings.dataFolder } });
    const result = counted({ ...ended, output: `${log}${ended.output}` }, () => readPlaywright(report));
    passed = result.failed === 0;
    if (!passed) result.output += `\nThe lab's data and logs are kept in ${settings.dataFolder}.`;
    return result;
  } finally {
    await app.stop();
    if (passed) await rm(settings.dataFolder, { recursive: true, force: true });
  }
}

function scratchEnvironment({ dataFolder, ports }: Settings): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", PARETO_DATA: dataFolder, WEB_PORT: String(ports.web), ENGINE_PORT: String(ports.engine), RUNNER_PORT: String(ports.runner), POSTGRES_PORT: String(ports.postgres) };
}
