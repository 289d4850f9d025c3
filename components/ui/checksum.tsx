import { CopyButton } from "@/components/ui/copy-button";

/** The beginning of a SHA-256, with all of it to copy and on hover. */
export function Checksum({ sha256, of }: { sha256: string; of: string }) {
  return (
    <span className="inline-flex items-center gap-0.5 whitespace-nowrap">
      <code className="font-mono text-xs text-ink-2" title={sha256}>
        {sha256.slice(0, 12)}…
      </code>
      <CopyButton text={sha256} label={`Copy the SHA-256 of ${of}`} />
    </span>
  );
}
