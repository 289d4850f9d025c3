/**
 * Runs once when the server starts. Starts that the engine did not hear are sent again until it does; what came of
 * recipes before there was a memory is taken into it. What an MLflow server does not have yet is sent to it. Once an hour
 * what has run out is removed.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || !process.env.DATABASE_URL) return;
  const { resendStarts } = await import("@/lib/experiments/launch");
  setInterval(() => void resendStarts().catch(() => undefined), 5_000).unref();
  const { syncTracking } = await import("@/lib/planning/mlflow/sync");
  setInterval(() => void syncTracking().catch(() => undefined), 10_000).unref();
  const { dropExpired } = await import("@/lib/access/retention-queries");
  const tidy = (): void => void dropExpired().catch(() => undefined);
  tidy();
  setInterval(tidy, 3_600_000).unref();
  const { rememberAll } = await import("@/lib/skills/write-queries");
  const { log } = await import("@/lib/log");
  void rememberAll().catch((error: unknown) => log.warn({ err: error }, "the memory could not be completed; it is tried again at the next start"));
}
