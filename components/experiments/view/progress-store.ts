import type { LiveProgress } from "@/lib/experiments/schema";

/** Progress comes about once a second and concerns one strip of the page, so it does not pass through the page's state. */
export class ProgressStore {
  private current: LiveProgress | null = null;
  private readonly listeners = new Set<() => void>();

  readonly read = (): LiveProgress | null => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(progress: LiveProgress | null): void {
    if (progress === this.current) return;
    this.current = progress;
    for (const listener of this.listeners) listener();
  }
}
