import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Inngest } from "inngest";
import { serve } from "inngest/node";
import { expect, test } from "vitest";
import { startEngine } from ".";
import { createTestDatabase } from "../db/test-database";

const EVENT_KEY = "event-key";
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

interface Health {
  app: { synced: boolean; functions: number; error?: string };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`;
}

test("in dev mode, an event sent right after a function was added starts it", async () => {
  const database = await createTestDatabase();
  const ran: string[] = [];
  let handler: (request: never, response: never) => unknown = () => undefined;
  const app = createServer((request, response) => void handler(request as never, response as never));
  const appUrl = await listen(app);
  const options = { databaseUrl: database.url, appUrl, port: 0, eventKey: EVENT_KEY };
  await expect(startEngine(options)).rejects.toThrow("signing key");
  const engine = await startEngine({ ...options, dev: true });
  const inngest = new Inngest({ id: "changing", isDev: true, baseUrl: engine.url, checkpointing: false, logger: SILENT });
  const define = (name: string) => inngest.createFunction({ id: name, triggers: { event: `sync/${name}` } }, ({ event }) => void ran.push(`${name} ${event.data.value}`));
  const until = async (check: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await check())) await delay(20);
  };
  const readHealth = async (): Promise<Health["app"]> => ((await fetch(`${engine.url}/health`).then((reply) => reply.json())) as Health).app;
  try {
    const first = define("first");
    handler = serve({ client: inngest, functions: [first] });
    await inngest.send({ name: "sync/first", data: { value: 1 } });
    await until(() => ran.length === 1);
    // Longer than a fresh sync is trusted.
    await delay(700);
    const second = define("second");
    handler = serve({ client: inngest, functions: [first, second] });
    await inngest.send({ name: "sync/second", data: { value: 2 } });
    await until(() => ran.length === 2);
    expect(ran).toEqual(["first 1", "second 2"]);
    expect(await readHealth()).toEqual({ synced: true, functions: 2 });

    await delay(700);
    const refused = inngest.createFunction({ id: "refused", throttle: { limit: 1, period: "1m" }, triggers: { event: "sync/refused" } }, () => undefined);
    handler = serve({ client: inngest, functions: [first, second, refused] });
    await inngest.send({ name: "sync/unheard-of", data: {} });
    expect(await readHealth()).toEqual({ synced: false, functions: 2, error: 'changing-refused: the option "throttle" needs an Inngest server; set INNGEST_BASE_URL' });
  } finally {
    await engine.close();
    app.closeAllConnections();
    app.close();
    await database.drop();
  }
});
