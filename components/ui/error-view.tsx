import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";

interface Props {
  title: string;
  message: string;
  remedy?: string;
  requestId?: string | undefined;
  children?: ReactNode;
}

/** What happened, why, what to do, and the id that finds it in the logs. */
export function ErrorView({ title, message, remedy, requestId, children }: Props) {
  return (
    <div role="alert" className="rounded-md border border-line bg-panel p-6">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="mt-1 max-w-2xl text-ink-2">{message}</p>
      {remedy ? <p className="mt-1 max-w-2xl text-ink">{remedy}</p> : null}
      {requestId ? (
        <p className="mt-3 flex items-center gap-1 text-xs text-ink-3">
          Request id <code className="font-mono">{requestId}</code>
          <CopyButton text={requestId} label="Copy the request id" />
        </p>
      ) : null}
      {children ? <div className="mt-4 flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}
