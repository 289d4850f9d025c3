import { referenceFunction } from "inngest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab("invoke", ({ inngest, add, until }) => {
    const readData = (event: { data: object }): Record<string, unknown> => event.data as Record<string, unknown>;
    const double = inngest.createFunction({ id: "double", triggers: [] }, async ({ event, step }) => {
      const value = await step.run("double", () => Number(readData(event).value) * 2);
      return { value };
    });
    const failing = inngest.createFunction({ id: "failing", retries: 0, triggers: [] }, async ({ step }) => {
      await step.run("bad", () => {
        throw new Error("the child failed");
      });
    });
    const slow = inngest.createFunction({ id: "slow", triggers: [] }, async ({ event, step }) => {
      const key = String(readData(event).key);
      await step.run("start", () => add(key, "child starts"));
      await step.run("wait", async () => void (await until(key, "parent timed out")));
      await step.run("end", () => add(key, "child ends"));
    });
    const call = (id: string, event: string, invocation: Record<string, unknown>) =>
      inngest.createFunction({ id, triggers: { event } }, async ({ event: { data }, step }) => {
        const key = String(data.key);
        let outcome: string;
        try {
          outcome = `result ${JSON.stringify(await step.invoke("child", { ...invocation, data: { key, value: 21 } } as never))}`;
        } catch (error) {
          outcome = `${(error as Error).name}: ${(error as Error).message}`;
        }
        await step.run("end", () => add(key, outcome));
      });
    return [
      double,
      failing,
      slow,
      call("calls-double", "invoke/double", { function: double }),
      call("calls-failing", "invoke/failing", { function: failing }),
      call("calls-unknown", "invoke/unknown", { function: referenceFunction({ functionId: "nowhere" }) }),
      inngest.createFunction({ id: "calls-slow", triggers: { event: "invoke/slow" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        const cause = await step.invoke("child", { function: slow, data: { key }, timeout: "2s" }).then(
          () => "no time-out",
          (error: Error) => error.message,
        );
        await step.run("report", () => add(key, cause));
        await step.run("let-go", () => add(key, "parent timed out"));
      }),
    ];
  });
}, TIMEOUT_MS);

afterAll(() => lab.close());

test("09 an invoked function's result", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("invoke/double", { key });
  expect(await lab.until(key, 'result {"value":42}')).toHaveLength(1);
});

test("10 an invoked function's error can be caught", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("invoke/failing", { key });
  await lab.untilTrue("an outcome", () => lab.trace(key).length > 0);
  expect(lab.trace(key)[0]).toContain("the child failed");
});

test("11 invoking an unknown function", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("invoke/unknown", { key });
  await lab.untilTrue("an outcome", () => lab.trace(key).length > 0);
  expect(lab.trace(key)[0]).toContain("could not find function with ID: conformance-invoke-nowhere");
});

test("12 an invocation times out; the child goes on", { timeout: TIMEOUT_MS }, async () => {
  const key = makeKey();
  await lab.send("invoke/slow", { key });
  const trace = await lab.until(key, "child ends");
  expect(trace[0]).toBe("child starts");
  expect(trace).toContain("Timed out waiting for invoked function to complete");
});
