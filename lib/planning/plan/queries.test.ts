import { beforeEach, expect, test } from "vitest";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { readEvents } from "@/lib/experiments/queries";
import { launchSchema } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { createExperiment } from "@/lib/experiments/write-queries";
import { keepReflection, listReflections } from "../reflection/queries";
import { factsOf } from "../reflection/facts";
import { addPlanned, changePlan, listPlan, markProgress } from "./queries";

let counter = 0;
let id: string;

useTestDatabase();

beforeEach(async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1 });
  id = (await createExperiment(launch, `experiment-${counter++}`, testView().spec)).id;
});

const draft = (text: string) => ({ text, check: { kind: "method" as const, methods: ["gptq"], after: 0 }, evidence: [] });
const texts = async (): Promise<string[]> => (await listPlan(id)).map(({ text }) => text);
const itemOf = async (text: string): Promise<string> => (await listPlan(id)).find((item) => item.text === text)?.id ?? "";

test("a step that writes the plan a second time changes nothing", async () => {
  await addPlanned(id, [draft("a"), draft("b")], { first: true, by: "rules" });
  await addPlanned(id, [draft("c")], { first: true, by: "rules" });
  expect(await texts()).toEqual(["a", "b"]);
});

test("a person adds, moves, edits, skips, deletes and takes a deletion back", async () => {
  await addPlanned(id, [draft("a"), draft("b")], { first: true, by: "rules" });
  await changePlan(id, "Ada", { change: "add", text: "mine", before: await itemOf("b") });
  expect(await texts()).toEqual(["a", "mine", "b"]);
  await changePlan(id, "Ada", { change: "move", item: await itemOf("b"), before: await itemOf("a") });
  await changePlan(id, "Ada", { change: "edit", item: await itemOf("a"), text: "a, but later", status: "skipped" });
  expect((await listPlan(id)).map(({ text, status, author }) => [text, status, author])).toEqual([
    ["b", "todo", "planner"],
    ["a, but later", "skipped", "person"],
    ["mine", "todo", "person"],
  ]);
  const removed = await itemOf("b");
  await changePlan(id, "Ada", { change: "remove", item: removed });
  expect(await texts()).toEqual(["a, but later", "mine"]);
  // The planner does not write again what a person has deleted.
  await addPlanned(id, [draft("b")], { first: false, by: "rules" });
  expect(await texts()).toEqual(["a, but later", "mine"]);
  await changePlan(id, "Ada", { change: "restore", item: removed });
  expect(await texts()).toEqual(["b", "a, but later", "mine"]);
  await expect(changePlan(id, "Ada", { change: "remove", item: "0196a000-0000-7000-8000-000000000000" })).rejects.toThrow("no such item");
});

test("progress reaches the planner's items alone", async () => {
  await addPlanned(id, [draft("a"), draft("b")], { first: true, by: "rules" });
  await changePlan(id, "Ada", { change: "edit", item: await itemOf("b"), status: "skipped" });
  const progress = (await listPlan(id)).map((item) => ({ id: item.id, status: "done" as const, evidence: [{ episode: 1, text: "there" }] }));
  await markProgress(id, progress);
  expect((await listPlan(id)).map(({ status }) => status)).toEqual(["done", "skipped"]);
});

test("each change is an event, so that open pages read the plan again", async () => {
  await addPlanned(id, [draft("a")], { first: true, by: "rules" });
  await changePlan(id, "Ada", { change: "add", text: "mine" });
  const events = (await readEvents(id, 0)).filter(({ type }) => type === "plan.changed");
  expect(events.map(({ data }) => [data.by, data.change])).toEqual([
    ["rules", "written"],
    ["Ada", "add"],
  ]);
});

test("one reflection is kept for an episode, the first", async () => {
  const reflection = { after: 3, facts: factsOf(testView()), learnt: ["first"], next: null, by: "rules", note: null };
  await keepReflection(id, reflection);
  expect((await keepReflection(id, { ...reflection, learnt: ["second"] })).learnt).toEqual(["first"]);
  expect(await listReflections(id)).toEqual([reflection]);
});
