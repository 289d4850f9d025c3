import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { measureCommand, remakeCommand } from "./prepare-reproduce";

const title = { model: "pocket", benchmarks: ["a", "b"], seed: 3, itemLimit: 20 };

/** What a shell makes of a command's words. */
const wordsOf = (command: string): string[] => execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" }).trimEnd().split("\n");

test("the measurement is asked for with all its conditions, and a shell takes the recipe as one word", () => {
  const recipe = { version: 1 as const, steps: [{ method: "gptq", params: { note: "it's $(here)", bits: 4 } }], runtime: "onnxruntime" };
  const words = wordsOf(measureCommand({ ...title, model: "/models/my model" }, recipe));
  expect(words.slice(0, 14)).toEqual(["npm", "run", "lab", "--", "run", "--model", "/models/my model", "--dataset", "a,b", "--seed", "3", "--limit", "20", "--episodes"]);
  expect(JSON.parse(words.at(-1) as string)).toEqual(recipe);
  expect(measureCommand({ ...title, itemLimit: null }, { version: 1, steps: [], runtime: "transformers" })).toBe("npm run lab -- run --model pocket --dataset a,b --seed 3 --episodes 1 --no-reuse");
});

test("the artifact is made again from its bundle, under the name it is saved by", () => {
  expect(remakeCommand("0123456789abcdef")).toContain("reproduce 0123456789ab-bundle.json");
});
