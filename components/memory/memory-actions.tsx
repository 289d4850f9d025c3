"use client";

import { Download, Upload } from "lucide-react";
import { useRef, useState, useTransition, type ChangeEvent } from "react";
import { ApiError, postJson } from "@/components/api";
import { Button, buttonClass } from "@/components/ui/button";
import { Notice } from "@/components/ui/panel";
import { counted } from "@/components/whole-number";
import type { ImportReply } from "@/lib/skills/schema";

interface Said {
  tone: "plain" | "warn" | "bad";
  title: string;
  lines: string[];
}

const reasonsShown = 5;

/** The memory as a file: out of this lab, and into it. */
export function MemoryActions({ empty, mayImport, onImported }: { empty: boolean; mayImport: boolean; onImported: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [busy, startTransition] = useTransition();

  function take(event: ChangeEvent<HTMLInputElement>): void {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setSaid(null);
    startTransition(async () => setSaid(await importFile(file, onImported)));
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      {mayImport ? (
        <>
          <input ref={input} type="file" accept=".json,application/json" className="sr-only" tabIndex={-1} aria-label="File with a memory" onChange={take} />
          <Button disabled={busy} onClick={() => input.current?.click()}>
            <Upload size={14} aria-hidden /> {busy ? "Importing…" : "Import"}
          </Button>
        </>
      ) : null}
      {empty ? null : (
        <a href="/api/v1/memory" download className={buttonClass("plain")}>
          <Download size={14} aria-hidden /> Export
        </a>
      )}
      {said ? (
        <div className="w-full">
          <Notice tone={said.tone} role="status" title={said.title}>
            {said.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}

async function importFile(file: File, onImported: () => void): Promise<Said> {
  let content: unknown;
  try {
    content = JSON.parse(await file.text());
  } catch {
    return { tone: "bad", title: `${file.name} is not JSON.`, lines: ["Choose a file that was exported from a lab's memory."] };
  }
  try {
    const { added, known, refused, reasons } = await postJson<ImportReply>("/api/v1/memory", { name: file.name, file: content });
    onImported();
    const title = `${counted(added, "record")} added, ${known} known already, ${refused} refused.`;
    return { tone: refused > 0 ? "warn" : "plain", title, lines: reasons.slice(0, reasonsShown).map(({ record, reason }) => `Record ${record}: ${reason}`) };
  } catch (error) {
    if (error instanceof ApiError) return { tone: "bad", title: error.message, lines: [error.remedy].filter(Boolean) };
    return { tone: "bad", title: "The web server did not answer.", lines: ["Import the file again: what was taken in is known then."] };
  }
}
