"use client";

import { useState, type FormEvent } from "react";
import { neighbour } from "@/components/experiments/plan/apply-change";
import { LookBack } from "@/components/experiments/plan/look-back";
import { PlanRow } from "@/components/experiments/plan/plan-row";
import { usePlan } from "@/components/experiments/plan/use-plan";
import { Button } from "@/components/ui/button";
import { Notice, Panel } from "@/components/ui/panel";

/** The to-do list of an experiment, which a person may change while it runs; nothing where it cannot be read. */
export function PlanPanel({ experimentId, lastSeq, live }: { experimentId: string; lastSeq: number; live: boolean }) {
  const plan = usePlan(experimentId, lastSeq);
  if (!plan) return null;
  const { items, change, undo, failure } = plan;
  const done = items.filter(({ status }) => status === "done").length;
  return (
    <Panel
      title="Plan"
      aside={
        <>
          {undo ? (
            <p role="status" className="text-xs text-ink-2">
              {undo.what}.{" "}
              <button type="button" className="rounded-sm text-accent underline underline-offset-2" onClick={undo.run}>
                Undo
              </button>
            </p>
          ) : null}
          <span className="figures text-xs text-ink-2">
            {done} of {items.length} done
          </span>
        </>
      }
    >
      {failure ? (
        <div className="p-3">
          <Notice tone="bad" role="alert" title={failure.message}>
            {failure.remedy}
          </Notice>
        </div>
      ) : null}
      {items.length === 0 ? <p className="p-3 text-ink-2">{live ? "The plan is written when the experiment starts." : "No plan was written."}</p> : null}
      <ol aria-label="Plan">
        {items.map((item) => (
          <PlanRow key={item.id} item={item} editable={live && item.id !== "new"} up={neighbour(items, item.id, "up")} down={neighbour(items, item.id, "down")} onChange={change} />
        ))}
      </ol>
      {live ? <AddForm onAdd={(text) => change({ change: "add", text })} /> : null}
      <LookBack experimentId={experimentId} lastSeq={lastSeq} />
    </Panel>
  );
}

function AddForm({ onAdd }: { onAdd: (text: string) => void }) {
  const [text, setText] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!text.trim()) return;
    onAdd(text.trim());
    setText("");
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-2 border-t border-line p-3">
      <input aria-label="New item of the plan" className="control min-w-40 flex-1" placeholder="Try AWQ with 4 bits" maxLength={500} value={text} onChange={(event) => setText(event.target.value)} />
      <Button type="submit">Add</Button>
      <p className="w-full text-xs text-ink-3">The next decision reads it.</p>
    </form>
  );
}
