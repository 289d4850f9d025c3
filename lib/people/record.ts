import { audit } from "@/lib/access/admit";
import { findMembership } from "./queries";

/** Puts on record what a person did who was not signed in before. */
export async function record(user: { id: string; name: string }, action: string): Promise<void> {
  const membership = await findMembership(user.id, null);
  if (membership) await audit({ id: user.id, name: user.name, ...membership }, { action, target: user.id, requestId: crypto.randomUUID() }, "done");
}

/** What a reply sets, as the browser would send it back: for the next call of the same request. */
export function asCookies(reply: Headers | null): Headers {
  const pairs = (reply?.getSetCookie() ?? []).map((cookie) => cookie.split(";")[0]);
  return new Headers({ cookie: pairs.join("; ") });
}
