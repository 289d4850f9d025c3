import type { Caller } from "@/lib/access/schema";
import { auth } from "./auth";
import { findMembership } from "./queries";

/** The person whose session these headers carry, in the team they look at. */
export async function findPerson(headers: Headers): Promise<Caller | null> {
  const found = await auth().api.getSession({ headers });
  if (!found) return null;
  const membership = await findMembership(found.user.id, found.session.activeOrganizationId);
  return membership ? { id: found.user.id, name: found.user.name, ...membership } : null;
}
