import { log } from "@/lib/log";
import { getExperimentChanges } from "./page-queries";
import type { ExperimentChanges } from "./page-schema";
import { readEvents } from "./queries";
import { watchExperiment } from "./watch";

const heartbeatEveryMs = 15_000;

/** What is said after an event, as text of the stream, and the last event that this covers. */
interface Said {
  text: string;
  last: number;
}

export interface Feed {
  /** Readers of feeds of one name are given the same. */
  name: string;
  read: (experimentId: string, after: number) => Promise<Said>;
}

/** Every event with its sequence number as id. */
export const logFeed: Feed = {
  name: "log",
  read: async (experimentId, after) => {
    const events = await readEvents(experimentId, after);
    return { text: events.map((event) => `id: ${event.seq}\nevent: log\ndata: ${JSON.stringify(event)}\n\n`).join(""), last: events.at(-1)?.seq ?? after };
  },
};

/** What an open page puts into its view, so that it does not have to ask. */
export function changesFeed(name: string, shown: (changes: ExperimentChanges) => ExperimentChanges): Feed {
  return {
    name,
    read: async (experimentId, after) => {
      const changes = await getExperimentChanges(experimentId, after);
      if (!changes || changes.lastSeq <= after) return { text: "", last: after };
      return { text: `id: ${changes.lastSeq}\nevent: changes\ndata: ${JSON.stringify(shown(changes))}\n\n`, last: changes.lastSeq };
    },
  };
}

export const pageFeed = changesFeed("page", (changes) => changes);

/**
 * Server-sent events of one experiment. What the feed says carries the number of its last event as id, so a reader that
 * was cut off goes on exactly where it stopped; progress carries none, since only the newest matters. `mayRead` is asked
 * before anything is sent, and ends the stream.
 */
export function streamExperiment(feed: Feed, experimentId: string, after: number, signal: AbortSignal, mayRead?: () => Promise<boolean>): Response {
  const encoder = new TextEncoder();
  let last = after;
  let reading = false;
  let again = false;
  let end = (): void => undefined;

  const stream = new ReadableStream<Uint8Array>({
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
        while (again) {
          again = false;
          if (mayRead && !(await mayRead())) return close();
          const said = await readOnce(`${feed.name}:${last}`, () => feed.read(experimentId, last));
          if (said.last <= last) continue;
          send(said.text);
          last = said.last;
          again = true;
        }
      };
      // One reader at a time: a change that comes while reading makes it look once more.
      const look = (): void => {
        again = true;
        if (reading) return;
        reading = true;
        drain()
          .catch((error: unknown) => log.warn({ err: error, experimentId }, "cannot read events now"))
          .finally(() => {
            reading = false;
          });
      };

      send("retry: 1000\n\n");
      const { readOnce, leave } = watchExperiment(experimentId, { onChange: look, onProgress: (progress) => send(`event: progress\ndata: ${progress}\n\n`) });
      const timer = setInterval(() => send(": still here\n\n"), heartbeatEveryMs);
      end = () => {
        clearInterval(timer);
        leave();
      };
      signal.addEventListener("abort", close);
      look();
    },
    cancel: () => end(),
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" } });
}

/** The event after which a reader goes on: the last that it got, else the one that it asks for. */
export function resumeAfter(request: Request): number {
  const after = Number.parseInt(request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after") ?? "", 10);
  return after > 0 ? after : 0;
}
