import { onExperimentEvents } from "@/lib/db/listen";
import { log } from "@/lib/log";
import { readProgress } from "./live";
import { readEvents } from "./queries";

const progressEveryMs = 1_000;
const heartbeatEveryMs = 15_000;
/** A NOTIFY can be lost while the database restarts, so the log is also looked at from time to time. */
const lookEveryMs = 5_000;

/**
 * Server-sent events of one experiment. Log events carry their sequence number as id, so a reader that was cut off
 * goes on exactly where it stopped; progress carries none, since only the newest matters. `mayRead` is asked before
 * anything is sent, and ends the stream.
 */
export function streamExperiment(experimentId: string, after: number, signal: AbortSignal, mayRead?: () => Promise<boolean>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last = after;
  let reading: Promise<void> | null = null;
  let again = false;
  let shown = "";
  let askingProgress = false;
  const stops: (() => void)[] = [];
  const end = (): void => stops.splice(0).forEach((stop) => stop());

  return new ReadableStream({
    start(controller) {
      const send = (text: string): void => {
        try {
          controller.enqueue(encoder.encode(text));
        } catch {
          end();
        }
      };
      const close = (): void => {
        end();
        try {
          controller.close();
        } catch {
          // Already closed by the reader.
        }
      };
      const drain = async (): Promise<void> => {
        do {
          again = false;
          if (mayRead && !(await mayRead())) return close();
          const events = await readEvents(experimentId, last);
          for (const event of events) {
            send(`id: ${event.seq}\nevent: log\ndata: ${JSON.stringify(event)}\n\n`);
            last = event.seq;
          }
          if (events.length > 0) again = true;
        } while (again);
      };
      // One reader at a time: a change that comes while reading makes it look once more.
      const look = (): void => {
        again = true;
        reading ??= drain()
          .catch((error: unknown) => log.warn({ err: error, experimentId }, "cannot read events now"))
          .finally(() => {
            reading = null;
          });
      };
      const showProgress = async (): Promise<void> => {
        if (askingProgress) return;
        askingProgress = true;
        const text = JSON.stringify(await readProgress(experimentId).catch(() => null));
        askingProgress = false;
        if (text !== shown) send(`event: progress\ndata: ${text}\n\n`);
        shown = text;
      };

      send("retry: 1000\n\n");
      stops.push(onExperimentEvents(experimentId, look));
      for (const [run, every] of [
        [look, lookEveryMs],
        [() => void showProgress(), progressEveryMs],
        [() => send(": still here\n\n"), heartbeatEveryMs],
      ] as const) {
        const timer = setInterval(run, every);
        stops.push(() => clearInterval(timer));
      }
      signal.addEventListener("abort", close);
      look();
      void showProgress();
    },
    cancel: end,
  });
}
