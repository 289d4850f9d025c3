import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENT_KEY, makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab("events", ({ inngest, add, until }) => [
    inngest.createFunction({ id: "match", triggers: { event: "events/match" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      await step.run("start", () => add(key, "start"));
      const found = await step.waitForEvent("answer", { event: "events/answer", match: "data.key", timeout: "1m" });
      await step.run("end", () => add(key, `end ${found?.name} ${found?.data.value}`));
    }),
    inngest.createFunction({ id: "if", triggers: { event: "events/if" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      await step.run("start", () => add(key, "start"));
      const found = await step.waitForEvent("verdict", {
        event: "events/verdict",
        if: "async.data.key == event.data.key && async.data.verdict.passed == true",
        timeout: "1m",
      });
      await step.run("end", () => add(key, `end ${found?.data.value}`));
    }),
    inngest.createFunction({ id: "time-out", triggers: { event: "events/time-out" } }, async ({ event, step }) => {
      const found = await step.waitForEvent("never", { event: "events/never", timeout: "1s" });
      await step.run("end", () => add(String(event.data.key), `end ${found}`));
    }),
    inngest.createFunction({ id: "wait-and-send", triggers: { event: "events/wait-and-send" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const [, found] = await Promise.all([
        step.sendEvent("send", { name: "events/echo", data: { key } }),
        step.waitForEvent("echo", { event: "events/echo", match: "data.key", timeout: "20s" }),
      ]);
      await step.run("end", () => add(key, `end ${found?.name ?? "lost"}`));
    }),
    inngest.createFunction({ id: "before", triggers: { event: "events/before" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      await step.run("hold", async () => {
        add(key, "start");
        await until(key, "release");
      });
      const found = await step.waitForEvent("early", { event: "events/early", match: "data.key", timeout: "1s" });
      await step.run("end", () => add(key, `end ${found}`));
    }),
    inngest.createFunction({ id: "idempotent", idempotency: "event.data.order", triggers: { event: "events/idempotent" } }, async ({ event, step }) => {
      await step.run("end", () => add(String(event.data.key), String(event.data.order)));
    }),
    inngest.createFunction({ id: "same-id", triggers: { event: "events/same-id" } }, async ({ event, step }) => {
      await step.run("end", () => add(String(event.data.key), String(event.data.value)));
    }),
  ]);
}, TIMEOUT_MS);

afterAll(() => lab.close());

test("04 waitForEvent by match; other ids are ignored", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("events/match", { key });
  await lab.until(key, "start");
  await delay(1_000);
  await lab.send("events/answer", { key: makeKey(), value: "of another" });
  await lab.send("events/answer", { key, value: "mine" });
  expect(await lab.until(key, "end events/answer mine")).toHaveLength(2);
});

test("05 an expression over a missing attribute is no match", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("events/if", { key });
  await lab.until(key, "start");
  await delay(1_000);
  await lab.send("events/verdict", { key, value: "none" });
  await lab.send("events/verdict", { key, value: "failed", verdict: { passed: false } });
  await lab.send("events/verdict", { key, value: "passed", verdict: { passed: true } });
  expect(await lab.until(key, "end passed")).toHaveLength(2);
});

test("06 a wait that times out gives null", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("events/time-out", { key });
  expect(await lab.until(key, "end null")).toEqual(["end null"]);
});

test("07 a wait and a send in parallel lose nothing", { timeout: TIMEOUT_MS }, async () => {
  const keys = Array.from({ length: 10 }, makeKey);
  await Promise.all(keys.map((key) => lab.send("events/wait-and-send", { key })));
  for (const key of keys) expect(await lab.until(key, "end events/echo")).toHaveLength(1);
});

test("08 an event before the wait is not matched", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("events/before", { key });
  await lab.until(key, "start");
  await lab.send("events/early", { key });
  await delay(500);
  lab.add(key, "release");
  expect(await lab.until(key, "end null")).toHaveLength(3);
});

test("26 an idempotency expression starts one run", { timeout: TIMEOUT_MS }, async () => {
  const [key, order] = [makeKey(), makeKey()];
  await lab.send("events/idempotent", { key, order });
  await lab.send("events/idempotent", { key, order });
  await lab.until(key, order);
  await lab.send("events/idempotent", { key, order: `${order}-next` });
  expect(await lab.until(key, `${order}-next`)).toEqual([order, `${order}-next`]);
});

test("27 the same event id starts one run", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("events/same-id", { key, value: "first" }, `id-${key}`);
  await lab.send("events/same-id", { key, value: "again" }, `id-${key}`);
  await lab.until(key, "first");
  await lab.send("events/same-id", { key, value: "last" });
  expect(await lab.until(key, "last")).toEqual(["first", "last"]);
});

test("33 an invalid event gets 400", { timeout: TIMEOUT_MS }, async () => {
  for (const body of ["not json", "{}", '{"name":""}', '{"name":7,"data":{}}']) {
    const reply = await fetch(`${lab.baseUrl}/e/${EVENT_KEY}`, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect([body, reply.status]).toEqual([body, 400]);
  }
});
