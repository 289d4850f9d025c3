import { expect, test, vi } from "vitest";
import { z } from "zod";
import { action } from "./action";

process.env.PARETO_ACCESS_KEY = "k".repeat(64);
// Outside of a request Next has no headers to give.
vi.mock("next/headers", () => ({ headers: async () => new Headers({ authorization: `Bearer ${"k".repeat(64)}` }) }));

const guard = { name: "test", permission: "lab:read" } as const;

test("bad input becomes a typed result that names the field", async () => {
  const act = action(guard, z.object({ count: z.number().min(1, "At least one.") }), async ({ count }) => count);
  const result = await act({ count: 0 });
  expect(result).toMatchObject({ ok: false, error: { code: "invalid_input", problems: [{ field: "count", message: "At least one." }] } });
});

test("an unexpected error does not leak its text", async () => {
  const act = action(guard, z.object({}), async () => Promise.reject(new Error("password=hunter2")));
  const result = await act({});
  expect(JSON.stringify(result)).not.toContain("hunter2");
});
