import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { startEmbeddedPostgres, type EmbeddedServer } from "@/lib/db/embedded";
import { startEngine } from "..";
import { EVENT_KEY, findFreePort, isExternal, isSynced, makeKey, SIGNING_KEY, startLab, type Lab } from "./lab";

const STEPS = 8;

// An external server keeps its state elsewhere.
test.skipIf(isExternal)("kill -9 of PostgreSQL under the engine: it waits, goes on by itself, and runs no step twice", { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "engine-postgres-"));
  // The server drops root privileges, so its user must be able to enter the folder.
  await chmod(folder, 0o755);
  const [port, enginePort] = [await findFreePort(), await findFreePort()];
  // The killed server's children need a moment to let go of its memory; until then a new one refuses to start.
  const start = async (triesLeft = 20): Promise<EmbeddedServer> => {
    try {
      return await startEmbeddedPostgres({ folder, port, password: "postgres" });
    } catch (error) {
      if (triesLeft === 0) throw error;
      await delay(500);
      return start(triesLeft - 1);
    }
  };
  let postgres = await start();
  const lab = await startLab("postgres", defineFunctions, { enginePort });
  const engine = await startEngine({ databaseUrl: postgres.url("postgres"), appUrl: lab.appUrl, port: enginePort, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, backoffSeconds: [0.2] });
  try {
    await lab.untilTrue("the registration", () => isSynced(lab.baseUrl));
    const keys = Array.from({ length: 8 }, makeKey);
    await Promise.all(keys.map((key) => lab.send("postgres/chain", { key }, key)));
    for (let kill = 0; kill < 3; kill++) {
      await delay(700);
      const [pid] = (await readFile(join(folder, "cluster", "postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), "SIGKILL");
      // Steps end while there is no database to save them in.
      await delay(500);
      postgres = await start();
    }
    const expected = Array.from({ length: STEPS }, (_, index) => `step ${index}`);
    for (const key of keys) expect(await lab.until(key, "end")).toEqual([...expected, "end"]);
  } finally {
    await engine.close();
    await lab.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

function defineFunctions({ inngest, add }: Lab) {
  return [
    inngest.createFunction({ id: "chain", retries: 0, triggers: { event: "postgres/chain" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      for (let index = 0; index < STEPS; index++) {
        await step.run(`step-${index}`, async () => {
          add(key, `step ${index}`);
          await delay(200);
        });
        if (index % 4 === 0) await step.sleep(`nap-${index}`, "1s");
      }
      await step.run("end", () => add(key, "end"));
    }),
  ];
}
