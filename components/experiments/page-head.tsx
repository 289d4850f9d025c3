"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useExperimentHref } from "@/components/sharing/shared";
import { buttonClass } from "@/components/ui/button";
import { StaleMark } from "@/components/ui/panel";
import type { ExperimentTitle } from "@/lib/experiments/page-schema";

interface Step {
  page: string;
  label: string;
}

interface Props {
  experiment: ExperimentTitle;
  title: string;
  mark: ReactNode;
  stale: boolean;
  /** Its neighbours, named for those who do not see the arrows. */
  before: Step | null;
  after: Step | null;
  children?: ReactNode;
}

/** The top of a page of one solution or episode: what it is, where it belongs, and its neighbours. */
export function PageHead({ experiment, title, mark, stale, before, after, children }: Props) {
  const hrefOf = useExperimentHref();
  return (
    <header className="grid grid-cols-1 gap-1">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-lg font-semibold break-words">{title}</h1>
        {mark}
        {stale ? <StaleMark /> : null}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-2">
        <Link href={hrefOf(experiment.id)} className="min-w-0 rounded-sm font-mono text-xs break-all underline decoration-line-strong underline-offset-2 hover:decoration-ink">
          {experiment.name}
        </Link>
        {children}
        <nav aria-label="Neighbours" className="ml-auto flex gap-2">
          <StepLink step={before} href={before && hrefOf(experiment.id, before.page)} icon={<ChevronLeft size={14} aria-hidden />} />
          <StepLink step={after} href={after && hrefOf(experiment.id, after.page)} icon={<ChevronRight size={14} aria-hidden />} />
        </nav>
      </div>
    </header>
  );
}

function StepLink({ step, href, icon }: { step: Step | null; href: string | null; icon: ReactNode }) {
  if (!step || href === null) return null;
  return (
    <Link href={href} className={buttonClass("plain", "px-2")} aria-label={step.label} title={step.label}>
      {icon}
    </Link>
  );
}
