import { z } from "zod";

const part = z.object({ ok: z.boolean(), detail: z.string().default("") });

/** The reply of /api/health; a part that is missing or of another shape is reported as unknown. */
export const healthSchema = z.object({
  status: z.enum(["ok", "degraded"]),
  web: part.optional().catch(undefined),
  runner: part.optional().catch(undefined),
  engine: part.optional().catch(undefined),
  database: part.optional().catch(undefined),
});
export type Health = z.infer<typeof healthSchema>;

export const healthParts = [
  { key: "runner", label: "Runner" },
  { key: "engine", label: "Engine" },
  { key: "database", label: "Database" },
] as const;

export type OverallHealth = "ok" | "degraded" | "unreachable" | "unknown";

export function overallHealth(health: Health | undefined, failed: boolean): OverallHealth {
  if (failed) return "unreachable";
  if (!health) return "unknown";
  const bad = health.status !== "ok" || healthParts.some(({ key }) => health[key]?.ok === false);
  return bad ? "degraded" : "ok";
}

export async function fetchHealth(): Promise<Health> {
  const reply = await fetch("/api/health", { cache: "no-store" });
  // A degraded system answers 503 with the same body, which is what is wanted here.
  return healthSchema.parse(await reply.json());
}
