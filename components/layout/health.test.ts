import { expect, test } from "vitest";
import { healthSchema, overallHealth } from "./health";

const part = { ok: true, detail: "answers" };

test("one part that is away makes the whole need attention, whatever the summary says", () => {
  const health = healthSchema.parse({ status: "ok", web: part, runner: { ok: false, detail: "no answer" }, engine: part, database: part });
  expect(overallHealth(health, false)).toBe("degraded");
  expect(overallHealth({ ...health, runner: part }, false)).toBe("ok");
});

test("no answer yet is not known, a failed question is not reachable", () => {
  expect(overallHealth(undefined, false)).toBe("unknown");
  expect(overallHealth(undefined, true)).toBe("unreachable");
});

test("a part of another shape is unknown instead of breaking the page", () => {
  expect(healthSchema.parse({ status: "degraded", runner: "fine" }).runner).toBeUndefined();
});
