import { z } from "zod";
import { databaseAnswers } from "@/lib/experiments/queries";
import { runnerHealth } from "@/lib/runner/client";

const engineHealth = z.object({ app: z.object({ synced: z.boolean(), error: z.string().optional() }).optional() });

export interface ComponentHealth {
  ok: boolean;
  detail: string;
}

export interface SystemHealth {
  status: "ok" | "degraded";
  web: ComponentHealth;
  database: ComponentHealth;
  engine: ComponentHealth;
  runner: ComponentHealth;
}

/** Whether each part answers, and what it says of itself. */
export async function systemHealth(): Promise<SystemHealth> {
  const [database, engine, runner] = await Promise.all([
    check(async () => {
      await databaseAnswers();
      return "answers";
    }),
    check(async () => {
      const base = process.env.INNGEST_BASE_URL;
      if (!base) return "INNGEST_BASE_URL is not set; start the app by `npm start`";
      const reply = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(3_000), cache: "no-store" });
      if (!reply.ok) throw new Error(`replied ${reply.status}`);
      // The embedded engine says whether it knows this app's functions; an Inngest server's health says nothing of that.
      const { app } = engineHealth.parse(await reply.json().catch(() => ({})));
      if (app && !app.synced) throw new Error(app.error ?? "has not read the app's functions yet");
      return "answers";
    }),
    check(async () => {
      const health = await runnerHealth();
      return `${health.device}; ${health.ready ? "ready" : "still loading its libraries"}`;
    }),
  ]);
  const parts = { web: { ok: true, detail: "answers" }, database, engine, runner };
  return { status: Object.values(parts).every((part) => part.ok) ? "ok" : "degraded", ...parts };
}

async function check(ask: () => Promise<string>): Promise<ComponentHealth> {
  try {
    return { ok: true, detail: await ask() };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
