import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { action } from "./action";

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes("generated"))
    .map((name) => join(folder, name));
}

test("every export of a server action file goes through the wrapper", () => {
  for (const file of ["app", "components", "lib"].flatMap(sources)) {
    const text = readFileSync(file, "utf8");
    if (!/^\s*["']use server["']/.test(text)) continue;
    const exported = [...text.matchAll(/^export\s+(.*)$/gm)].map((match) => match[1] ?? "");
    for (const line of exported) expect(line, `${file}: ${line}`).toMatch(/^(const \w+ = action\(|type |interface )/);
  }
});

test("bad input becomes a typed result that names the field", async () => {
  const act = action(z.object({ count: z.number().min(1, "At least one.") }), async ({ count }) => count);
  const result = await act({ count: 0 });
  expect(result).toMatchObject({ ok: false, error: { code: "invalid_input", problems: [{ field: "count", message: "At least one." }] } });
});

test("an unexpected error does not leak its text", async () => {
  const act = action(z.object({}), async () => Promise.reject(new Error("password=hunter2")));
  const result = await act({});
  expect(JSON.stringify(result)).not.toContain("hunter2");
});
