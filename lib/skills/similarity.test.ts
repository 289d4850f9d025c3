import fc from "fast-check";
import { expect, test } from "vitest";
import { objectiveKeys } from "@/lib/domain/objectives";
import { similarity, type Circumstances } from "./similarity";

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  revision: fc.option(fc.constantFrom("a", "b", "c"), { nil: null }),
  family: fc.constantFrom("llama", "gpt2", "qwen2", ""),
  parameters: fc.option(fc.double({ min: 1e3, max: 1e13, noNaN: true }), { nil: null }),
  device: fc.constantFrom("AMD EPYC, 1 thread on 2 cores", "Intel Xeon, 8 threads on 8 cores", "NVIDIA H200", "NVIDIA T4", ""),
  benchmarks: fc.array(fc.constantFrom("mmlu", "arc", "gsm8k", "pocket_science"), { maxLength: 5 }),
  goal: fc.dictionary(fc.constantFrom(...objectiveKeys), fc.double({ min: 0, max: 1e6, noNaN: true })) as fc.Arbitrary<Circumstances["goal"]>,
});

const pocket: Circumstances = {
  revision: "a",
  family: "llama",
  parameters: 5e6,
  device: "AMD EPYC, 1 thread on 2 cores",
  benchmarks: ["pocket_science"],
  goal: {},
};

test("similarity lies between 0 and 1 and is symmetric", () => {
  fc.assert(
    fc.property(circumstances, circumstances, (a, b) => {
      const value = similarity(a, b);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
      expect(similarity(b, a)).toBeCloseTo(value, 12);
    }),
  );
});

test("everything with a known feature is 1 for itself", () => {
  fc.assert(
    fc.property(circumstances.filter(({ family }) => family !== ""), (a) => {
      expect(similarity(a, a)).toBeCloseTo(1, 12);
    }),
  );
});

test("each difference takes away, and what is unknown neither adds nor takes", () => {
  const others: Partial<Circumstances>[] = [
    { revision: "b", family: "gpt2" },
    { revision: "b", parameters: 5e7 },
    { device: "NVIDIA H200" },
    { benchmarks: ["mmlu"] },
    { goal: { accuracy: 100 } },
  ];
  for (const change of others) expect(similarity(pocket, { ...pocket, ...change })).toBeLessThan(1);
  expect(similarity(pocket, { ...pocket, revision: "b", parameters: 1e7 })).toBeGreaterThan(similarity(pocket, { ...pocket, revision: "b", parameters: 1e9 }));
  expect(similarity(pocket, { ...pocket, device: "Intel Xeon, 8 threads on 8 cores" })).toBeGreaterThan(similarity(pocket, { ...pocket, device: "NVIDIA T4" }));
  expect(similarity(pocket, { ...pocket, revision: null, parameters: null, device: "", benchmarks: [] })).toBeCloseTo(1, 12);
});

test("the same weights under two names are the same model", () => {
  expect(similarity(pocket, { ...pocket, family: "unknown", parameters: null })).toBe(1);
});
