import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;
const busy = new Map<string, number>();
let mostBusy = 0;

beforeAll(async () => {
  lab = await startLab("control", ({ inngest, add, until }) => {
    const cancelOn = [{ event: "control/cancel", match: "data.key" }];
    return [
      inngest.createFunction({ id: "between", cancelOn, triggers: { event: "control/between" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("one", () => add(key, "one"));
        await step.waitForEvent("go", { event: "control/go", match: "data.key", timeout: "1m" });
        await step.run("two", () => add(key, "two"));
      }),
      inngest.createFunction({ id: "during", cancelOn, triggers: { event: "control/during" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("one", async () => {
          add(key, "one");
          await until(key, "release");
          add(key, "one is over");
        });
        await step.run("two", () => add(key, "two"));
      }),
      inngest.createFunction({ id: "keyed", concurrency: [{ key: "event.data.group", limit: 1 }], triggers: { event: "control/keyed" } }, async ({ event, step }) => {
        const { key, group, holder } = event.data as Record<string, string>;
        await step.run("work", async () => {
          busy.set(group!, (busy.get(group!) ?? 0) + 1);
          mostBusy = Math.max(mostBusy, busy.get(group!)!);
          add(key!, "start");
          await until(holder!, "release");
          busy.set(group!, busy.get(group!)! - 1);
        });
        await step.run("end", () => add(key!, "end"));
      }),
      inngest.createFunction({ id: "narrow-race", concurrency: 1, triggers: { event: "control/narrow-race" } }, async ({ event, step, group }) => {
        const key = String(event.data.key);
        await group.parallel({ mode: "race" }, () => Promise.race(["a", "b", "c"].map((id) => step.run(id, () => add(key, id)))));
        await step.run("end", () => add(key, "end"));
      }),
      inngest.createFunction({ id: "waits", concurrency: 1, triggers: { event: "control/waits" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("start", () => add(key, "start"));
        await step.waitForEvent("go", { event: "control/go", match: "data.key", timeout: "1m" });
        await step.sleep("nap", "1s");
        await step.run("end", () => add(key, "end"));
      }),
    ];
  });
}, TIMEOUT_MS);

afterAll(() => lab.close());

test("22 cancelOn between steps", { timeout: TIMEOUT_MS }, async () => {
  const [key, control] = [makeKey(), makeKey()];
  await lab.send("control/between", { key });
  await lab.send("control/between", { key: control });
  await lab.until(key, "one");
  await lab.until(control, "one");
  await delay(1_000);
  await lab.send("control/cancel", { key });
  await delay(1_000);
  await lab.send("control/go", { key });
  await lab.send("control/go", { key: control });
  await lab.until(control, "two");
  await delay(500);
  expect(lab.trace(key)).toEqual(["one"]);
});

test("23 cancelOn during a step: the response is dropped, the next step does not run", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("control/during", { key });
  await lab.until(key, "one");
  await lab.send("control/cancel", { key });
  await delay(1_000);
  lab.add(key, "release");
  await lab.until(key, "one is over");
  await delay(1_000);
  expect(lab.trace(key)).toEqual(["one", "release", "one is over"]);
});

test("24 a concurrency key with limit 1; other keys are free", { timeout: TIMEOUT_MS }, async () => {
  const [first, second, third, other, group, holder] = Array.from({ length: 6 }, makeKey) as [string, string, string, string, string, string];
  await lab.send("control/keyed", { key: first, group, holder });
  await lab.until(first, "start");
  await lab.send("control/keyed", { key: second, group, holder });
  await lab.send("control/keyed", { key: third, group, holder });
  await lab.send("control/keyed", { key: other, group: makeKey(), holder });
  await lab.until(other, "start");
  await delay(500);
  expect([...lab.trace(second), ...lab.trace(third)]).toEqual([]);
  lab.add(holder, "release");
  for (const key of [first, second, third, other]) await lab.until(key, "end");
  expect(mostBusy).toBe(1);
});

test("a race whose discoveries wait for a slot goes on", { timeout: TIMEOUT_MS }, async () => {
  const keys = [makeKey(), makeKey(), makeKey()];
  for (const key of keys) await lab.send("control/narrow-race", { key });
  for (const key of keys) expect([...(await lab.until(key, "end"))].filter((entry) => entry === "end")).toHaveLength(1);
});

test("25 waiting or sleeping runs hold no slot", { timeout: TIMEOUT_MS }, async () => {
  const keys = [makeKey(), makeKey(), makeKey()];
  for (const key of keys) await lab.send("control/waits", { key });
  for (const key of keys) await lab.until(key, "start");
  await delay(1_000);
  for (const key of keys) await lab.send("control/go", { key });
  for (const key of keys) expect(await lab.until(key, "end")).toHaveLength(2);
});
