/** Runs once when the server starts: starts that the engine did not hear are sent again until it does. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || !process.env.DATABASE_URL) return;
  const { resendStarts } = await import("@/lib/experiments/launch");
  setInterval(() => void resendStarts().catch(() => undefined), 5_000).unref();
}
