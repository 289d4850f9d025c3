import { randomUUID } from "node:crypto";
import { toAppError, type ErrorBody } from "@/lib/errors";
import { log } from "@/lib/log";
import { parseInput } from "@/lib/parse";
import type { z } from "zod";

export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ErrorBody; requestId: string };

/**
 * Wraps a server action, which is a public endpoint: parses its input and turns every error into a typed result.
 * In single-user mode whoever reaches the loopback address is the owner; the proxy has already refused foreign
 * hosts and origins before an action is reached.
 */
export function action<S extends z.ZodType, T>(schema: S, run: (input: z.output<S>) => Promise<T>) {
  return async (input: z.input<S>): Promise<ActionResult<T>> => {
    try {
      return { ok: true, data: await run(parseInput(schema, input)) };
    } catch (thrown) {
      const requestId = randomUUID();
      const error = toAppError(thrown);
      if (error.status >= 500) log.error({ err: error, requestId }, "action failed");
      return { ok: false, error: error.toBody(), requestId };
    }
  };
}
