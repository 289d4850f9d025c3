"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";

type Result = { ok: true } | { ok: false; error: { message: string; remedy: string } };

/** Runs a server action, shows the page anew, and keeps what was refused. */
export function useAct(): { pending: boolean; problem: { message: string; remedy: string } | null; act: (run: () => Promise<Result>, then?: () => void) => void } {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<{ message: string; remedy: string } | null>(null);
  const act = (run: () => Promise<Result>, then?: () => void): void =>
    startTransition(async () => {
      setProblem(null);
      try {
        const result = await run();
        if (!result.ok) return setProblem(result.error);
        then?.();
        router.refresh();
      } catch {
        setProblem({ message: "The web server did not answer.", remedy: "Try again in a moment." });
      }
    });
  return { pending, problem, act };
}
