import { places } from "@/components/layout/places";

/** Single keys and two-key sequences; a key typed into a field is text and never a shortcut. */

export const shortcuts = [
  { keys: "n", label: "New experiment" },
  { keys: "Ctrl k", label: "Search and commands" },
  ...places.flatMap(({ key, label }) => (key ? [{ keys: `g ${key}`, label: `Go to ${label}` }] : [])),
  { keys: "/", label: "Filter this page" },
  { keys: "j k", label: "Next and previous row" },
  { keys: "x", label: "Select the row" },
  { keys: "Esc", label: "Clear the selection or close" },
  { keys: "?", label: "This list" },
];

const sequenceMs = 1200;

interface Key {
  key: string;
  at: number;
}

export type ShortcutAction = { go: string } | "filter" | "help";

/** The action that a key means after the one before it, or null. */
export function actionOf(current: Key, previous: Key | null): ShortcutAction | null {
  if (previous?.key === "g" && current.at - previous.at <= sequenceMs) {
    const place = places.find(({ key }) => key === current.key);
    return place ? { go: place.href } : null;
  }
  if (current.key === "n") return { go: "/experiments/new" };
  if (current.key === "/") return "filter";
  if (current.key === "?") return "help";
  return null;
}

/** Boxes to tick take focus but no text, so the keys still work on them. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio)$/.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Keys belong to an open dialog or menu before they belong to the page. */
export function isPageKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  return !(event.target instanceof HTMLElement && event.target.closest("[role=dialog], [role=alertdialog], [role=menu]"));
}
