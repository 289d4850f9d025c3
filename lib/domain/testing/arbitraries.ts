import fc from "fast-check";
import type { Figures } from "../objectives";

/** Coarse steps, so that ties and equal points come up often. */
const step = (most: number) => fc.integer({ min: 1, max: most * 10 }).map((n) => n / 10);

export const figuresArbitrary: fc.Arbitrary<Figures> = fc.record({
  accuracy: step(1),
  latency_ms: step(2),
  memory_gb: step(2),
  model_size_gb: step(2),
  co2_grams: step(2),
});
