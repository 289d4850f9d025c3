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
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const reply = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store", signal });
  if (reply.ok) return (await reply.json()) as T;
  const parsed = errorReplySchema.safeParse(await reply.json().catch(() => null));
  if (!parsed.success) throw new ApiError(`The web server answered ${reply.status}.`, "upstream", "Try again in a moment.", undefined);
  const { error, requestId } = parsed.data;
  throw new ApiError(error.message, error.code, error.remedy ?? "", requestId);
}
