import { afterEach, expect, test, vi } from "vitest";
import { ApiError, getJson } from "./api";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: string): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status }));
}

test("a good reply is its JSON", async () => {
  answer(200, '{"a":1}');
  expect(await getJson("/x")).toEqual({ a: 1 });
});

test("an error reply keeps its message, remedy and request id", async () => {
  answer(503, JSON.stringify({ error: { code: "runner_unreachable", message: "No answer.", remedy: "Wait." }, requestId: "r1" }));
  await expect(getJson("/x")).rejects.toMatchObject({ message: "No answer.", code: "runner_unreachable", remedy: "Wait.", requestId: "r1" });
});

test.each(["<html>", "{}", ""])("an error reply of another shape (%j) is still a sentence", async (body) => {
  answer(502, body);
  const failure = await getJson("/x").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect((failure as ApiError).message).toBe("The web server answered 502.");
});
