import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { identify } from "./identify";
import { findTeams, writeAudit } from "./queries";
import { limits, takeOne } from "./rate-limit";
import { isReading, may, permissions, type Caller, type Permission } from "./schema";

/** Who sends a request; strangers are turned away. */
export async function recognise(headers: Headers): Promise<Caller> {
  const caller = await identify(headers);
  if (!caller) {
    throw new AppError("unauthorized", "You are not signed in.", {
      remedy: "Open the link that `npm run lab -- link` prints, or sign in; programs send `Authorization: Bearer` with the access key of data/secrets.json.",
    });
  }
  return caller;
}

/** Holds a caller to the rate limit and checks that their role is enough. */
export function authorise(caller: Caller, permission: Permission): void {
  const reading = isReading(permission);
  takeOne(`${reading ? "read" : "write"}:${caller.id}`, reading ? limits.read : limits.write);
  if (!may(caller.role, permission)) {
    throw new AppError("forbidden", `As ${caller.role} you may look, but not do this.`, {
      remedy: `Ask an owner of the team to make you ${permissions[permission]}.`,
    });
  }
}

export function noSuchExperiment(idOrName: string): AppError {
  return new AppError("not_found", `There is no experiment "${idOrName.slice(0, 120)}".`, {
    remedy: "Look at the list of experiments for the right name or id.",
  });
}

/** Another team's experiment is answered as one that does not exist. */
export async function requireOwn(caller: Pick<Caller, "team">, idsOrNames: string | readonly string[]): Promise<void> {
  const wanted = [idsOrNames].flat();
  const teams = await findTeams(wanted);
  for (const each of wanted) if (teams.get(each) !== caller.team) throw noSuchExperiment(each);
}

export interface Deed {
  action: string;
  target: string;
  requestId: string;
}

/** Puts on record what a caller did or was refused. A record that cannot be written must not undo what was done. */
export async function audit(caller: Caller, deed: Deed, outcome: string): Promise<void> {
  await writeAudit({ ...deed, outcome, teamId: caller.team, callerId: caller.id, caller: caller.name }).catch((error: unknown) =>
    log.error({ err: error, ...deed, outcome, caller: caller.id }, "could not write the audit entry"),
  );
}
