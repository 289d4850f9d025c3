import { beforeEach, expect, test } from "vitest";
import type { Caller } from "@/lib/access/schema";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { launchSchema } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { createExperiment, markStarted, openEpisode, recordFailure, recordSolution } from "@/lib/experiments/write-queries";
import { decision, evaluation } from "@/lib/experiments/testing/measured";
import { sharedEpisode, sharedSolution } from "./details";
import { listShares } from "./queries";
import { shareSchema, type ShareInput } from "./schema";
import { createShare, exchangeToken, openShare, requireShown, revokeShare, sharedExperiment } from "./share";

const lab: Caller = { id: "owner", name: "owner", role: "owner", team: "lab" };
let id: string;

useTestDatabase({ PARETO_ACCESS_KEY: "k".repeat(64), RUNNER_KEY: "key-of-the-test", PARETO_DATA: "/srv/secret-place" });

beforeEach(async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["b"], maxEpisodes: 1, budgetHours: 1 });
  ({ id } = await createExperiment(launch, `e-${Math.random()}`, testView().spec));
  await markStarted(id);
});

const make = (over: Partial<ShareInput> = {}) => createShare(shareSchema.parse({ experiments: [id], ...over }), lab);
const tokenOf = (url: string): string => url.split("/").at(-1) as string;

/** What a browser would send after it opened the link. */
async function opened(url: string): Promise<{ headers: Headers; location: string; cookie: string }> {
  const answer = await exchangeToken(tokenOf(url), true);
  if (!answer) throw new Error("the link did not open");
  return { ...answer, headers: new Headers({ cookie: answer.cookie.split(";")[0] as string }) };
}

test("a token of 256 bits is kept as a hash and exchanged for a cookie of this link alone", async () => {
  const { id: share, url } = await make({ view: "?x=model_size_gb" });
  expect(Buffer.from(tokenOf(url), "base64url")).toHaveLength(32);
  expect(JSON.stringify(await db().shareLink.findMany())).not.toContain(tokenOf(url));
  const { location, cookie, headers } = await opened(url);
  expect(location).toBe(`/share/${share}?x=model_size_gb`);
  expect(cookie).toMatch(new RegExp(`Path=/share/${share};.*HttpOnly; SameSite=Lax`));
  expect(cookie).not.toContain(tokenOf(url));
  expect((await openShare(share, headers))?.id).toBe(share);
  const { id: another } = await make();
  expect(await openShare(another, headers)).toBeNull();
  expect(await openShare(share, new Headers())).toBeNull();
});

test("unknown, expired and revoked links are alike: nothing", async () => {
  const { id: share, url } = await make();
  const { headers } = await opened(url);
  expect(await exchangeToken("A".repeat(43), true)).toBeNull();
  await db().shareLink.update({ where: { id: share }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect([await exchangeToken(tokenOf(url), true), await openShare(share, headers)]).toEqual([null, null]);
  await db().shareLink.update({ where: { id: share }, data: { expiresAt: null } });
  expect(await openShare(share, headers)).not.toBeNull();
  await revokeShare(share, lab);
  expect([await exchangeToken(tokenOf(url), true), await openShare(share, headers)]).toEqual([null, null]);
  expect(await openShare("none", headers)).toBeNull();
});

test("a live link shows what is there now, a frozen one what was there; neither shows where it lies", async () => {
  const live = await make();
  const frozen = await make({ frozen: true });
  await db().experiment.update({ where: { id }, data: { status: "done" } });
  const read = async ({ id: share, url }: { id: string; url: string }) => sharedExperiment((await openShare(share, (await opened(url)).headers))!, id);
  expect((await read(live))?.status).toBe("done");
  expect((await read(frozen))?.status).toBe("running");
  for (const each of [live, frozen]) expect(JSON.stringify(await read(each))).not.toContain("secret-place");
  const share = (await openShare(live.id, (await opened(live.url)).headers))!;
  expect(await sharedExperiment(share, "01900000-0000-7000-8000-000000000001")).toBeNull();
});

test("a comparison shows all of its experiments, live or frozen, in the view that it was shared in", async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["b"], maxEpisodes: 1, budgetHours: 1 });
  const { id: second } = await createExperiment(launch, `e-${Math.random()}`, testView().spec);
  for (const frozen of [false, true]) {
    const { id: share, url } = await make({ experiments: [id, second], frozen, view: `?ids=${id},${second}&x=memory_gb&embed=1&of=${id}` });
    const { location, headers } = await opened(url);
    expect(location).toBe(`/share/${share}?x=memory_gb`);
    const open = (await openShare(share, headers))!;
    expect((await Promise.all([id, second].map((each) => sharedExperiment(open, each)))).map((view) => view?.id)).toEqual([id, second]);
  }
});

