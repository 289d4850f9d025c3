import { CopyButton } from "@/components/ui/copy-button";

/** Finds the same request in the logs. */
export function RequestId({ id, name = "Request id" }: { id: string; name?: string }) {
  return (
    <p className="mt-2 flex flex-wrap items-center gap-1 text-xs text-ink-2">
      {name} <code className="font-mono break-all">{id}</code>
      <CopyButton text={id} label={`Copy the ${name.toLowerCase()}`} />
    </p>
  );
}
