import { useSyncExternalStore } from "react";

/** The solution under the pointer, in whichever view: it changes many times a second, so it does not pass through the page's state. */
export class HoverStore {
  private current: number | null = null;
  private readonly listeners = new Set<() => void>();

  readonly read = (): number | null => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly set = (number: number | null): void => {
    if (number === this.current) return;
    this.current = number;
    for (const listener of this.listeners) listener();
  };
}

export function useHovered(store: HoverStore): number | null {
  return useSyncExternalStore(store.subscribe, store.read, () => null);
}

/** Whether this one is hovered: a row is drawn again only when it is its turn. */
export function useIsHovered(store: HoverStore, number: number): boolean {
  return useSyncExternalStore(store.subscribe, () => store.read() === number, () => false);
}
