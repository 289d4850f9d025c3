import { randomUUID } from "node:crypto";
import { toAppError } from "@/lib/errors";
import { log } from "@/lib/log";

type Params = Record<string, string>;

/** Wraps a route handler: a request id on every reply, and every error in the one shape of the API. */
export function route<P extends Params = Params>(
  handler: (request: Request, params: P) => Promise<Response>,
): (request: Request, context: { params: Promise<P> }) => Promise<Response> {
  return async (request, context) => {
    const requestId = request.headers.get("x-request-id")?.slice(0, 100) ?? randomUUID();
    let response: Response;
    try {
      response = await handler(request, await context.params);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.status >= 500) log.error({ err: error, requestId }, "request failed");
      response = Response.json({ error: error.toBody(), requestId }, { status: error.status });
    }
    response.headers.set("x-request-id", requestId);
    response.headers.set("cache-control", "no-store");
    return response;
  };
}
