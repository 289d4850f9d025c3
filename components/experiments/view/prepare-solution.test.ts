import { describe, expect, it } from "vitest";
import { figure, solution } from "@/components/testing/solutions";
import { artifactRecordSchema } from "@/lib/experiments/schema";
import { prepareAttempts, prepareSolution } from "./prepare-solution";

const textOf = (sections: ReturnType<typeof prepareSolution>) => sections.map(({ title, rows }) => [title, ...rows.map(({ label, value, note }) => [label, value, note].filter(Boolean).join(" | "))]);

describe("prepareSolution", () => {
  it("leaves out what was not measured", () => {
    const sections = prepareSolution(solution(1, {}), null);
    expect(sections.map(({ title }) => title)).toEqual(["Accuracy", "Speed and memory", "Origin"]);
    expect(JSON.stringify(textOf(sections))).not.toMatch(/null|undefined|NaN/);
  });

  it("sets the runtime's own gain apart and gives differences with their intervals", () => {
    const measured = solution(
      3,
      { latency_ms: 1, memory_gb: 0.02, model_size_gb: 0.01 },
      {
        recipe: { version: 1, runtime: "onnxruntime", steps: [{ method: "gptq", params: { bits: 4 } }] },
        accuracyDelta: figure(-0.012, 0.008),
        reference: { runtime: "onnxruntime", dtype: "float32", latency_ms: figure(4), memory_gb: figure(0.04), model_size_gb: figure(0.04) },
      },
    );
    measured.figures.latency_ms.extra = { p50_ms: 1, p95_ms: 1.5, p99_ms: 2, prefill_ms: 5, batch_tokens_per_second: { "1": 1000, "8": 4000, "32": "no room" }, roofline: 0.41 };
    const range = { value: 2, low: 1, high: 3 };
    const artifact = artifactRecordSchema.parse({
      hash: "a",
      size_bytes: 1,
      format: "onnx",
      loads: [{ runtime: "onnxruntime", loaded: true }],
      estimate: { estimate: { memory_gb: range, seconds: range, artifact_gb: range }, memory_gb: 1.5, seconds: 2, artifact_gb: 0.01 },
    });
    const text = JSON.stringify(textOf(prepareSolution(measured, artifact)));
    expect(text).toContain("Uncompressed (float32) in ONNX Runtime");
    expect(text).toContain("Latency | 4.00 ms/token | this solution −75.0 %");
    expect(text).toContain("−1.2 ± 0.80 points to the baseline");
    expect(text).toContain("1,000 at 1 · 4,000 at 8");
    expect(text).toContain("41 %");
    expect(text).toContain("Loads in ONNX Runtime | yes, tried");
    expect(text).toContain("Time | 2.0 s | estimated 1.0 s to 3.0 s");
  });
});

describe("prepareAttempts", () => {
  it("counts the attempts, says why there was more than one, and what became of the steps", () => {
    const artifact = artifactRecordSchema.parse({ hash: "a", size_bytes: 1, format: "onnx", retries: ["Not enough memory. Tried again with half of the batch."], steps: [{ method: "gptq", taken: true }, { method: "magnitude", taken: false, reason: "perplexity_ratio was 1.2" }] });
    expect(prepareAttempts(artifact, false)).toEqual([
      { label: "Attempts", value: "2", note: "" },
      { label: "Step magnitude", value: "not taken", note: "perplexity_ratio was 1.2" },
      { label: "Tried again", value: "Not enough memory. Tried again with half of the batch." },
    ]);
    expect(prepareAttempts(null, false)[0]?.value).toMatch(/nothing had to be made/);
    expect(prepareAttempts(null, true)[0]?.value).toMatch(/taken over/);
  });
});