test("a frozen link tells nothing of solutions that came later", async () => {
  const { id: share, url } = await make({ frozen: true });
  const page = { ...(await sharedExperiment((await openShare(share, (await opened(url)).headers))!, id))!, solutions: [{ number: 0 }, { number: 1 }] };
  await db().shareLink.update({ where: { id: share }, data: { snapshot: [page] as object[] } });
  const open = (await openShare(share, (await opened(url)).headers))!;
  await expect(requireShown(open, id, [0, 1])).resolves.toBeUndefined();
  await expect(requireShown(open, id, [1, 2])).rejects.toMatchObject({ code: "not_found" });
});

test("another team can neither make nor see nor end a link", async () => {
  const { id: share } = await make();
  const other: Caller = { ...lab, team: "other" };
  await expect(createShare(shareSchema.parse({ experiments: [id] }), other)).rejects.toMatchObject({ code: "not_found" });
  await expect(revokeShare(share, other)).rejects.toMatchObject({ code: "not_found" });
  expect(await listShares("other")).toEqual([]);
  expect((await listShares("lab", id)).map((each) => each.id)).toEqual([share]);
});

test("only a link made for it gives the cookie that lets other sites frame the page", async () => {
  expect((await opened((await make()).url)).cookie).toContain("pareto_share=");
  expect((await opened((await make({ embeddable: true })).url)).cookie).toMatch(/pareto_embed=.*SameSite=None; Secure; Partitioned/);
});

test("solutions and episodes are read as the link shows them; a frozen one keeps the front as it was", async () => {
  const record = async (number: number, cost: number): Promise<void> => {
    const made = decision(`Recipe ${number}`, number === 0 ? [] : [{ method: "gptq", params: { bits: number } }]);
    await openEpisode(id, { number, decision: made, recipe: made.recipe!, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0 });
    if (number === 3) await recordFailure(id, number, { code: "job_failed", message: "It failed.", remedy: "", retryable: false, details: { path: "/srv/secret-place" } }, "failed");
    else await recordSolution(id, number, { evaluation: evaluation(0.8, cost), items: {}, artifactHash: null, evaluateSeconds: 1 });
  };
  await record(0, 1);
  await record(1, 0.9);
  const [live, frozen] = await Promise.all([make(), make({ frozen: true })]);
  const open = async ({ id: share, url }: { id: string; url: string }) => (await openShare(share, (await opened(url)).headers))!;
  await record(2, 0.5);
  await record(3, 0);
  expect((await sharedSolution(await open(live), id, "1"))?.solution.onFront).toBe(false);
  const kept = await sharedSolution(await open(frozen), id, "1");
  expect([kept?.solution.onFront, kept?.related.map(({ number }) => number)]).toEqual([true, [0, 1]]);
  expect(await sharedSolution(await open(frozen), id, "2")).toBeNull();
  expect((await sharedEpisode(await open(live), id, "2"))?.solutions.map(({ number }) => number)).toEqual([0, 2]);
  expect((await sharedEpisode(await open(frozen), id, "1"))?.last).toBe(1);
  expect(await sharedEpisode(await open(frozen), id, "2")).toBeNull();
  const failed = await sharedEpisode(await open(live), id, "3");
  expect(failed?.episode.error?.message).toBe("It failed.");
  expect(JSON.stringify(failed)).not.toContain("secret-place");
  for (const each of [live, frozen]) {
    expect(await sharedSolution(await open(each), "01900000-0000-7000-8000-000000000001", "1")).toBeNull();
    expect(await sharedEpisode(await open(each), "01900000-0000-7000-8000-000000000001", "1")).toBeNull();
  }
});
