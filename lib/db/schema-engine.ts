import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, DriverAdapterError, type SqlQuery, bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { Client } from "pg";

const pgChar = 18;
const pgText = 25;

type Adapter = Awaited<ReturnType<PrismaPg["connect"]>>;

/** Runs `work` with Prisma's schema engine on `databaseUrl`. The WebAssembly build needs no download, unlike the CLI's native one. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  datamodel: { path: string; content: string } | null,
  work: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  await loadEngine();
  const factory = new ScriptAdapterFactory(databaseUrl);
  const panic = watchPanics();
  const datamodels: [string, string][] | undefined = datamodel ? [[datamodel.path, datamodel.content]] : undefined;
  try {
    const engine = await bindings.SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
    return await Promise.race([work(engine), panic.promise]);
  } catch (error) {
    throw readable(error);
  } finally {
    await factory.close();
  }
}

/** A panic inside WebAssembly leaves the pending call unanswered for ever; the engine reports its text here first. */
function watchPanics(): PromiseWithResolvers<never> {
  const panic = Promise.withResolvers<never>();
  panic.promise.catch(() => undefined);
  const registry = { set_message: (message: string) => panic.reject(new Error(`Prisma's schema engine stopped: ${message}`)) };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  return panic;
}

let loading: Promise<void> | null = null;

function loadEngine(): Promise<void> {
  loading ??= (async () => {
    const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
    const bytes = await readFile(join(folder, "schema_engine_bg.wasm"));
    const imports = { "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports };
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
  })();
  return loading;
}

/**
 * The stock adapter splits a script at every semicolon and runs the pieces one by one, which breaks function bodies
 * and leaves half a migration behind when it is killed. Here a script is one query, so PostgreSQL runs all of it or nothing.
 */
class ScriptAdapterFactory extends PrismaPg {
  readonly #url: string;
  readonly #open = new Set<Adapter>();

  constructor(url: string) {
    super({ connectionString: url });
    this.#url = url;
  }

  override async connect(): Promise<Adapter> {
    return this.#keep(await super.connect());
  }

  /** Migrations are replayed into an empty database of their own to compare them with the schema. */
  override async connectToShadowDb(): Promise<Adapter> {
    const name = `pareto_shadow_${crypto.randomUUID().replaceAll("-", "")}`;
    await runOnServer(this.#url, `CREATE DATABASE ${name}`);
    const shadow = new URL(this.#url);
    shadow.pathname = `/${name}`;
    const adapter = this.#keep(await new PrismaPg({ connectionString: shadow.href }).connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await runOnServer(this.#url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    };
    return adapter;
  }

  async close(): Promise<void> {
    for (const adapter of this.#open) await adapter.dispose();
  }

  #keep(adapter: Adapter): Adapter {
    this.#open.add(adapter);
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      if (this.#open.delete(adapter)) await dispose();
    };
    readCharColumns(adapter);
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script).catch((error: unknown) => {
        throw toAdapterError(error);
      });
    };
    return adapter;
  }
}

/** The adapter knows no reader for PostgreSQL's one-byte "char" (type 18), in which the catalog keeps its kinds: read it as text, call it a character. */
function readCharColumns(adapter: Adapter): void {
  const internals = adapter as unknown as { performIO(query: SqlQuery): Promise<{ fields: { dataTypeID: number }[] }> };
  const perform = internals.performIO.bind(internals);
  const charColumns = new WeakMap<SqlQuery, number[]>();
  internals.performIO = async (query) => {
    const result = await perform(query);
    const columns = result.fields.flatMap((field, index) => (field.dataTypeID === pgChar ? [index] : []));
    for (const index of columns) result.fields[index]!.dataTypeID = pgText;
    charColumns.set(query, columns);
    return result;
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns.get(query) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

function toAdapterError(error: unknown): unknown {
  const { code, severity, message, detail, column, hint } = error as Record<string, string | undefined>;
  if (!code || !severity) return error;
  return new DriverAdapterError({
    kind: "postgres",
    code,
    severity,
    message: message ?? "",
    detail,
    column,
    hint,
    originalCode: code,
    originalMessage: message,
  });
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The engine throws plain objects or strings; the caller wants an Error with a message. */
function readable(error: unknown): Error {
  if (error instanceof Error) return error;
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return new Error(message, { cause: error });
}
