"use client";

import { Trash2, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState, useTransition, type ChangeEvent } from "react";
import { ApiError, deleteAt, postJson } from "@/components/api";
import { Button } from "@/components/ui/button";
import { FieldErrors } from "@/components/ui/field";
import { benchmarkUploadSchema, uploadOf } from "@/lib/catalog/schema";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  own: { name: string; title: string }[];
  onAdded: (name: string) => void;
  onRemoved: (name: string) => void;
}

/** Brings a file of items to the runner, which checks every line before it is listed. */
export function OwnBenchmark({ own, onAdded, onRemoved }: Props) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<FieldProblem[]>([]);
  const [said, setSaid] = useState("");
  const [busy, startTransition] = useTransition();

  function add(event: ChangeEvent<HTMLInputElement>): void {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    startTransition(async () => {
      const parsed = benchmarkUploadSchema.safeParse(uploadOf(file.name, await file.text()));
      if (!parsed.success) return refuse(parsed.error.issues.map((issue) => issue.message).join(" "), "Choose another file.");
      await attempt(async () => {
        await postJson("/api/v1/benchmarks", parsed.data);
        onAdded(parsed.data.name);
        setSaid(`${parsed.data.name} was added and chosen.`);
      });
    });
  }

  function remove(name: string): void {
    startTransition(() =>
      attempt(async () => {
        await deleteAt(`/api/v1/benchmarks/${encodeURIComponent(name)}`);
        onRemoved(name);
        setSaid(`${name} was removed; figures that were measured on it stay.`);
      }),
    );
  }

  async function attempt(act: () => Promise<void>): Promise<void> {
    setProblems([]);
    setSaid("");
    try {
      await act();
      router.refresh();
    } catch (error) {
      if (error instanceof ApiError) refuse(error.message, error.remedy);
      else refuse("The web server did not answer.", "Try again in a moment.");
    }
  }

  function refuse(message: string, remedy: string): void {
    setProblems([{ field: "benchmarks", message, remedy }]);
  }

  return (
    <details className="border-t border-line">
      <summary className="px-3 py-2 text-ink-2 hover:bg-hover">Benchmarks of your own</summary>
      <div className="border-t border-line px-3 py-2">
        <p className="mb-2 text-xs text-ink-2">
          A <code className="font-mono">.jsonl</code> file with one item a line: <code className="font-mono">{`{"question", "choices", "answer"}`}</code> to choose from or{" "}
          <code className="font-mono">{`{"question", "answer"}`}</code> to generate. Or a <code className="font-mono">.yaml</code> task of lm-eval with its items inside.
        </p>
        {own.length > 0 ? (
          <ul className="mb-2">
            {own.map(({ name, title }) => (
              <li key={name} className="flex items-center gap-2 py-0.5">
                <span className="min-w-0 flex-1 truncate">{title || name}</span>
                <Button variant="quiet" className="h-7 px-2" disabled={busy} onClick={() => remove(name)} aria-label={`Remove ${name}`}>
                  <Trash2 size={14} aria-hidden /> Remove
                </Button>
              </li>
            ))}
          </ul>
        ) : null}
        <input ref={input} type="file" accept=".jsonl,.yaml,.yml" className="sr-only" tabIndex={-1} aria-label="File with a benchmark" onChange={add} />
        <Button disabled={busy} onClick={() => input.current?.click()}>
          <Upload size={14} aria-hidden /> {busy ? "Working…" : "Add from a file"}
        </Button>
        <p role="status" className="mt-1 text-xs text-ink-2">
          {said}
        </p>
        <FieldErrors id="own-benchmark-problem" problems={problems} />
      </div>
    </details>
  );
}
