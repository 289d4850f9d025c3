import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client";

const holder = globalThis as unknown as { paretoPrisma?: PrismaClient };

/** One client per process; Next reloads modules in development, the global survives that. */
export function db(): PrismaClient {
  holder.paretoPrisma ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 10, connectionTimeoutMillis: 5_000 }),
  });
  return holder.paretoPrisma;
}

export { Prisma } from "./generated/client";
export type Db = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$use" | "$extends" | "$transaction">;
