"use client";

import { Bookmark, X } from "lucide-react";
import Link from "next/link";
import { useSyncExternalStore, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";

interface SavedView {
  name: string;
  href: string;
}

const changed = "pareto:views-changed";
const none: SavedView[] = [];
let cache: { text: string; views: SavedView[] } = { text: "", views: none };

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener("storage", listener);
  };
}

/** Views are kept in this browser; what is stored may come from another version, so it is read with care. */
function readViews(key: string): SavedView[] {
  try {
    const text = localStorage.getItem(key) ?? "";
    if (text === cache.text) return cache.views;
    const read: unknown = JSON.parse(text);
    const views = Array.isArray(read) ? read.filter((view): view is SavedView => typeof view?.name === "string" && typeof view?.href === "string" && view.href.startsWith("/")) : none;
    cache = { text, views };
    return views;
  } catch {
    return none;
  }
}

/** Names for addresses of one page: a filter that is used every day is one click away. */
export function SavedViews({ page, href }: { page: string; href: string }) {
  const key = `pareto:views:${page}`;
  const views = useSyncExternalStore(subscribe, () => readViews(key), () => none);
  const [name, setName] = useState<string | null>(null);
  const write = (next: SavedView[]): void => {
    try {
      localStorage.setItem(key, JSON.stringify(next));
      window.dispatchEvent(new Event(changed));
    } catch {
      // Storage can be full or switched off; the address itself still keeps the view.
    }
  };
  const save = (): void => {
    const wanted = name?.trim();
    if (wanted) write([...views.filter((view) => view.name !== wanted), { name: wanted, href }]);
    setName(null);
  };
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label="Saved views">
      {views.map((view) => (
        <span key={view.name} className={`flex h-7 items-center rounded-md border pl-2 text-xs ${view.href === href ? "border-accent" : "border-line"}`}>
          <Link href={view.href} className="hover:underline" aria-current={view.href === href ? "true" : undefined}>
            {view.name}
          </Link>
          <IconButton label={`Forget the view ${view.name}`} className="size-6" onClick={() => write(views.filter((each) => each !== view))}>
            <X size={12} aria-hidden />
          </IconButton>
        </span>
      ))}
      {name === null ? (
        <Button variant="quiet" className="h-7 px-2 text-xs" onClick={() => setName("")}>
          <Bookmark size={14} aria-hidden /> Save view
        </Button>
      ) : (
        <form
          className="flex items-center gap-1"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <input autoFocus value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Escape" && setName(null)} aria-label="Name of the view" placeholder="Name of the view" maxLength={40} className="control h-7 w-40" />
          <Button type="submit" className="h-7 px-2 text-xs" disabled={!name.trim()}>
            Save
          </Button>
        </form>
      )}
    </div>
  );
}
