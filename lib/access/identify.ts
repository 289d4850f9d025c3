import { isTeamMode } from "./mode";
import { firstTeam, type Caller } from "./schema";
import { hasOwnerSession, isProgram } from "./session-cookie";

/** Who sends these headers; null when nobody known does. */
export async function identify(headers: Headers): Promise<Caller | null> {
  const key = process.env.PARETO_ACCESS_KEY;
  if (!key) return null;
  if (isProgram(headers, key)) return { id: "program", name: "a program with the access key", role: "owner", team: firstTeam };
  if (isTeamMode()) {
    // A single-user lab has no use for the accounts' library.
    const { findPerson } = await import("@/lib/people/session");
    return findPerson(headers);
  }
  return hasOwnerSession(headers, key) ? { id: "owner", name: "the owner", role: "owner", team: firstTeam } : null;
}
