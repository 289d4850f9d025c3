"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice, Panel } from "@/components/ui/panel";
import { RelativeTime } from "@/components/ui/relative-time";
import { NoteText } from "@/components/workspace/note-text";
import { rebuildDerived } from "@/lib/planning/actions";
import { workspaceKinds, type WorkspaceEntry, type WorkspaceFile, type WorkspaceKind } from "@/lib/planning/workspace/schema";

const titles: Record<WorkspaceKind, string> = { knowledge: "Knowledge", experiments: "Experiments", checkpoints: "Checkpoints" };
const shown: WorkspaceKind[] = ["knowledge", ...workspaceKinds.filter((kind) => kind !== "knowledge")];
const mostListed = 200;
const nameTail = 20;

/** What agents keep: notes with their evidence, experiments and artifacts as data. */
export function WorkspacePage({ entries, opened }: { entries: WorkspaceEntry[]; opened: WorkspaceFile | null }) {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const found = entries.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-lg font-semibold">Workspace</h1>
        <input aria-label="Filter by name" data-filter placeholder="Filter" className="control w-48" value={filter} onChange={(event) => setFilter(event.target.value)} />
        <Rebuild />
      </div>
      {entries.length === 0 ? (
        <p className="max-w-160 text-ink-2">Nothing is here yet. Every experiment leaves its figures, its artifacts and what was learnt after every three episodes.</p>
      ) : (
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(260px,400px)_minmax(0,1fr)]">
          <div className="grid min-w-0 gap-4">
            {shown.map((kind) => (
              <Files key={kind} kind={kind} entries={found.filter((entry) => entry.kind === kind)} opened={opened} />
            ))}
          </div>
          {opened ? <Opened file={opened} /> : <p className="p-3 text-ink-2">Choose a file to read it.</p>}
        </div>
      )}
    </>
  );
}

function Files({ kind, entries, opened }: { kind: WorkspaceKind; entries: WorkspaceEntry[]; opened: WorkspaceFile | null }) {
  return (
    <Panel title={titles[kind]} aside={<span className="figures text-xs text-ink-2">{entries.length}</span>}>
      {entries.length === 0 ? <p className="px-3 py-2 text-ink-2">None.</p> : null}
      <ul className="max-h-96 overflow-y-auto">
        {entries.slice(0, mostListed).map((entry) => {
          const isOpen = opened?.kind === kind && opened.name === entry.name;
          return (
            <li key={entry.name} className="border-b border-line last:border-0">
              <Link
                href={`/workspace?kind=${kind}&name=${encodeURIComponent(entry.name)}`}
                aria-current={isOpen ? "page" : undefined}
                className={clsx("flex min-h-8 items-center gap-3 px-3 py-1 hover:bg-hover", isOpen && "bg-selected")}
              >
                {/* The end tells files of one experiment apart, so that it is never cut off. */}
                <span className="flex min-w-0 flex-1 font-mono text-xs" title={entry.name}>
                  <span className="truncate">{entry.name.slice(0, -nameTail)}</span>
                  <span className="shrink-0">{entry.name.slice(-nameTail)}</span>
                </span>
                <span className="shrink-0 text-xs text-ink-3">
                  <RelativeTime at={entry.changedAt} />
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {entries.length > mostListed ? <p className="px-3 py-2 text-xs text-ink-2">The newest {mostListed} of {entries.length} are listed; filter by name for others.</p> : null}
    </Panel>
  );
}

function Opened({ file }: { file: WorkspaceFile }) {
  return (
    <Panel title={file.name} id="opened" aside={<CopyButton text={file.text} label="Copy the text" />}>
      <div className="p-3">{file.name.endsWith(".md") ? <NoteText text={file.text} /> : <pre className="overflow-x-auto font-mono text-xs" tabIndex={0}>{file.text}</pre>}</div>
    </Panel>
  );
}

function Rebuild() {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [outcome, setOutcome] = useState<{ ok: boolean; text: string } | null>(null);
  const rebuild = (): void =>
    startTransition(async () => {
      const result = await rebuildDerived({}).catch(() => null);
      setOutcome(result?.ok ? { ok: true, text: `Written from ${result.data.experiments} experiments.` } : { ok: false, text: result ? `${result.error.message} ${result.error.remedy}` : "The web server did not answer." });
      if (result?.ok) router.refresh();
    });
  return (
    <>
      <Button disabled={pending} onClick={rebuild} title="What was deleted or damaged comes back; notes that agents wrote stay as they are.">
        {pending ? "Writing…" : "Write again from the database"}
      </Button>
      {outcome ? <div>{outcome.ok ? <p role="status" className="text-sm text-ink-2">{outcome.text}</p> : <Notice tone="bad" role="alert" title={outcome.text} />}</div> : null}
    </>
  );
}
