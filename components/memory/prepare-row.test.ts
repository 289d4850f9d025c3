import { expect, test } from "vitest";
import { objectiveKeys } from "@/lib/domain/objectives";
import type { MemoryRow } from "@/lib/skills/schema";
import { prepareRow } from "./prepare-row";

const ranges = (value: number, half: number) => Object.fromEntries(objectiveKeys.map((key) => [key, { value, low: value - half, high: value + half }])) as NonNullable<MemoryRow["ratios"]>;

const row: MemoryRow = {
  id: "1",
  experimentId: "0196a000-0000-7000-8000-000000000000",
  experiment: "pocket_science",
  episode: 3,
  importedFrom: null,
  here: true,
  similarity: null,
  model: "pocket",
  revision: "abc",
  family: "llama",
  parameters: 5e6,
  layers: 6,
  device: "CPU",
  benchmarks: [],
  itemLimit: null,
  goal: {},
  label: "GPTQ 4-bit",
  recipe: { version: 1, steps: [{ method: "gptq", params: { bits: 4 } }], runtime: "transformers" },
  ratios: ranges(0.4, 0.02),
  figures: ranges(1, 0),
  error: null,
  partial: false,
  at: "2026-11-21T10:00:00.000Z",
};

test("ratios become changes; what is better depends on the objective, and a change inside its interval is unclear", () => {
  const cells = prepareRow(row).cells!;
  expect(cells.map(({ effect }) => effect)).toEqual(["worse", "better", "better", "better", "better"]);
  expect(cells[1]).toMatchObject({ change: "\u221260.0 %", spread: "± 2.0" });
  expect(prepareRow({ ...row, ratios: ranges(0.99, 0.02) }).cells?.map(({ effect }) => effect)).toEqual(Array(5).fill("unclear"));
});

test("a failure says its code and cause, and an imported record has no page to go to", () => {
  const failed = prepareRow({ ...row, ratios: null, figures: null, error: { code: "out_of_memory", message: "Not enough memory." }, importedFrom: "other.json", here: false, similarity: 0.714 });
  expect(failed).toMatchObject({ cells: null, failure: "out_of_memory: Not enough memory.", note: "from other.json", similarity: "71 %", source: { href: null } });
});
