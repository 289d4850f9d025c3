import { expect, test } from "vitest";
import { matches, paramRows, type CatalogueEntry } from "./entry";

test("parameters are told in words", () => {
  const rows = paramRows({
    $defs: { Width: { enum: [2, 4] } },
    properties: {
      bits: { $ref: "#/$defs/Width", default: 4, description: "Bits per weight." },
      ratio: { type: "number", minimum: 0.1, exclusiveMaximum: 1 },
      sequential: { type: "boolean", default: true },
      modules: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }], default: null },
    },
  });
  expect(rows).toEqual([
    { name: "bits", values: "2, 4", fallback: "4", description: "Bits per weight." },
    { name: "ratio", values: "number from 0.1 below 1", fallback: "needed", description: "" },
    { name: "sequential", values: "yes, no", fallback: "yes", description: "" },
    { name: "modules", values: "list of string or none", fallback: "none", description: "" },
  ]);
});

test("every word of a filter has to be found somewhere", () => {
  const entry: CatalogueEntry = { name: "gptq", title: "GPTQ", group: "quantization", summary: "Corrects errors", source: "Frantar 2022", available: true, reason: "", remedy: "", facts: [], params: [{ name: "group_size", values: "", fallback: "", description: "" }], code: null, href: null };
  expect(matches(entry, "")).toBe(true);
  expect(matches(entry, "FRANTAR group")).toBe(true);
  expect(matches(entry, "gptq awq")).toBe(false);
});
