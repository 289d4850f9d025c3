import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashPaths, requireDisk, root, stampIs, venvFolder, venvPython, writeStamp } from "./context.mjs";
import { SetupError } from "./errors.mjs";
import { runLogged } from "./progress.mjs";

const stampFile = join(venvFolder(), ".pareto-stamp");
const stampValue = () => hashPaths(requirementFiles());

/** The runner's own requirements and those of the optional runtimes that PARETO_EXTRAS names. */
function requirementFiles() {
  const extras = (process.env.PARETO_EXTRAS ?? "").split(/[\s,]+/).filter(Boolean);
  return ["gpu-runner/requirements.txt", ...extras.sort().map(extraFile)];
}

/** @param {string} extra */
function extraFile(extra) {
  const known = readdirSync(join(root, "gpu-runner")).flatMap((name) => /^requirements-(\w+)\.txt$/.exec(name)?.[1] ?? []);
  if (!known.includes(extra)) throw new SetupError(`PARETO_EXTRAS names "${extra}", which is no optional runtime.`, `Choose from: ${known.join(", ")}.`);
  return `gpu-runner/requirements-${extra}.txt`;
}

/** @type {import("./steps.mjs").Step} */
export const pythonLibraries = {
  title: "Python libraries",
  reason() {
    const current = stampIs(stampFile, stampValue());
    if (current && existsSync(venvPython())) return null;
    if (current) return "the Python of gpu-runner/.venv is gone, making it anew";
    return existsSync(stampFile) ? "the requirements have changed" : "making gpu-runner/.venv, some minutes and 2.5 GB";
  },
  async run(report) {
    const hash = stampValue();
    if (!isUsableVenv()) {
      const python = findPython();
      report(`venv with ${python.command} (${python.version})`);
      const code = await runLogged(python.command, ["-m", "venv", "--clear", venvFolder()]);
      if (code !== 0) throw new SetupError("Python could not make gpu-runner/.venv.", "On Debian or Ubuntu: apt-get install python3-venv.", { showLog: true });
    }
    requireDisk(venvFolder(), 4, "the Python libraries");
    removeHalfInstalled();
    const files = requirementFiles().flatMap((file) => ["-r", join(root, file)]);
    const code = await runLogged(venvPython(), ["-m", "pip", "install", "--progress-bar", "off", "--no-input", ...files], {
      env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", PYTHONUNBUFFERED: "1" },
      onLine: pipReporter(report),
    });
    if (code !== 0) {
      throw new SetupError("pip could not install the runner's requirements.", "Check the connection to the package index and the space on the disk, then run this command again: it goes on from here.", {
        showLog: true,
      });
    }
    writeStamp(stampFile, hash);
  },
};

/** Python with venv and pip, 3.10 or newer. @returns {{ command: string, version: string }} */
export function findPython() {
  const named = process.env.PARETO_PYTHON;
  const candidates = named ? [named] : ["python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
  let withoutVenv = null;
  for (const command of candidates) {
    const found = probe(command);
    if (!found || found.minor < 10) continue;
    if (found.venv) return { command, version: found.version };
    withoutVenv ??= found.version;
  }
  if (withoutVenv) {
    throw new SetupError(`Python ${withoutVenv} has no venv module.`, `On Debian or Ubuntu: apt-get install python3-venv. Else set PARETO_PYTHON to a complete Python.`);
  }
  const looked = named ? `PARETO_PYTHON=${named} is none` : `looked for ${candidates.join(", ")}`;
  throw new SetupError(
    `No Python 3.10 or newer was found (${looked}).`,
    "Install one (apt-get install python3 python3-venv, brew install python, python.org), or set PARETO_PYTHON to its path.",
  );
}

/** @param {string} command */
function probe(command) {
  const code = "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3], int(all(map(u.find_spec, ('venv', 'ensurepip')))))";
  try {
    const [version, venv] = execFileSync(command, ["-c", code], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split(" ");
    const [major, minor] = version.split(".").map(Number);
    return major === 3 ? { version, minor, venv: venv === "1" } : null;
  } catch {
    return null;
  }
}

/** False for a folder that an interrupted run left, and for one whose Python has been removed from the machine. */
function isUsableVenv() {
  try {
    execFileSync(venvPython(), ["-c", "import sys, pip; assert sys.version_info >= (3, 10)"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** pip writes a package's RECORD last: without it a killed run left the package half-copied, yet pip would call it satisfied. */
function removeHalfInstalled() {
  for (const folder of sitePackages()) {
    for (const name of readdirSync(folder)) {
      const half = name.endsWith(".dist-info") && !existsSync(join(folder, name, "RECORD"));
      if (half || name.startsWith("~")) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** @returns {string[]} */
function sitePackages() {
  const lib = join(venvFolder(), process.platform === "win32" ? "Lib" : "lib");
  if (!existsSync(lib)) return [];
  const folders = process.platform === "win32" ? [lib] : readdirSync(lib).map((name) => join(lib, name));
  return folders.map((folder) => join(folder, "site-packages")).filter((folder) => existsSync(folder));
}

/** Turns pip's lines into "torch-2.13.0 (12 of 27)". @param {(detail: string) => void} report */
export function pipReporter(report) {
  const listed = requirementFiles().flatMap((file) => readFileSync(join(root, file), "utf8").split("\n").filter((line) => /^\w/.test(line))).length;
  let named = 0;
  return (line) => {
    const collecting = /^(?:Collecting|Requirement already satisfied:) (\S+).*\(from -r /.exec(line);
    if (collecting) report(`${collecting[1]} (${Math.min(++named, listed)} of ${listed})`);
    const downloading = /^\s*(?:Downloading|Using cached) (\S+\.(?:whl|gz))/.exec(line);
    if (downloading) report(`downloading ${downloading[1].split("/").pop().split("-").slice(0, 2).join(" ")}`);
    const installing = /^Installing collected packages: (.+)/.exec(line);
    if (installing) report(`unpacking ${installing[1].split(",").length} packages, ${installing[1].split(", ").slice(-3).join(", ")} among them`);
  };
}
