import { expect, test } from "vitest";
import { modelSpecSchema } from "@/lib/experiments/schema";
import { formatCount, specRows } from "./spec-rows";

const fact = <T>(value: T, source = "files", confidence = "high") => ({ value, source, confidence });
export const spec = modelSpecSchema.parse({
  model: "pocket",
  revision: null,
  model_size_gb: fact(0.0204),
  parameters: fact(5_120_000),
  model_family: fact("llama"),
  architecture: fact("LlamaForCausalLM"),
  layers: fact(6),
  vocabulary: fact(4096),
  license: fact(null),
  gated: fact(false),
  min_vram_gb: fact(0.03, "name", "low"),
  recommended_vram_gb: fact(0.05, "name", "low"),
  preferred_methods: [],
});

test("every fact says what, from where and how sure; unknown ones say so", () => {
  const rows = specRows(spec);
  expect(rows.find((row) => row.label === "Size on disk")).toEqual({ label: "Size on disk", value: "20.4 MB", source: "from its files", confidence: "high" });
  expect(rows.find((row) => row.label === "Licence")?.value).toBe("not known");
  expect(rows.find((row) => row.label === "Gated")?.value).toBe("no");
  expect(rows.find((row) => row.label === "GPU memory, least")).toMatchObject({ source: "guessed from the name", confidence: "low" });
});

test.each([
  [950, "950"],
  [5_120_000, "5.12 M"],
  [1_100_000_000, "1.10 B"],
])("%i counts as %s", (value, text) => expect(formatCount(value)).toBe(text));
