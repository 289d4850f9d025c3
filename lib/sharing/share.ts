import { createHash, randomBytes } from "node:crypto";
import { noSuchExperiment, requireOwn } from "@/lib/access/admit";
import { readCookie, writeCookie } from "@/lib/access/cookies";
import { isSame, seal } from "@/lib/access/tokens";
import type { Caller } from "@/lib/access/schema";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { getExperimentPage } from "@/lib/experiments/page-queries";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import { requireHead } from "@/lib/experiments/run";
import type { ErrorInfo } from "@/lib/experiments/schema";
import { findShare, insertShare, revoke, type StoredShare } from "./queries";
import type { Share } from "./schema";

const cookieSeconds = 30 * 86_400;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes a link. Its token is in the answer and nowhere else: who loses it makes a new one. */
export async function createShare(input: Share, caller: Caller): Promise<{ id: string; url: string }> {
  await requireOwn(caller, input.experiments);
  const experiments = await Promise.all(input.experiments.map((each) => requireHead(each)));
  const token = randomBytes(32).toString("base64url");
  const { id } = await insertShare({
    teamId: caller.team,
    title: input.title || experiments.map(({ name }) => name).join(", ").slice(0, 120),
    experimentIds: experiments.map((each) => each.id),
    view: viewOf(input.view),
    snapshot: input.frozen ? await Promise.all(experiments.map((each) => readPage(each.id))) : null,
    embeddable: input.embeddable,
    tokenHash: hashOf(token),
    createdBy: caller.name,
    expiresAt: input.days === null ? null : new Date(Date.now() + input.days * 86_400_000),
  });
  return { id, url: `${env().PARETO_WEB_URL}/share/${token}` };
}

/** The page's query without what the link itself says: which experiments it shows, and where. */
function viewOf(query: string): string {
  const search = new URLSearchParams(query);
  for (const name of ["ids", "of", "embed"]) search.delete(name);
  return search.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

export async function revokeShare(id: string, caller: Caller): Promise<{ id: string }> {
  if (!uuid.test(id) || !(await revoke(id, caller.team))) {
    throw new AppError("not_found", "There is no such link.", { remedy: "Look at the list of links of the experiment." });
  }
  return { id };
}

/** What a link's token is exchanged for; null for one that is unknown, expired or revoked, which look the same. */
export async function exchangeToken(token: string, loopbackOrHttps: boolean): Promise<{ location: string; cookie: string } | null> {
  const share = await findShare({ tokenHash: hashOf(token) });
  if (!share || !isOpen(share)) return null;
  const path = `/share/${share.id}`;
  const cookie = writeCookie(cookieName(share), cookieOf(share), { path, seconds: cookieSeconds, sameSite: share.embeddable && loopbackOrHttps ? "None" : "Lax" });
  return { location: `${path}${share.view ? `?${share.view}` : ""}`, cookie };
}

/** The link that a reader opened before, as long as it is open; the cookie shows that they had its token. */
export async function openShare(id: string, headers: Headers): Promise<StoredShare | null> {
  const share = uuid.test(id) ? await findShare({ id }) : null;
  const given = readCookie(headers, "pareto_share") ?? readCookie(headers, "pareto_embed") ?? "";
  const genuine = isSame(given, cookieOf(share ?? { id, tokenHash: "" }));
  return share && genuine && isOpen(share) ? share : null;
}

/** One experiment of a link, as it is or as it was. */
export async function sharedExperiment(share: StoredShare, experimentId: string): Promise<ExperimentPageView | null> {
  if (!share.experimentIds.includes(experimentId)) return null;
  if (share.snapshot) return share.snapshot.find(({ id }) => id === experimentId) ?? null;
  return readPage(experimentId);
}

/** Where things lie on this machine is nobody's business, and errors may tell it too. */
export function forStrangers<V extends ExperimentPageView>(view: V): V {
  return { ...view, folder: "", error: withoutDetails(view.error), episodes: view.episodes.map((episode) => ({ ...episode, error: withoutDetails(episode.error) })) };
}

export function withoutDetails(error: ErrorInfo | null): ErrorInfo | null {
  return error && { ...error, details: {} };
}

async function readPage(experimentId: string): Promise<ExperimentPageView> {
  const page = await getExperimentPage(experimentId);
  if (!page) throw noSuchExperiment(experimentId);
  return forStrangers(page);
}

/** The link that a request for one of its experiments came by; anything else is answered as not there. */
export async function requireShared(request: Request, { id, experiment }: { id: string; experiment: string }): Promise<StoredShare> {
  const share = await openShare(id, request.headers);
  if (!share?.experimentIds.includes(experiment)) throw noSuchExperiment(experiment);
  return share;
}

/**
 * What was measured does not change, so a frozen link reads solutions as they are now, but only those that it shows:
 * of later ones it tells nothing.
 */
export async function requireShown(share: StoredShare, experimentId: string, numbers: readonly number[]): Promise<void> {
  const shown = new Set((await sharedExperiment(share, experimentId))?.solutions.map(({ number }) => number));
  const missing = numbers.find((number) => !shown.has(number));
  if (missing !== undefined) throw new AppError("not_found", `There is no solution ${missing}.`, { remedy: "Choose a number from the table of solutions." });
}

function isOpen({ revokedAt, expiresAt }: StoredShare): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt.getTime() > Date.now());
}

/** The name tells the proxy, which does not ask the database, that other sites may frame the page. */
function cookieName({ embeddable }: StoredShare): string {
  return embeddable ? "pareto_embed" : "pareto_share";
}

function cookieOf({ id, tokenHash }: { id: string; tokenHash: string }): string {
  return seal(process.env.PARETO_ACCESS_KEY ?? "", `share:${id}:${tokenHash}`);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
