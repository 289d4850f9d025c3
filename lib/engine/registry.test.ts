import { expect, test } from "vitest";
import { countMaxAttempts, parseFunctions, RegistrationError } from "./registry";

const plain = { id: "app-fn", name: "fn", triggers: [{ event: "a/b" }], steps: { step: { id: "step", name: "step", runtime: { type: "http", url: "http://app" } } } };

test.each([
  ["batchEvents", { batchEvents: { maxSize: 2, timeout: "1s" } }],
  ["rateLimit", { rateLimit: { limit: 1, period: "1s" } }],
  ["throttle", { throttle: { limit: 1, period: "1s" } }],
  ["debounce", { debounce: { period: "1s" } }],
  ["priority", { priority: { run: "1" } }],
  ["singleton", { singleton: { mode: "skip" } }],
  ["timeouts", { timeouts: { finish: "1h" } }],
  ["cron", { triggers: [{ cron: "* * * * *" }] }],
  ["ws", { steps: { step: { ...plain.steps.step, runtime: { type: "ws", url: "ws://app" } } } }],
  ["account", { concurrency: [{ limit: 1, scope: "account", key: "'x'" }] }],
  ["anOptionOfTheFuture", { anOptionOfTheFuture: true }],
])("%s is refused at registration", (word, option) => {
  const register = (): unknown => parseFunctions([{ ...plain, ...option }]);
  expect(register).toThrow(RegistrationError);
  expect(register).toThrow(new RegExp(`app-fn: .*${word}.* needs an Inngest server; set INNGEST_BASE_URL`));
});

test("every problem is named at once", () => {
  const broken = { ...plain, id: "app-other", idempotency: "event.data.(", cancel: [{ event: "x", timeout: "soon" }] };
  expect(() => parseFunctions([{ ...plain, priority: { run: "1" } }, broken])).toThrow(/app-fn: .*; app-other: .*not valid.*; app-other: .*"soon"/);
});

test("N retries are N+1 attempts, and five where none are given", () => {
  const [some, none] = parseFunctions([{ ...plain, steps: { step: { ...plain.steps.step, retries: { attempts: 2 } } } }, plain]);
  expect([countMaxAttempts(some!), countMaxAttempts(none!)]).toEqual([3, 5]);
});
