import { afterAll, beforeAll, expect, test } from "vitest";
import { startModelDouble, type ModelDouble } from "@/lib/coordinator/testing/model-double";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { understandGoal } from "./understand";

let double: ModelDouble | undefined;

useTestDatabase();

beforeAll(async () => {
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENROUTER_API_KEY", "ANTHROPIC_API_KEY"]) Reflect.deleteProperty(process.env, name);
}, 60_000);

afterAll(async () => {
  await double?.close();
});

const words = "smallest that keeps 95 %, overnight, and a haiku";

test("without a language model, what the grammar does not read is handed back", async () => {
  const parsed = await understandGoal(words);
  expect(parsed.left.map(({ text }) => text)).toEqual(["overnight", "haiku"]);
  expect(parsed.plannerNote).toBeNull();
});

test("the planner reads what is left, and can change nothing that was read", async () => {
  const content = JSON.stringify({
    found: [
      { text: "overnight", meaning: { kind: "limit", limit: "budgetHours", value: 10 } },
      { text: "haiku", meaning: { kind: "constraint", objective: "accuracy", bound: 0.1, relative: true } },
      { text: "keeps 95 %", meaning: { kind: "limit", limit: "budgetHours", value: 700 } },
      { text: "haiku", meaning: { kind: "limit", limit: "maxEpisodes", value: 100_000 } },
    ],
  });
  double = await startModelDouble([{ status: 200, content }]);
  Object.assign(process.env, { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: double.baseUrl, OPENAI_MODEL: "gpt-test" });
  const parsed = await understandGoal(words);
  expect(parsed.limits).toMatchObject({ budgetHours: 10, maxEpisodes: null });
  expect(parsed.goal.constraints).toEqual([{ objective: "accuracy", bound: 0.95, relative: true }]);
  expect(parsed.understood.at(-1)).toEqual({ text: "overnight", meaning: "At most 10 h", by: "planner" });
  expect(parsed.left.map(({ text }) => text)).toEqual(["haiku"]);
});
