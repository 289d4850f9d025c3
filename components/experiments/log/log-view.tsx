"use client";

import { clsx } from "clsx";
import { useEffect, useMemo, useRef, useState } from "react";
import { saveFile } from "@/components/charts/save-chart";
import { filterLines, levelWords, logNote, logText, mostDrawn } from "@/components/experiments/log/prepare-log";
import { useLog } from "@/components/experiments/log/use-log";
import { logLevels, type LogFilter, type LogLevel } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/panel";
import type { LogLine } from "@/lib/experiments/log-schema";

interface Props {
  experimentId: string;
  /** Null for what the lab did. */
  episode: number | null;
  filter: Pick<LogFilter, "level" | "text">;
  onFilter: (change: Partial<Pick<LogFilter, "level" | "text">>) => void;
  /** What stands before the filters, such as the choice of an episode. */
  children?: React.ReactNode;
  className?: string;
}

/** A log with its filters, which follows its end until the reader scrolls away from it. */
export function LogView({ experimentId, episode, filter, onFilter, children, className }: Props) {
  const log = useLog(experimentId, episode);
  const { level, text } = filter;
  const lines = useMemo(() => filterLines(log?.lines ?? [], { level, text }), [log?.lines, level, text]);
  const [follow, setFollow] = useState(true);
  const [whole, setWhole] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, lines]);

  const drawn = whole ? lines : lines.slice(-mostDrawn);
  const note = log && logNote({ lines: log.lines.length, shown: lines.length, kept: log.kept, ended: log.ended });
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        {children}
        <select aria-label="Which lines" value={level} onChange={(event) => onFilter({ level: event.target.value as LogLevel })} className="control h-8 px-1.5">
          {logLevels.map((each) => (
            <option key={each} value={each}>
              {levelWords[each]}
            </option>
          ))}
        </select>
        <input aria-label="Find in the log" placeholder="Find" value={text} maxLength={200} onChange={(event) => onFilter({ text: event.target.value })} className="control h-8 w-40 min-w-0 flex-1 sm:max-w-72" />
        <span className="figures text-xs text-ink-2" data-testid="log-count">
          {lines.length} of {log?.lines.length ?? 0} lines{log?.ended ? "" : ", live"}
        </span>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          <label className="flex h-8 items-center gap-1.5 text-xs">
            <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} className="size-4 accent-[var(--accent)]" />
            Follow the end
          </label>
          <Button variant="quiet" className="h-7 px-2 text-xs" disabled={lines.length === 0} onClick={() => saveFile(new Blob([logText(lines)], { type: "text/plain" }), `log-${episode ?? "lab"}.txt`)}>
            Save
          </Button>
        </span>
      </div>
      {log?.problem ? (
        <p role="status" className="border-b border-line bg-warn-ground px-3 py-1.5 text-xs break-words text-warn">
          stale: {log.problem} It is asked again by itself.
        </p>
      ) : null}
      {log ? null : <Skeleton className="m-3 h-32" />}
      {note ? <p className="p-3 text-ink-2">{note}</p> : null}
      {drawn.length < lines.length ? (
        <p className="flex items-center gap-2 border-b border-line px-3 py-1 text-xs text-ink-2">
          <span className="figures">The {lines.length - drawn.length} earlier lines are not drawn.</span>
          <Button variant="quiet" className="h-7 px-2 text-xs" onClick={() => setWhole(true)}>
            Draw all
          </Button>
        </p>
      ) : null}
      {lines.length > 0 ? (
        <div
          ref={box}
          role="log"
          aria-live="off"
          aria-label={episode === null ? "What the lab did" : `Log of episode ${episode}`}
          tabIndex={0}
          onScroll={(event) => {
            const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
            setFollow(scrollHeight - scrollTop - clientHeight < 24);
          }}
          className={clsx("overflow-auto font-mono text-xs", className)}
        >
          {drawn.map((line, index) => (
            <Line key={lines.length - drawn.length + index} line={line} />
          ))}
        </div>
      ) : null}
    </div>
  );
}

const inks: Record<string, string> = { error: "text-bad", warning: "text-warn", output: "text-ink-3", state: "text-ink-2" };

function Line({ line: { at, level, stage, message } }: { line: LogLine }) {
  return (
    <div className="flex flex-wrap gap-x-3 px-3 py-0.5 hover:bg-hover sm:flex-nowrap">
      <time dateTime={at} title={at} className="figures shrink-0 text-ink-3">
        {at.slice(11, 19)}
      </time>
      <span className={clsx("w-14 shrink-0", inks[level] ?? "text-ink-2")}>{level}</span>
      <span className="max-w-40 shrink-0 truncate text-ink-3 sm:w-28" title={stage}>
        {stage}
      </span>
      <span className={clsx("min-w-0 basis-full break-words whitespace-pre-wrap sm:basis-auto", level === "output" && "text-ink-2", level === "error" && "text-bad")}>{message}</span>
    </div>
  );
}
