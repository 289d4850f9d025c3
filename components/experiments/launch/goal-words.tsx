"use client";

import { X } from "lucide-react";
import { useState, useTransition } from "react";
import { extraText, type SpokenGoal } from "@/components/experiments/launch/spoken-goal";
import { Button } from "@/components/ui/button";
import { readGoal } from "@/lib/planning/actions";
import type { ParsedGoal } from "@/lib/planning/goal/schema";

interface Props {
  spoken: SpokenGoal;
  onWords: (words: string) => void;
  /** The words were read: the fields below are to be filled. */
  onRead: (parsed: ParsedGoal) => void;
  onDrop: (index: number) => void;
}

/** The goal in words. Reading it fills the fields below, where all of it can be corrected. */
export function GoalWords({ spoken, onWords, onRead, onDrop }: Props) {
  const [parsed, setParsed] = useState<ParsedGoal | null>(null);
  const [problem, setProblem] = useState("");
  const [reading, startTransition] = useTransition();
  const read = (): void =>
    startTransition(async () => {
      const result = await readGoal({ words: spoken.words }).catch(() => null);
      setProblem(result === null ? "The web server did not answer; what you typed is kept." : result.ok ? "" : result.error.message);
      if (!result?.ok) return;
      setParsed(result.data);
      onRead(result.data);
    });
  return (
    <div>
      <label htmlFor="goal-words" className="mb-1 block font-medium">
        Goal in words
      </label>
      <div className="flex gap-2">
        <input
          id="goal-words"
          className="control min-w-0 flex-1"
          placeholder="Smallest that keeps 95 % of the accuracy, in 2 hours"
          value={spoken.words}
          maxLength={2000}
          autoComplete="off"
          aria-describedby="goal-words-hint"
          onChange={(event) => onWords(event.target.value)}
          onKeyDown={(event) => {
            // Enter reads the words; it must not start the experiment.
            if (event.key !== "Enter") return;
            event.preventDefault();
            if (spoken.words.trim() && !reading) read();
          }}
        />
        <Button onClick={read} disabled={reading || spoken.words.trim() === ""}>
          {reading ? "Reading…" : "Fill the fields"}
        </Button>
      </div>
      <p id="goal-words-hint" className="mt-1 text-xs text-ink-3">
        Optional. It fills the fields below; those are what counts.
      </p>
      {problem ? (
        <p role="alert" className="mt-1 text-sm text-bad">
          {problem}
        </p>
      ) : null}
      {parsed && parsed.words === spoken.words.trim() ? <Understood parsed={parsed} /> : null}
      {spoken.extras.length > 0 ? (
        <ul aria-label="Also asked for" className="mt-2 flex flex-wrap gap-2">
          {spoken.extras.map((extra, index) => (
            <li key={extraText(extra)} className="flex items-center gap-1 rounded-md border border-line py-0.5 pr-0.5 pl-2 text-sm">
              {extraText(extra)}
              <button type="button" aria-label={`Drop: ${extraText(extra)}`} className="rounded-sm p-1 text-ink-2 hover:bg-hover hover:text-ink" onClick={() => onDrop(index)}>
                <X size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Understood({ parsed }: { parsed: ParsedGoal }) {
  return (
    <dl role="status" className="mt-2 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
      {parsed.understood.map(({ text, meaning, by }, index) => (
        <div key={index} className="contents">
          <dt className="truncate text-ink-3">{text}</dt>
          <dd>
            {meaning}
            {by === "planner" ? <span className="text-ink-3"> (the planner model&apos;s reading)</span> : null}
          </dd>
        </div>
      ))}
      {parsed.left.map(({ text, reason }, index) => (
        <div key={`left-${index}`} className="contents">
          <dt className="truncate text-ink-3">{text}</dt>
          <dd className="text-warn">Not understood{reason ? `. ${reason}` : ""}</dd>
        </div>
      ))}
      {parsed.plannerNote ? <dd className="col-span-2 text-xs text-ink-2">{parsed.plannerNote}</dd> : null}
    </dl>
  );
}
