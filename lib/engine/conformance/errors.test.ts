import { setTimeout as delay } from "node:timers/promises";
import { NonRetriableError, RetryAfterError, type FailureEventArgs } from "inngest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab("errors", ({ inngest, add, trace }) => {
    const count = (key: string, entry: string): number => trace(key).filter((other) => other === entry).length;
    return [
      inngest.createFunction({ id: "retries", retries: 1, triggers: { event: "errors/retries" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        const failOnce = (id: string): Promise<void> =>
          step.run(id, () => {
            add(key, id);
            if (count(key, id) === 1) throw new Error("the first attempt fails");
          });
        await failOnce("a");
        await failOnce("b");
        const message = await step
          .run("c", () => {
            add(key, "c");
            throw new Error("always fails");
          })
          .catch((error: Error) => error.message);
        await step.run("end", () => add(key, `end ${message}`));
      }),
      inngest.createFunction({ id: "retry-after", retries: 1, triggers: { event: "errors/retry-after" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("late", () => {
          add(key, `at ${Date.now()}`);
          if (trace(key).length === 1) throw new RetryAfterError("come back later", 2_000);
        });
        await step.run("end", () => add(key, "end"));
      }),
      inngest.createFunction({ id: "non-retriable", retries: 3, triggers: { event: "errors/non-retriable" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        let caught = "nothing";
        try {
          await step.run("fatal", () => {
            add(key, "fatal");
            throw new NonRetriableError("no use");
          });
        } catch (error) {
          caught = (error as Error).message;
        }
        await step.run("later", () => add(key, `caught ${caught}`));
        await step.run("end", () => add(key, "end"));
      }),
      inngest.createFunction({ id: "caught", retries: 0, triggers: { event: "errors/caught" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        try {
          await step.run("bad", () => {
            throw new TypeError("broken");
          });
        } catch (error) {
          add(key, `seen ${(error as Error).message}`);
        }
        await step.run("one", () => add(key, "one"));
        await step.run("two", () => add(key, "two"));
      }),
      inngest.createFunction(
        {
          id: "exhausted",
          retries: 1,
          triggers: { event: "errors/exhausted" },
          onFailure: ({ event, error }: FailureEventArgs) => add(String(event.data.event.data.key), `failure ${error.message}`),
        },
        async ({ event, step }) => {
          await step.run("bad", () => {
            add(String(event.data.key), "attempt");
            throw new Error("gives up");
          });
        },
      ),
      inngest.createFunction({ id: "outside", retries: 1, triggers: { event: "errors/outside" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("once", () => add(key, "once"));
        if (count(key, "throw") === 0) {
          add(key, "throw");
          throw new Error("outside of any step");
        }
        await step.run("end", () => add(key, "end"));
      }),
    ];
  });
}, TIMEOUT_MS);

afterAll(() => lab.close());

test("13 N retries are N+1 attempts, counted per step", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/retries", { key });
  expect(await lab.until(key, "end always fails")).toEqual(["a", "a", "b", "b", "c", "c", "end always fails"]);
});

test("14 RetryAfterError is obeyed", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/retry-after", { key });
  const [first, second] = (await lab.until(key, "end")).map((entry) => Number(entry.slice(3)));
  expect(second! - first!).toBeGreaterThanOrEqual(1_900);
});

test("15 NonRetriableError is not retried, and can be caught", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/non-retriable", { key });
  expect(await lab.until(key, "end")).toEqual(["fatal", "caught no use", "end"]);
});

test("16 a caught step error lets later steps run", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/caught", { key });
  const trace = await lab.until(key, "two");
  expect(trace).toContain("seen broken");
  expect(trace.filter((entry) => entry === "one")).toHaveLength(1);
});

test("17 an exhausted run calls onFailure once", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/exhausted", { key });
  await lab.until(key, "failure gives up");
  await delay(500);
  expect(lab.trace(key)).toEqual(["attempt", "attempt", "failure gives up"]);
});

test("18 a throw outside a step retries the function", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("errors/outside", { key });
  expect(await lab.until(key, "end")).toEqual(["once", "throw", "end"]);
});
