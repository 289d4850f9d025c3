import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashPaths, pinnedNode, readJson, requireDisk, root, runningApp, stampIs, writeStamp } from "./context.mjs";
import { SetupError } from "./errors.mjs";
import { runLogged } from "./progress.mjs";

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {() => string | null | Promise<string | null>} reason why it must run, null when it is done
 * @property {(report: (detail: string) => void) => Promise<void>} run
 */

const packagesStamp = join(root, "node_modules/.pareto-stamp");

/** @type {Step} */
export const nodePackages = {
  title: "Node packages",
  reason() {
    const hash = hashPaths(["package-lock.json"]);
    if (stampIs(packagesStamp, hash) && existsSync(pinnedNode())) return null;
    if (matchesLockfile()) {
      writeStamp(packagesStamp, hash);
      return null;
    }
    return existsSync(join(root, "node_modules")) ? "package-lock.json has changed" : "not installed yet, about a minute";
  },
  async run(report) {
    requireDisk(root, 2, "the Node packages");
    report("npm ci");
    const npm = process.env.npm_execpath;
    const [command, args] = npm?.endsWith("js") ? [process.execPath, [npm]] : ["npm", []];
    // Without their install scripts PostgreSQL's libraries and the pinned Node would be missing.
    const errors = [];
    const code = await runLogged(command, [...args, "ci", "--no-audit", "--no-fund", "--ignore-scripts=false", "--include=dev"], {
      onLine: (line) => line.startsWith("npm error ") && errors.push(line),
    });
    if (code !== 0) {
      // npm's help text comes last; what went wrong is said first.
      const lines = errors.slice(0, 8);
      throw new SetupError("npm ci failed.", "Check the connection to the package registry (npm ping), then run this command again.", { showLog: true, lines });
    }
    if (!existsSync(pinnedNode())) {
      throw new SetupError("npm ci left out the pinned Node.", "Delete node_modules and run this command again, without --ignore-scripts.", { showLog: true });
    }
    writeStamp(packagesStamp, hashPaths(["package-lock.json"]));
  },
};

/** Packages that a person installed with npm itself are as good, when each has the locked version and its install script ran. */
function matchesLockfile() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages ?? {};
  const present = readJson(join(root, "node_modules/.package-lock.json"))?.packages;
  if (!present) return false;
  const same = Object.entries(wanted).every(([path, { version, optional }]) => path === "" || (present[path] ? present[path].version === version : optional === true));
  return same && pinnedNodeRuns();
}

function pinnedNodeRuns() {
  try {
    return execFileSync(pinnedNode(), ["--version"], { encoding: "utf8" }).startsWith("v24.");
  } catch {
    return false;
  }
}

const prismaStamp = join(root, "lib/db/generated/.pareto-stamp");
const prismaInputs = ["prisma/schema.prisma", "node_modules/prisma/package.json"];

/** @type {Step} */
export const prismaClient = {
  title: "Database client",
  reason: () => (stampIs(prismaStamp, hashPaths(prismaInputs)) ? null : "generating it from prisma/schema.prisma"),
  async run() {
    // The generator only checks that an engine exists; any executable spares the download of one that is never used.
    const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
    const code = await runLogged(pinnedNode(), [join(root, "node_modules/prisma/build/index.js"), "generate"], { env });
    if (code !== 0) throw new SetupError("prisma generate failed.", "Correct prisma/schema.prisma and run this command again.", { showLog: true });
    writeStamp(prismaStamp, hashPaths(prismaInputs));
  },
};

const buildStamp = join(root, ".next/.pareto-stamp");
const buildInputs = ["app", "components", "lib", "inngest", "public", "prisma/schema.prisma", "next.config.ts", "postcss.config.mjs", "proxy.ts", "instrumentation.ts", "tsconfig.json", "package-lock.json"];
const notBuilt = (path) => /\.test\.tsx?$/.test(path) || path === "lib/db/generated";

/** @type {Step} */
export const webBuild = {
  title: "Web app",
  reason() {
    if (stampIs(buildStamp, hashPaths(buildInputs, notBuilt)) && existsSync(join(root, ".next/BUILD_ID"))) return null;
    return existsSync(buildStamp) ? "its sources have changed, building it" : "building it, about a minute";
  },
  async run(report) {
    const app = runningApp();
    if (app) {
      throw new SetupError(
        `The sources have changed, but the app of process ${app.pid} is running from the build that must be replaced.`,
        "Stop it with `npm start -- --stop`, then run this command again.",
      );
    }
    requireDisk(root, 1, "the build and its cache");
    const hash = hashPaths(buildInputs, notBuilt);
    let staleCache = false;
    const build = () =>
      runLogged(pinnedNode(), [join(root, "node_modules/next/dist/bin/next"), "build"], {
        env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
        onLine: (line) => {
          staleCache ||= line.includes("TurbopackInternalError");
          if (line.trim()) report(line.trim());
        },
      });
    let code = await build();
    // A build that was cut short can leave a cache with which every later one fails.
    if (code !== 0 && staleCache) {
      rmSync(join(root, ".next"), { recursive: true, force: true });
      code = await build();
    }
    if (code !== 0) throw new SetupError("next build failed.", "The lines above name the file; correct it and run this command again.", { showLog: true });
    writeStamp(buildStamp, hash);
  },
};
