import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { audit, authorise, recognise, requireOwn, type Deed } from "@/lib/access/admit";
import { isReading, type Caller, type Permission } from "@/lib/access/schema";
import { limits, takeOne } from "@/lib/access/rate-limit";
import { toAppError, type AppError, type ErrorBody } from "@/lib/errors";
import { log } from "@/lib/log";
import { parseInput } from "@/lib/parse";
import type { z } from "zod";

export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ErrorBody; requestId: string };

interface Guard<Input> {
  /** What the audit calls it, for example `experiment.stop`. */
  name: string;
  permission: Permission;
  /** The experiments that the input names; another team's are answered as if they did not exist. */
  experiment?: (input: Input) => string | readonly string[];
}

/**
 * Wraps a server action, which is a public endpoint: knows who calls, checks that they may, parses the input, puts
 * on record what was done, and turns every error into a typed result. The proxy has already refused foreign hosts and
 * origins before an action is reached.
 */
export function action<S extends z.ZodType, T>(guard: Guard<z.output<S>>, schema: S, run: (input: z.output<S>, caller: Caller) => Promise<T>) {
  return async (input: z.input<S>): Promise<ActionResult<T>> => {
    const deed: Deed = { action: guard.name, target: "", requestId: randomUUID() };
    let caller: Caller | null = null;
    try {
      caller = await recognise(await headers());
      authorise(caller, guard.permission);
      const parsed = parseInput(schema, input);
      if (guard.experiment) {
        const named = guard.experiment(parsed);
        deed.target = [named].flat().join(" ");
        await requireOwn(caller, named);
      }
      const data = await run(parsed, caller);
      deed.target ||= idOf(data);
      if (!isReading(guard.permission)) await audit(caller, deed, "done");
      return { ok: true, data };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (caller && !isReading(guard.permission)) await audit(caller, deed, error.code);
      return refused(error, deed.requestId);
    }
  };
}

/**
 * Wraps a server action that strangers may call, to sign in for one. A test holds the list of these. `who` names the
 * account or token that is guessed at: each has few tries, and all together not many.
 */
export function openAction<S extends z.ZodType, T>(who: (input: z.output<S>) => string, schema: S, run: (input: z.output<S>) => Promise<T>) {
  return async (input: z.input<S>): Promise<ActionResult<T>> => {
    try {
      takeOne("guesses", limits.guesses);
      const parsed = parseInput(schema, input);
      takeOne(`guess:${who(parsed)}`, limits.guess);
      return { ok: true, data: await run(parsed) };
    } catch (thrown) {
      return refused(toAppError(thrown), randomUUID());
    }
  };
}

function refused(error: AppError, requestId: string): { ok: false; error: ErrorBody; requestId: string } {
  if (error.status >= 500) log.error({ err: error, requestId }, "action failed");
  return { ok: false, error: error.toBody(), requestId };
}

/** What was made, when an action answers with it. */
function idOf(data: unknown): string {
  return data !== null && typeof data === "object" && "id" in data && typeof data.id === "string" ? data.id : "";
}
