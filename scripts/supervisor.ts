import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { applyMigrations } from "@/lib/db/migrate";
import { Component, type ComponentEvents } from "./lib/component";
import { componentSpecs, databaseUrlOf, databaseVersion } from "./lib/components";
import { UserError } from "./lib/errors";
import { isPortFree } from "./lib/ports";
import { loadSecrets } from "./lib/secrets";
import { portSettings, root, type PortName, type Settings } from "./lib/settings";
import { lockDataFolder, stateFile, writeState, type AppState } from "./lib/app-state";

export interface Report {
  /** A component is up, or something happened to it. */
  line(text: string): void;
}

const stopOrder: PortName[] = ["web", "engine", "runner", "postgres"];

/** Runs all components of one data folder: starts them, restarts what dies, stops them in order. */
export class App {
  readonly #components = new Map<PortName, Component>();
  readonly #failed = Promise.withResolvers<UserError>();
  #state: AppState;
  #stopped: Promise<void> | null = null;
  #release: () => void = () => undefined;

  private constructor(
    readonly settings: Settings,
    private readonly report: Report,
  ) {
    this.#state = {
      pid: process.pid,
      mode: settings.mode,
      webUrl: settings.webUrl,
      ready: false,
      startedAt: new Date().toISOString(),
      ports: settings.ports,
      pids: {},
    };
  }

  /** Resolves once every component answers. */
  static async start(settings: Settings, report: Report): Promise<App> {
    const app = new App(settings, report);
    mkdirSync(settings.dataFolder, { recursive: true });
    app.#release = await lockDataFolder(settings.dataFolder);
    try {
      await app.#startAll();
      return app;
    } catch (error) {
      await app.stop();
      throw error;
    }
  }

  /** Resolves with the reason when a component keeps crashing; never otherwise. */
  get failed(): Promise<UserError> {
    return this.#failed.promise;
  }

  get databaseUrl(): Promise<string> {
    return loadSecrets(this.settings.dataFolder).then((secrets) => databaseUrlOf(this.settings, secrets));
  }

  pidOf(name: PortName): number | null {
    return this.#components.get(name)?.pid ?? null;
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const name of stopOrder) await this.#components.get(name)?.stop();
      this.#release();
    })();
    return this.#stopped;
  }

  async #startAll(): Promise<void> {
    const { settings } = this;
    const secrets = await loadSecrets(settings.dataFolder);
    const specs = componentSpecs(settings, secrets);
    await this.#checkPorts(Object.keys(specs) as PortName[]);
    if (specs.postgres) checkPostgresUser(settings.dataFolder);
    startReaper(settings.dataFolder);
    const events = this.#events();
    for (const [name, spec] of Object.entries(specs)) this.#components.set(name as PortName, new Component(spec, events));
    // The runner needs no database; its libraries load while PostgreSQL starts and is migrated.
    const runner = this.#startOne("runner");
    runner.catch(() => undefined);
    await this.#startOne("postgres");
    await this.#migrate(databaseUrlOf(settings, secrets));
    await Promise.all([runner, this.#startOne("engine"), this.#startOne("web")]);
    this.#state.ready = true;
    this.#save();
  }

  async #startOne(name: PortName): Promise<void> {
    const component = this.#components.get(name);
    if (!component) return;
    const start = Date.now();
    const detail = await component.start();
    this.report.line(`✓ ${component.spec.title.padEnd(9)} ${detail} (${seconds(start)})`);
  }

  async #migrate(url: string): Promise<void> {
    if (this.settings.databaseUrl) {
      const version = await databaseVersion(url).catch((error: Error) => {
        throw new UserError(`The database of DATABASE_URL cannot be reached: ${error.message || String(error)}.`, "Start that server or correct DATABASE_URL; unset it to use the embedded PostgreSQL.");
      });
      this.report.line(`✓ Database  ${version}, from DATABASE_URL`);
    }
    const start = Date.now();
    const applied = await applyMigrations(url).catch((error: Error) => {
      throw new UserError(`The database could not be migrated: ${error.message}`, "The record is in the table _prisma_migrations; `npx prisma migrate resolve` decides about a failed one.");
    });
    this.report.line(`✓ Tables    ${applied.length > 0 ? `migrated: ${applied.join(", ")}` : "up to date"} (${seconds(start)})`);
  }

  async #checkPorts(names: PortName[]): Promise<void> {
    for (const name of names) {
      const port = this.settings.ports[name];
      if (await isPortFree(port)) continue;
      const { flag, env } = portSettings[name];
      throw new UserError(`Port ${port} is taken by another program; Pareto Lab wants it for its ${name}.`, `End that program, or choose another port with ${flag} ${port + 1} or ${env}=${port + 1}.`);
    }
  }

  #events(): ComponentEvents {
    return {
      onStart: (name, pid) => {
        this.#state.pids[name] = { pid, marker: this.#components.get(name)!.spec.marker };
        this.#save();
      },
      onDeath: (title, reason, againInMs) => this.report.line(`• ${title} ended (${reason}); starting it again in ${againInMs / 1000} s`),
      onGiveUp: (error) => this.#failed.resolve(error),
    };
  }

  #save(): void {
    if (!this.#stopped) writeState(this.settings.dataFolder, this.#state);
  }
}

/** PostgreSQL refuses to run as root, and the user that it runs as instead must be able to reach its programs and its data. */
function checkPostgresUser(dataFolder: string): void {
  if (process.getuid?.() !== 0) return;
  for (const path of [dataFolder, join(root, "node_modules")]) {
    for (let at = path; at !== parse(at).root; at = parse(at).dir) {
      accessSync(at, constants.R_OK);
      if (statSync(at).mode & 0o001) continue;
      throw new UserError(
        `PostgreSQL does not run as root, and no other user may enter ${at}.`,
        `Run this as a normal user, or allow it with \`chmod o+x ${at}\`, or set DATABASE_URL to a PostgreSQL server.`,
      );
    }
  }
}

/** Ends the components when this process is killed so hard that it cannot do it itself: the reaper sees its pipe close. */
function startReaper(dataFolder: string): void {
  const reaper = spawn(process.execPath, [join(root, "scripts/reaper.mjs"), stateFile(dataFolder), String(process.pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  reaper.on("error", () => undefined);
  reaper.stdin?.on("error", () => undefined);
  reaper.unref();
}

function seconds(start: number): string {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}
