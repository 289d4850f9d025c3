import { NonRetriableError, RetryAfterError } from "inngest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab("steps", ({ inngest, add }) => [
    inngest.createFunction({ id: "order", triggers: { event: "steps/order" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      const first = await step.run("first", () => {
        add(key, "first");
        return 1;
      });
      const second = await step.run("second", () => {
        add(key, "second");
        return first + 1;
      });
      const third = await step.run("third", () => {
        add(key, "third");
        return second + 1;
      });
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
