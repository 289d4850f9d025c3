import { z } from "zod";

const errorReplySchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }),
  requestId: z.string().optional(),
});

/** A reply of the app's API that is an error, with what a person needs to go on. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly remedy: string,
    readonly requestId: string | undefined,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Reads JSON from the app's own API, whose shapes are the read models; errors become `ApiError`. */
export const getJson = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>(path, { signal });

/** Sends JSON to the app's own API. */
export const postJson = <T>(path: string, body: unknown): Promise<T> =>
  call<T>(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

export const deleteAt = <T>(path: string): Promise<T> => call<T>(path, { method: "DELETE" });

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const reply = await fetch(path, { ...init, headers: { accept: "application/json", ...init.headers }, cache: "no-store" });
  if (reply.ok) return (await reply.json()) as T;
  const parsed = errorReplySchema.safeParse(await reply.json().catch(() => null));
  if (!parsed.success) throw new ApiError(`The web server answered ${reply.status}.`, "upstream", "Try again in a moment.", undefined);
  const { error, requestId } = parsed.data;
  throw new ApiError(error.message, error.code, error.remedy ?? "", requestId);
}
