"use client";

import { Button } from "@/components/ui/button";
import { ErrorView } from "@/components/ui/error-view";

/** Server errors reach the browser without their message, only with a digest that stands beside them in the web log. */
export function RouteError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <ErrorView
      title="This page could not be shown"
      message="Something failed while it was put together; the database may not answer, or the app has a fault."
      remedy="Try again. If it stays, look at the system status above and search the web log for the id below."
      requestId={digest}
    >
      <Button onClick={() => retry()}>Try again</Button>
    </ErrorView>
  );
}
