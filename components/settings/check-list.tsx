"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import type { Check } from "@/lib/checks-schema";

const marks = { ok: { sign: "✓", word: "well", tone: "text-good" }, off: { sign: "–", word: "off", tone: "text-ink-3" }, bad: { sign: "✕", word: "needs attention", tone: "text-bad" } } as const;
const areas = ["System", "Runner", "Language models", "Options"] as const;

/** The doctor in the browser: each check with what it found and how to mend it. */
export function CheckList({ checks }: { checks: Check[] }) {
  const router = useRouter();
  const [checking, start] = useTransition();
  const broken = checks.filter(({ state }) => state === "bad").length;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={checking} onClick={() => start(() => router.refresh())}>
          {checking ? "Checking" : "Check again"}
        </Button>
        <p role="status" className={broken > 0 ? "text-bad" : "text-ink-2"}>
          {broken > 0 ? `${broken} of ${checks.length} need attention.` : "All is well."}
        </p>
      </div>
      {areas.map((area) => {
        const shown = checks.filter((check) => check.area === area);
        return shown.length === 0 ? null : (
          <Panel key={area} title={area}>
            <ul>
              {shown.map(({ name, state, detail, fix }) => (
                <li key={name} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2 border-b border-line px-3 py-2 last:border-0 sm:grid-cols-[16px_11rem_minmax(0,1fr)]">
                  <span aria-hidden className={marks[state].tone}>
                    {marks[state].sign}
                  </span>
                  <span className="font-medium">
                    {name}
                    <span className="sr-only">, {marks[state].word}</span>
                  </span>
                  <span className="col-start-2 min-w-0 break-words text-ink-2 sm:col-start-auto">
                    {detail}
                    {fix ? <span className="block text-ink">{fix}</span> : null}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        );
      })}
    </div>
  );
}
