import { randomUUID } from "node:crypto";
import { audit, authorise, recognise, requireOwn, type Deed } from "@/lib/access/admit";
import { isReading, type Caller, type Permission } from "@/lib/access/schema";
import { toAppError } from "@/lib/errors";
import { log } from "@/lib/log";

type Params = Record<string, string | string[]>;
type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>;

interface Guard<P> {
  permission: Permission;
  /** The experiments that the address names; another team's are answered as if they did not exist. */
  experiment?: (params: P, request: Request) => string | readonly string[];
}

/**
 * Wraps a route handler: knows who calls, checks that they may, and puts on record what was done; a request id on
 * every reply, and every error in the one shape of the API.
 */
export function route<P extends Params = Params>(guard: Guard<P>, handler: (request: Request, params: P, caller: Caller) => Promise<Response>): Handler<P> {
  return answered(async (request, params, requestId) => {
    const caller = await recognise(request.headers);
    const deed: Deed = { action: `${request.method} ${new URL(request.url).pathname}`, target: Object.values(params).flat().join(" "), requestId };
    const writes = !isReading(guard.permission);
    try {
      authorise(caller, guard.permission);
      if (guard.experiment) await requireOwn(caller, guard.experiment(params, request));
      const response = await handler(request, params, caller);
      deed.target ||= response.headers.get("location") ?? "";
      if (writes) await audit(caller, deed, "done");
      return response;
    } catch (thrown) {
      if (writes) await audit(caller, deed, toAppError(thrown).code);
      throw thrown;
    }
  });
}

/** Wraps a route that answers strangers too. A test holds the list of these: each must check by itself what it gives away. */
export function openRoute<P extends Params = Params>(handler: (request: Request, params: P) => Promise<Response>): Handler<P> {
  return answered((request, params) => handler(request, params));
}

function answered<P>(answer: (request: Request, params: P, requestId: string) => Promise<Response>): Handler<P> {
  return async (request, context) => {
    const requestId = request.headers.get("x-request-id")?.slice(0, 100) ?? randomUUID();
    let response: Response;
    try {
      // Next gives no params to a route whose path has none.
      response = await answer(request, ((await context.params) as P | undefined) ?? ({} as P), requestId);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.status >= 500) log.error({ err: error, requestId }, "request failed");
      response = Response.json({ error: error.toBody(), requestId }, { status: error.status });
    }
    // The headers of a redirect cannot be changed; a copy's can.
    const copy = new Response(response.body, response);
    copy.headers.set("x-request-id", requestId);
    copy.headers.set("cache-control", "no-store");
    return copy;
  };
}
