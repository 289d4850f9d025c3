import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { prepareProgress } from "./prepare-progress";

const trace = [0.1, 0.1, null, 0.3].map((hypervolume, number) => ({ number, hypervolume, status: hypervolume === null ? ("failed" as const) : ("done" as const) }));

test("the volume is kept where it changed; failures have a place of their own", () => {
  expect(prepareProgress(trace, [])).toMatchObject({ first: 0, last: 3, volumes: [{ number: 0, value: 0.1 }, { number: 3, value: 0.3 }], failed: [2], improvements: [] });
});

test("an episode improves what it is best at so far, for certain only beyond both intervals", () => {
  const { improvements } = prepareProgress(trace, [
    solution(0, { latency_ms: 4, accuracy: 0.5 }),
    solution(1, { latency_ms: 2, accuracy: 0.51 }),
    solution(3, { latency_ms: 3, accuracy: 0.4, memory_gb: 0.01 }),
    solution(4, { latency_ms: 0.1 }, { feasible: false }),
  ]);
  expect(improvements).toEqual([
    { number: 1, key: "accuracy", certain: false },
    { number: 1, key: "latency_ms", certain: true },
    { number: 3, key: "memory_gb", certain: true },
  ]);
});
