import { spawn } from "node:child_process";
import { closeSync, fchmodSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { runningApp, type AppState } from "./app-state";
import { UserError } from "./errors";
import { tailOf } from "./log-file";
import { waitUntil } from "./processes";
import { portSettings, root, type PortName, type Settings } from "./settings";

/** Starts the supervisor as a process of its own that goes on after this one, and waits until the app answers. */
export async function startInBackground(settings: Settings): Promise<AppState> {
  const logFile = join(settings.dataFolder, "logs", "supervisor.log");
  mkdirSync(join(settings.dataFolder, "logs"), { recursive: true });
  const log = openSync(logFile, "w");
  // It holds the link that signs a browser in.
  fchmodSync(log, 0o600);
  const flags = (Object.keys(portSettings) as PortName[]).flatMap((name) => [portSettings[name].flag, String(settings.ports[name])]);
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts", `${settings.mode}.ts`), ...flags], {
    cwd: root,
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, PARETO_DATA: settings.dataFolder },
  });
  closeSync(log);
  let ended = false;
  child.once("exit", () => (ended = true));
  child.unref();
  // The file may still be that of a supervisor that was killed, or of one that another command has just started.
  const ready = (): AppState | null => {
    const state = runningApp(settings.dataFolder);
    return state?.ready ? state : null;
  };
  await waitUntil(() => ended || ready() !== null, 180_000);
  const state = ready();
  if (!state) throw new UserError("The app did not start.", `The end of ${logFile}:\n${tailOf(logFile, 15)}`);
  return state;
}
