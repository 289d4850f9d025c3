import { expect, test } from "vitest";
import { UserError } from "./errors";
import { readSettings } from "./settings";

const env = (values: Record<string, string>): NodeJS.ProcessEnv => ({ NODE_ENV: "test", ...values });

test("a flag wins over the environment, which wins over the default", () => {
  expect(readSettings("start", {}, env({})).ports.web).toBe(3000);
  expect(readSettings("start", {}, env({ WEB_PORT: "4000" })).ports.web).toBe(4000);
  const settings = readSettings("start", { web: "5000" }, env({ WEB_PORT: "4000" }));
  expect(settings.ports.web).toBe(5000);
  expect(settings.webUrl).toBe("http://127.0.0.1:5000");
});

test("a wrong port and half a configuration are bad input", () => {
  const wrong: Record<string, string>[] = [{ WEB_PORT: "0" }, { RUNNER_PORT: "http" }, { INNGEST_BASE_URL: "http://inngest:8288" }, { RUNNER_URL: "http://gpu:8765" }];
  for (const values of wrong) expect(() => readSettings("start", {}, env(values))).toThrow(UserError);
});

test("an own Inngest server or database turns the embedded one off", () => {
  const settings = readSettings("start", {}, env({ DATABASE_URL: "postgresql://db/x", INNGEST_BASE_URL: "http://inngest:8288", INNGEST_EVENT_KEY: "a", INNGEST_SIGNING_KEY: "b" }));
  expect(settings).toMatchObject({ databaseUrl: "postgresql://db/x", ownEngine: true, engineUrl: "http://inngest:8288", ownRunner: false });
});
