import { onExperimentEvents } from "@/lib/db/listen";
import { readProgress } from "./live";

/**
 * What all open streams of one experiment share while there are any: one ear for its changes, one look at its running
 * job, and one read for all that stand at the same event. With a hundred pages open a change is read once.
 */

const progressEveryMs = 1_000;
/** A NOTIFY can be lost while the database restarts, so the log is also looked at from time to time. */
const lookEveryMs = 5_000;

export interface Watcher {
  /** The log may have grown. */
  onChange: () => void;
  onProgress: (progress: string) => void;
}

export interface Watching {
  /** The answer of `make`, or that which another watcher got under this name since the last change. */
  readOnce: <T>(name: string, make: () => Promise<T>) => Promise<T>;
  leave: () => void;
}

const watches = new Map<string, Watch>();

export function watchExperiment(experimentId: string, watcher: Watcher): Watching {
  const watch = watches.get(experimentId) ?? new Watch(experimentId);
  watches.set(experimentId, watch);
  return watch.join(watcher);
}

class Watch {
  readonly #watchers = new Set<Watcher>();
  readonly #reads = new Map<string, Promise<unknown>>();
  readonly #stops: (() => void)[];
  #progress: string | null = null;
  #asking = false;

  constructor(private readonly experimentId: string) {
    const change = (): void => {
      // What was read before may lack what has changed.
      this.#reads.clear();
      for (const { onChange } of this.#watchers) onChange();
    };
    const timers = [setInterval(change, lookEveryMs), setInterval(() => void this.#lookAtJob(), progressEveryMs)];
    this.#stops = [onExperimentEvents(experimentId, change), ...timers.map((timer) => () => clearInterval(timer))];
    void this.#lookAtJob();
  }

  join(watcher: Watcher): Watching {
    this.#watchers.add(watcher);
    if (this.#progress !== null) watcher.onProgress(this.#progress);
    return {
      readOnce: (name, make) => this.#readOnce(name, make),
      leave: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size > 0 || watches.get(this.experimentId) !== this) return;
        watches.delete(this.experimentId);
        for (const stop of this.#stops) stop();
      },
    };
  }

  #readOnce<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(name) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    this.#reads.set(name, made);
    made.catch(() => {
      if (this.#reads.get(name) === made) this.#reads.delete(name);
    });
    return made;
  }

  async #lookAtJob(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const progress = JSON.stringify(await readProgress(this.experimentId).catch(() => null));
    this.#asking = false;
    if (progress === this.#progress) return;
    this.#progress = progress;
    for (const { onProgress } of this.#watchers) onProgress(progress);
  }
}
