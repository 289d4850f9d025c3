import { runMigrations } from "graphile-worker";
import type { Logger } from "graphile-worker";
import type { Database } from "./database";

/** Applied in order, each once; a released entry is never edited. */
const MIGRATIONS: readonly string[] = [
  `
  create table engine.functions (
    id text primary key,
    app_id text not null,
    config json not null,
    active boolean not null
  );
  create table engine.events (
    id text primary key,
    name text not null,
    event json not null,
    received_at timestamptz not null default clock_timestamp()
  );
  create index on engine.events (received_at);
  create table engine.runs (
    id text primary key,
    function_id text not null,
    event_id text not null,
    event json not null,
    status text not null default 'running' check (status in ('running', 'completed', 'failed', 'cancelled')),
    request_version integer not null default -1,
    discovery_token integer not null default 0,
    step_count integer not null default 0,
    done_count integer not null default 0,
    state_bytes integer not null default 0,
    parent_run_id text,
    parent_step_id text,
    result json,
    error json,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    unique (function_id, event_id)
  );
  create index on engine.runs (finished_at);
  create table engine.steps (
    run_id text not null references engine.runs on delete cascade,
    id text not null,
    op text not null,
    name text,
    status text not null check (status in ('planned', 'waiting', 'done')),
    race boolean not null default false,
    visible_count integer not null default 0,
    token integer not null default 0,
    position integer,
    memo json,
    primary key (run_id, id)
  );
  create table engine.waits (
    id bigint generated always as identity primary key,
    run_id text not null references engine.runs on delete cascade,
    step_id text,
    event_name text not null,
    expression text,
    expires_at timestamptz
  );
  create index on engine.waits (event_name);
  create index on engine.waits (run_id, step_id);
  create table engine.idempotency (
    function_id text not null,
    key text not null,
    expires_at timestamptz not null,
    primary key (function_id, key)
  );
  create table engine.slots (
    key text not null,
    run_id text not null references engine.runs on delete cascade,
    call text not null,
    primary key (key, run_id, call)
  );
  create index on engine.slots (run_id, call);
  create sequence engine.places;
  create table engine.parked (
    place bigint primary key,
    key text not null,
    job json not null
  );
  create index on engine.parked (key, place);
  create table engine.processes (
    lock_id integer primary key,
    started_at timestamptz not null default clock_timestamp()
  );
  create sequence engine.lock_ids as integer;
  create table engine.pools (
    pool_id text primary key,
    lock_id integer not null references engine.processes on delete cascade
  );
  `,
  "alter table engine.parked add column call text unique",
];

/** Two executors that start together must not migrate together. */
const MIGRATION_LOCK = [7461, 0];

export async function migrate(database: Database, logger: Logger, patienceMs: number): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1, $2)", MIGRATION_LOCK);
    await tx.query("create schema if not exists engine");
    await tx.query("create table if not exists engine.migrations (version integer primary key, applied_at timestamptz not null default now())");
    const { rows } = await tx.query<{ version: number }>("select coalesce(max(version), 0) as version from engine.migrations");
    const applied = rows[0]?.version ?? 0;
    if (applied > MIGRATIONS.length) {
      throw new Error(`The engine's tables are of version ${applied}, this program knows ${MIGRATIONS.length}. Update the program: an older one would not understand them.`);
    }
    for (let version = applied + 1; version <= MIGRATIONS.length; version++) {
      await tx.query(MIGRATIONS[version - 1]!);
      await tx.query("insert into engine.migrations (version) values ($1)", [version]);
    }
    // graphile-worker migrates over its own connections; the lock above still keeps a second executor out.
    await runMigrations({ pgPool: database.pool, logger, noHandleSignals: true });
  }, patienceMs);
}
