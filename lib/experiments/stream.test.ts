import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { applyMigrations } from "@/lib/db/migrate";
import { createTestDatabase } from "@/lib/db/test-database";
import { getExperimentPage } from "./page-queries";
import { mergeChanges, type ExperimentChanges, type ExperimentPageView } from "./page-schema";
import { launchSchema } from "./schema";
import { logFeed, pageFeed, streamExperiment, type Feed } from "./stream";
import { decision, evaluation, spec } from "./testing/measured";
import { createExperiment, markStarted, openEpisode, recordSolution } from "./write-queries";

let drop: () => Promise<void>;
let id: string;
let counter = 0;
let stop: AbortController;

beforeAll(async () => {
  const database = await createTestDatabase();
  process.env.DATABASE_URL = database.url;
  process.env.RUNNER_KEY = "key-of-the-test";
  await applyMigrations(database.url);
  drop = database.drop;
});

afterAll(async () => {
  await db().$disconnect();
  await drop();
});

beforeEach(async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1 });
  ({ id } = await createExperiment(launch, `pocket_stream_${counter++}`, spec));
  await markStarted(id);
  stop = new AbortController();
});

async function measure(number: number): Promise<void> {
  const made = decision(`Episode ${number}`, number === 0 ? [] : [{ method: "gptq", params: { bits: number } }]);
  await openEpisode(id, { number, decision: made, recipe: made.recipe!, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0 });
  await recordSolution(id, number, { evaluation: evaluation(0.8, 1 - number / 10), items: {}, artifactHash: null, evaluateSeconds: 0 });
}

/** What a stream says, until `enough` of it has come. */
async function listen(feed: Feed, after: number, enough: (said: string) => boolean): Promise<string> {
  const reader = (streamExperiment(feed, id, after, stop.signal).body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let said = "";
  while (!enough(said)) {
    const { done, value } = await reader.read();
    if (done) break;
    said += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return said;
}

const idsOf = (said: string): number[] => [...said.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
const changesOf = (said: string): ExperimentChanges[] => [...said.matchAll(/^event: changes\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data as string) as ExperimentChanges);

test("the log comes whole and in order, also to one who has been away", async () => {
  const all = listen(logFeed, 0, (said) => idsOf(said).length >= 6);
  await measure(0);
  const late = listen(logFeed, 3, (said) => idsOf(said).includes(6));
  await measure(1);
  expect(idsOf(await all)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(idsOf(await late)).toEqual([4, 5, 6]);
});

test("the changes, put one after the other into the page's view, make the view of now", async () => {
  const opened = (await getExperimentPage(id)) as ExperimentPageView;
  const heard = listen(pageFeed, opened.lastSeq, (said) => changesOf(said).at(-1)?.lastSeq === 6);
  await measure(0);
  await measure(1);
  const view = changesOf(await heard).reduce(mergeChanges, opened);
  expect(view).toEqual(JSON.parse(JSON.stringify(await getExperimentPage(id))));
  expect(view.solutions).toHaveLength(2);
});

test("many who wait for the same change are told by one read", async () => {
  await measure(0);
  const reads: number[] = [];
  const counted: Feed = {
    name: "counted",
    read: (experimentId, after) => {
      reads.push(after);
      return logFeed.read(experimentId, after);
    },
  };
  const readers = Array.from({ length: 30 }, () => listen(counted, 4, (said) => idsOf(said).includes(6)));
  await measure(1);
  for (const said of await Promise.all(readers)) expect(idsOf(said)).toEqual([5, 6]);
  expect(reads.length).toBeLessThan(30);
});

test("a reader who may no longer read is told nothing more", async () => {
  await measure(0);
  const said = await streamExperiment(logFeed, id, 0, stop.signal, () => Promise.resolve(false)).text();
  expect(idsOf(said)).toEqual([]);
});
