import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startModelDouble, type ModelDouble } from "@/lib/coordinator/testing/model-double";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { launchSchema } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { createExperiment } from "@/lib/experiments/write-queries";
import { consult } from "./consult";
import { allTools } from "./tools";

let folder: string;
let double: ModelDouble | undefined;
const scope = { team: "lab", author: "Ada" };

useTestDatabase();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pareto-agents-"));
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENROUTER_API_KEY", "ANTHROPIC_API_KEY"]) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, { PARETO_DATA: folder });
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1 });
  await createExperiment(launch, "theirs", testView().spec, "others");
  await createExperiment(launch, "ours", testView().spec);
}, 60_000);

afterAll(async () => {
  await double?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (name: string, input: unknown): Promise<unknown> => allTools.find((tool) => tool.name === name)?.run(input, scope) ?? Promise.reject(new Error(name));

test("without a language model an agent says so, and its tools still work", async () => {
  await expect(consult("evaluation", "What is on the front?", null, scope)).rejects.toThrow("The language model cannot be used");
  expect(await run("list_workspace", {})).toEqual([]);
  expect(await run("read_figures", { experiment: "ours" })).toMatchObject({ name: "ours", solutions: [] });
});

test("another team's experiment does not exist for a tool", async () => {
  await expect(run("read_figures", { experiment: "theirs" })).rejects.toThrow('There is no experiment "theirs"');
  await expect(run("write_note", { title: "A note", text: "Something.", evidence: [{ experiment: "theirs", episode: 0 }] })).rejects.toThrow("There is no experiment");
  await expect(run("write_note", { title: "A note", text: "Something.", evidence: [{ experiment: "ours", episode: 7 }] })).rejects.toThrow("ours has no episode 7");
});

test("an agent calls its tools, gets their refusals as answers, and comes to words", async () => {
  double = await startModelDouble([
    { status: 200, toolCalls: [{ name: "read_figures", input: { experiment: "theirs" } }] },
    { status: 200, toolCalls: [{ name: "read_figures", input: { experiment: "ours" } }] },
    { status: 200, content: "Nothing is measured yet." },
  ]);
  Object.assign(process.env, { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: double.baseUrl, OPENAI_MODEL: "gpt-test" });
  expect(await consult("evaluation", "What is on the front?", null, scope)).toMatchObject({ agent: "evaluation", answer: "Nothing is measured yet.", model: "gpt-test", tokens: 360 });
  const said = JSON.stringify(double.requests[2]?.body.messages);
  expect(said).toContain('There is no experiment \\\\\\"theirs');
  expect(said).toContain("ours");
  // Only the specialist's own tools are offered.
  const offered = JSON.stringify(double.requests[0]?.body.tools);
  expect(offered).toContain("compare_models");
  expect(offered).not.toContain("configure_lora");
});
