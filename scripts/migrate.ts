import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { startEmbeddedPostgres } from "@/lib/db/embedded";
import { applyMigrations, diffMigrations } from "@/lib/db/migrate";
import { freePort } from "@/lib/free-port";

const program = new Command("migrate")
  .description("Applies the committed migrations to DATABASE_URL.")
  .option("--check", "fail when schema.prisma and the migrations disagree")
  .option("--create <name>", "write the migration that schema.prisma needs, for review and commit")
  .parse();
const options = program.opts<{ check?: boolean; create?: string }>();

if (options.check || options.create) await withScratchServer((url) => compare(url, options.create));
else await apply();

async function apply(): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL is not set: name the database to migrate. `npm start` migrates the embedded one by itself.");
  const applied = await applyMigrations(url);
  console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
}

async function compare(url: string, create: string | undefined): Promise<void> {
  const sql = await diffMigrations(url);
  if (sql === "") {
    console.log("schema.prisma and the migrations agree.");
  } else if (create) {
    const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    const folder = resolve(import.meta.dirname, "../prisma/migrations", `${stamp}_${create}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "migration.sql"), sql);
    console.log(`Wrote ${folder}/migration.sql: read it before you commit it.`);
  } else {
    console.error(`schema.prisma and the migrations disagree. Write the missing migration with:\n  npx tsx scripts/migrate.ts --create NAME\n\n${sql}`);
    process.exitCode = 1;
  }
}

/** The comparison replays the migrations into an empty database, so it never runs on a database with data. */
async function withScratchServer(work: (url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pareto-migrate-"));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, port: await freePort(), password: randomBytes(12).toString("hex") });
  try {
    await work(server.url("postgres"));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
