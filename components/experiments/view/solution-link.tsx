"use client";

import Link from "next/link";
import { useExperimentHref } from "@/components/sharing/shared";

/** Leads to a solution's own page. */
export function SolutionLink({ experimentId, number, label }: { experimentId: string; number: number; label: string }) {
  const hrefOf = useExperimentHref();
  return (
    <Link href={hrefOf(experimentId, `/solutions/${number}`)} onClick={(event) => event.stopPropagation()} className="rounded-sm text-ink underline decoration-line-strong underline-offset-2 hover:decoration-ink">
      {label}
    </Link>
  );
}
