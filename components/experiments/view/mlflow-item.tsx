"use client";

import { Menu } from "@base-ui/react/menu";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ApiError, getJson, postJson } from "@/components/api";
import { counted } from "@/components/whole-number";
import type { Logged, TrackingStatus } from "@/lib/planning/mlflow/schema";

/** Logs the experiment to the MLflow server; without one it says how to have one. */
export function MlflowItem({ id, className }: { id: string; className: string }) {
  const path = `/api/v1/experiments/${id}/mlflow`;
  const status = useQuery({ queryKey: ["mlflow", id], queryFn: ({ signal }) => getJson<TrackingStatus>(path, signal) });
  const log = useMutation({ mutationFn: () => postJson<Logged>(path, {}), onSuccess: () => void status.refetch() });
  const missing = status.data?.missing;
  const said = missing
    ? `${missing.reason} ${missing.remedy}`
    : log.isPending
      ? "Being sent…"
      : log.error
        ? [log.error.message, log.error instanceof ApiError ? log.error.remedy : ""].join(" ")
        : log.data
          ? `${counted(log.data.runs, "run")} there as ${log.data.experiment}.`
          : status.isError
            ? "Whether there is a server could not be read."
            : status.data?.logged
              ? "The server has all of it; sending it again changes nothing."
              : "";
  return (
    <>
      <Menu.Item className={`${className} data-disabled:text-ink-3`} disabled={!status.data || Boolean(missing) || log.isPending} closeOnClick={false} aria-describedby="mlflow-said" onClick={() => log.mutate()}>
        Log to MLflow
      </Menu.Item>
      <p id="mlflow-said" role="status" className={`max-w-64 px-2 text-xs break-words ${log.error ? "text-bad" : "text-ink-2"} ${said ? "pb-1" : ""}`}>
        {said}
      </p>
      {log.data ? (
        <Menu.LinkItem href={log.data.url} target="_blank" rel="noreferrer" className={className}>
          Open it in MLflow
        </Menu.LinkItem>
      ) : null}
    </>
  );
}
