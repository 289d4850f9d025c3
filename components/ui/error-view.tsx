import type { ReactNode } from "react";
import { RequestId } from "@/components/ui/request-id";

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
      {requestId ? <RequestId id={requestId} /> : null}
      {children ? <div className="mt-4 flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}
