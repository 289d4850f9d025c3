import { EventEmitter } from "node:events";
import { Client } from "pg";
import { log } from "@/lib/log";

/** The NOTIFY channel on which every appended event is announced, with the experiment's id as payload. */
export const eventChannel = "pareto_events";

const holder = globalThis as unknown as { paretoListener?: EventEmitter };

/** One LISTEN connection per process, shared by all open pages. It comes back by itself when the database does. */
function listener(): EventEmitter {
  if (!holder.paretoListener) {
    holder.paretoListener = new EventEmitter();
    holder.paretoListener.setMaxListeners(0);
    void connect(holder.paretoListener);
  }
  return holder.paretoListener;
}

async function connect(emitter: EventEmitter): Promise<void> {
  const client = new Client({ connectionString: process.env.DATABASE_URL, keepAlive: true });
  let again = false;
  const reconnect = (): void => {
    if (again) return;
    again = true;
    client.removeAllListeners();
    // A late error of the dead connection must not crash the process.
    client.on("error", () => undefined);
    setTimeout(() => void connect(emitter), 1_000).unref();
  };
  client.on("error", reconnect);
  client.on("end", reconnect);
  client.on("notification", (message) => emitter.emit(message.payload ?? ""));
  try {
    await client.connect();
    await client.query(`LISTEN ${eventChannel}`);
    // What was announced while the connection was away is caught up by every reader itself.
    for (const name of emitter.eventNames()) emitter.emit(name);
  } catch (error) {
    log.warn({ err: error }, "cannot listen for events; trying again");
    reconnect();
  }
}

/** Calls `onChange` whenever the experiment's log has grown. Returns the function that ends it. */
export function onExperimentEvents(experimentId: string, onChange: () => void): () => void {
  const emitter = listener();
  emitter.on(experimentId, onChange);
  return () => emitter.off(experimentId, onChange);
}
