import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;
const MEGABYTE = 1024 * 1024;

beforeAll(async () => {
  lab = await startLab("steps", ({ inngest, add, until }) => [
    inngest.createFunction({ id: "order", triggers: { event: "steps/order" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const run = (id: string, value: number): Promise<number> =>
        step.run(id, () => {
          add(key, id);
          return value + 1;
        });
      const third = await run("third", await run("second", await run("first", 0)));
      await step.run("end", () => add(key, `end ${third}`));
    }),
    inngest.createFunction({ id: "repeat", triggers: { event: "steps/repeat" } }, async ({ event, step }) => {
      const values: number[] = [];
      for (let index = 0; index < 3; index++) {
        values.push(
          await step.run("same", () => {
            add(String(event.data.key), `ran ${index}`);
            return index;
          }),
        );
      }
      await step.run("end", () => add(String(event.data.key), `end ${values.join("")}`));
    }),
    inngest.createFunction({ id: "sleep", triggers: { event: "steps/sleep" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const before = await step.run("before", () => Date.now());
      await step.sleep("nap", "1s");
      const after = await step.run("after", () => Date.now());
      await step.sleepUntil("past", new Date(Date.now() - 60_000));
      await step.run("end", () => add(key, after - before >= 1_000 ? "slept" : `only ${after - before} ms`));
      await step.run("last", () => add(key, "end"));
    }),
    inngest.createFunction({ id: "parallel", triggers: { event: "steps/parallel" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const values = await Promise.all(
        ["a", "b", "c"].map((id) =>
          step.run(id, () => {
            add(key, id);
            return id;
          }),
        ),
      );
      await step.run("end", () => add(key, `end ${values.join("")}`));
    }),
    inngest.createFunction({ id: "chains", triggers: { event: "steps/chains" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const chain = async (name: string): Promise<string> => {
        const first = await step.run(`${name}1`, () => void add(key, `${name}1`));
        await step.run(`${name}2`, () => void add(key, `${name}2`));
        return `${name}${first ?? ""}`;
      };
      const both = await Promise.all([chain("a"), chain("b")]);
      const winner = await Promise.race([
        step.run("slow", async () => {
          await until(key, "quick");
          // The race is decided by the order in which the engine hears of the results, a moment after they exist.
          await delay(1_500);
          add(key, "slow");
          return "slow";
        }),
        step.run("quick", () => {
          add(key, "quick");
          return "quick";
        }),
      ]);
      await step.run("end", () => add(key, `end ${both.join("")} ${winner}`));
    }),
    inngest.createFunction({ id: "race", triggers: { event: "steps/race" } }, async ({ event, step, group }) => {
      const key = String(event.data.key);
      const winner = await group.parallel({ mode: "race" }, () =>
        Promise.race([
          step.run("slow", async () => {
            await until(key, "release");
            add(key, "slow");
            return "slow";
          }),
          step.run("quick", () => {
            add(key, "quick");
            return "quick";
          }),
        ]),
      );
      await step.run("after", () => add(key, `after ${winner}`));
      await step.run("end", () => add(key, "end"));
    }),
    inngest.createFunction({ id: "large", triggers: { event: "steps/large" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      let characters = 0;
      for (const letter of ["a", "b", "c", "d", "e"]) {
        const output = await step.run(letter, () => {
          add(key, letter);
          return letter.repeat(MEGABYTE);
        });
        if (output.startsWith(letter)) characters += output.length;
      }
      await step.run("end", () => add(key, `end ${characters / MEGABYTE}`));
    }),
  ]);
}, TIMEOUT_MS);

afterAll(() => lab.close());

test("01 steps in order, each memoized", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/order", { key });
  expect(await lab.until(key, "end 3")).toEqual(["first", "second", "third", "end 3"]);
});

test("02 a repeated id gets :n", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/repeat", { key });
  expect(await lab.until(key, "end 012")).toEqual(["ran 0", "ran 1", "ran 2", "end 012"]);
});

test("03 a sleep lasts at least 1 s; sleepUntil in the past returns at once", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/sleep", { key });
  expect(await lab.until(key, "end")).toEqual(["slept", "end"]);
});

test("19 parallel steps are planned and run once each", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/parallel", { key });
  const trace = await lab.until(key, "end abc");
  expect([...trace].sort()).toEqual(["a", "b", "c", "end abc"]);
});

test("20 chains and Promise.race go in lockstep", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/chains", { key });
  const trace = await lab.until(key, "end ab quick");
  expect(trace).toHaveLength(7);
  expect([...trace.slice(0, 2)].sort()).toEqual(["a1", "b1"]);
  expect([...trace.slice(2, 4)].sort()).toEqual(["a2", "b2"]);
  expect(trace.slice(4)).toEqual(["quick", "slow", "end ab quick"]);
});

test("21 race mode proceeds early", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/race", { key });
  expect(await lab.until(key, "after quick")).not.toContain("slow");
  lab.add(key, "release");
  const trace = await lab.until(key, "slow");
  await lab.until(key, "end");
  expect(trace.filter((entry) => entry === "slow" || entry === "quick")).toHaveLength(2);
});

test("28 five step outputs of 1 MB", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("steps/large", { key });
  expect(await lab.until(key, "end 5")).toEqual(["a", "b", "c", "d", "e", "end 5"]);
});
