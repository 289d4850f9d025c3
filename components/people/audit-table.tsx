import { RelativeTime } from "@/components/ui/relative-time";
import type { AuditView } from "@/lib/access/schema";

export function AuditTable({ entries }: { entries: AuditView[] }) {
  if (entries.length === 0) return <p className="text-ink-2">Nothing was changed yet. What is changed through pages, the API or the command line is listed here.</p>;
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="figures w-full text-left">
        <caption className="sr-only">What was changed, by whom and when</caption>
        <thead className="border-b border-line bg-panel text-xs text-ink-2">
          <tr>
            {["When", "Who", "What", "On", "Outcome", "Request"].map((name) => (
              <th key={name} scope="col" className="h-8 px-3 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} className="border-b border-line last:border-0">
              <td className="h-8 px-3 whitespace-nowrap">
                <RelativeTime at={entry.at} />
              </td>
              <td className="px-3 whitespace-nowrap">{entry.caller}</td>
              <td className="max-w-80 truncate px-3 font-mono text-xs" title={entry.action}>
                {entry.action}
              </td>
              <td className="max-w-80 truncate px-3 font-mono text-xs" title={entry.target}>
                {entry.target || "–"}
              </td>
              <td className={`px-3 whitespace-nowrap ${entry.outcome === "done" ? "" : "text-bad"}`}>{entry.outcome.replaceAll("_", " ")}</td>
              <td className="px-3 font-mono text-xs text-ink-3">{entry.requestId.slice(0, 8)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
