"use client";

import { clsx } from "clsx";
import { ArrowDown, ArrowUp, Ban, Check, Circle, CircleDot, Pencil, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Button, IconButton } from "@/components/ui/button";
import type { PlanChange, PlanItemView, PlanStatus } from "@/lib/planning/plan/schema";

const marks = { todo: Circle, doing: CircleDot, done: Check, skipped: Ban } satisfies Record<PlanStatus, unknown>;
const inks: Record<PlanStatus, string> = { todo: "text-ink-3", doing: "text-live", done: "text-good", skipped: "text-ink-3" };
const statusWords: Record<PlanStatus, string> = { todo: "To do", doing: "Being done", done: "Done", skipped: "Skipped" };

interface Props {
  item: PlanItemView;
  editable: boolean;
  /** The item to stand before when it moves; undefined where it cannot. */
  up: string | null | undefined;
  down: string | null | undefined;
  onChange: (change: PlanChange) => void;
}

export function PlanRow({ item, editable, up, down, onChange }: Props) {
  const [editing, setEditing] = useState(false);
  const { id, text, status, author, evidence } = item;
  const Mark = marks[status];
  return (
    <li className="group relative grid grid-cols-[20px_minmax(0,1fr)] items-start gap-x-2 border-b border-line px-3 py-1.5 last:border-0">
      <span role="img" aria-label={statusWords[status]} title={statusWords[status]} className={clsx("mt-2", inks[status], status === "doing" && "pulse")}>
        <Mark size={16} aria-hidden />
      </span>
      <div className="min-w-0 py-1.5">
        {editing ? (
          <EditForm text={text} onDone={() => setEditing(false)} onSave={(next) => onChange({ change: "edit", item: id, text: next })} />
        ) : (
          <p className={clsx("break-words", (status === "skipped" || status === "done") && "text-ink-2", status === "skipped" && "line-through")}>
            {text}
            {author === "person" ? <span className="ml-2 inline-block rounded-sm border border-line px-1 text-xs text-ink-2 no-underline">person</span> : null}
          </p>
        )}
        {evidence.length > 0 ? (
          <ul className="text-xs text-ink-2">
            {evidence.map((each, index) => (
              <li key={index} className="figures break-words">
                {each.episode === null ? "" : `Episode ${each.episode}: `}
                {each.text}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {editable && !editing ? (
        // Over the text's end while they are wanted, so that it has the whole width; a phone has no hovering and shows them below.
        <div className="col-start-2 flex flex-wrap transition-opacity sm:absolute sm:top-1 sm:right-2 sm:rounded-md sm:bg-ground sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100">
          <IconButton label={`Move up: ${text}`} disabled={up === undefined} className="disabled:opacity-30" onClick={() => up !== undefined && onChange({ change: "move", item: id, before: up })}>
            <ArrowUp size={14} aria-hidden />
          </IconButton>
          <IconButton label={`Move down: ${text}`} disabled={down === undefined} className="disabled:opacity-30" onClick={() => down !== undefined && onChange({ change: "move", item: id, before: down })}>
            <ArrowDown size={14} aria-hidden />
          </IconButton>
          <IconButton label={`Edit: ${text}`} onClick={() => setEditing(true)}>
            <Pencil size={14} aria-hidden />
          </IconButton>
          {status === "todo" || status === "doing" ? (
            <>
              <IconButton label={`Mark as done: ${text}`} onClick={() => onChange({ change: "edit", item: id, status: "done" })}>
                <Check size={14} aria-hidden />
              </IconButton>
              <IconButton label={`Skip: ${text}`} onClick={() => onChange({ change: "edit", item: id, status: "skipped" })}>
                <Ban size={14} aria-hidden />
              </IconButton>
            </>
          ) : (
            <IconButton label={`Take up again: ${text}`} onClick={() => onChange({ change: "edit", item: id, status: "todo" })}>
              <Circle size={14} aria-hidden />
            </IconButton>
          )}
          <IconButton label={`Delete: ${text}`} onClick={() => onChange({ change: "remove", item: id })}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </div>
      ) : null}
    </li>
  );
}

function EditForm({ text, onDone, onSave }: { text: string; onDone: () => void; onSave: (text: string) => void }) {
  const [draft, setDraft] = useState(text);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const next = draft.trim();
    if (next && next !== text) onSave(next);
    onDone();
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-2">
      <input
        aria-label="Text of the item"
        className="control min-w-40 flex-1"
        value={draft}
        maxLength={500}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          onDone();
        }}
      />
      <Button type="submit">Save</Button>
      <Button variant="quiet" onClick={onDone}>
        Cancel
      </Button>
    </form>
  );
}
