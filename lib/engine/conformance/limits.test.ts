import canonicalize from "canonicalize";
import type { FailureEventArgs } from "inngest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signBody } from "../signature";
import { isExternal, makeKey, SIGNING_KEY, startLab, TIMEOUT_MS, type Lab } from "./lab";

let lab: Lab;
const MEGABYTE = 1024 * 1024;

beforeAll(async () => {
  lab = await startLab("limits", ({ inngest, add }) => {
    const onFailure = ({ event, error }: FailureEventArgs): void => add(String(event.data.event.data.key), error.message);
    return [
      inngest.createFunction({ id: "step", retries: 0, onFailure, triggers: { event: "limits/step" } }, async ({ event, step }) => {
        await step.run("huge", () => "x".repeat(4 * MEGABYTE + 1));
        await step.run("after", () => add(String(event.data.key), "accepted"));
      }),
      inngest.createFunction({ id: "state", retries: 0, onFailure, triggers: { event: "limits/state" } }, async ({ event, step }) => {
        await Promise.all(Array.from({ length: 9 }, (_, index) => step.run(`part-${index}`, () => "x".repeat(3.9 * MEGABYTE))));
        await step.run("after", () => add(String(event.data.key), "accepted"));
      }),
      inngest.createFunction({ id: "count", retries: 0, onFailure, triggers: { event: "limits/count" } }, async ({ event, step }) => {
        await Promise.all(Array.from({ length: 1_001 }, (_, index) => step.run(`step-${index}`, () => index)));
        await step.run("after", () => add(String(event.data.key), "accepted"));
      }),
    ];
  });
}, TIMEOUT_MS);

afterAll(() => lab.close());

// An Inngest server words its refusals in its own way, and has its own bound for the number of steps.
const CASES: [string, RegExp][] = isExternal
  ? [["step", /./]]
  : [
      ["step", /output of step "huge" is \d+ bytes; at most \d+ \(4 MB\)/],
      ["state", /exceed \d+ bytes \(32 MB\)/],
      ["count", /more than 1000 steps/],
    ];

test("29 4 MB per step, 32 MB of state, 1,000 steps: refused clearly", { timeout: TIMEOUT_MS }, async () => {
  for (const [name, message] of CASES) {
    const key = makeKey();
    await lab.send(`limits/${name}`, { key });
    await lab.untilTrue(`the failure of ${name}`, () => lab.trace(key).length > 0);
    expect(lab.trace(key)).toEqual([expect.stringMatching(message)]);
    expect(lab.trace(key)).not.toContain("accepted");
  }
});

test.skipIf(SIGNING_KEY === undefined)("30 a signed request is accepted, a forged one gets 401", { timeout: TIMEOUT_MS }, async () => {
  const body = canonicalize({ event: { name: "x", data: {} }, events: [], steps: {}, version: -1, ctx: { run_id: "forged", attempt: 0 } })!;
  const post = async (signature?: string): Promise<number> => {
    const headers = { "content-type": "application/json", ...(signature ? { "x-inngest-signature": signature } : {}) };
    const reply = await fetch(`${lab.appUrl}?fnId=conformance-limits-step&stepId=step`, { method: "POST", body, headers });
    return reply.status;
  };
  expect(await post()).toBe(401);
  expect(await post(signBody(body, `signkey-test-${"cd".repeat(32)}`))).toBe(401);
  expect(await post(signBody(body, SIGNING_KEY!, Date.now() - 10 * 60_000))).toBe(401);
  expect(await post(signBody(body, SIGNING_KEY!))).toBe(206);
});
