import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchemaOf } from "./endpoint";
import { endpoints } from "./endpoints";
import { openApiDocument } from "./openapi";

const keyOf = (method: string, path: string): string => `${method} ${path}`;

test("every route of the API is described, and nothing else is", () => {
  const routes = readdirSync("app/api/v1", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("route.ts"))
    .flatMap((file) => {
      const path = `/api/v1/${file.replace(/\/route\.ts$/, "").replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, "{$1}")}`;
      return [...readFileSync(`app/api/v1/${file}`, "utf8").matchAll(/^export const (GET|POST|PUT|PATCH|DELETE) = /gm)].map((match) => keyOf(match[1] as string, path));
    });
  expect(endpoints.map(({ method, path }) => keyOf(method, path)).sort()).toEqual(routes.sort());
});

test("names of tools are distinct, and what they take is an object", () => {
  const tools = endpoints.flatMap(({ tool }) => tool ?? []);
  expect(new Set(tools).size).toBe(tools.length);
  for (const { body, tool } of endpoints) if (body && tool) expect(jsonSchemaOf(body)).toBeTypeOf("object");
});

test("the document names every operation once", () => {
  const { paths } = openApiDocument("http://127.0.0.1:3000") as { paths: Record<string, Record<string, { operationId: string }>> };
  const ids = Object.values(paths).flatMap((operations) => Object.values(operations).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(endpoints.length);
});
