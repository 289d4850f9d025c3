import { specRows } from "@/components/experiments/spec-rows";
import type { ModelSpec } from "@/lib/experiments/schema";

const dots = { high: "●●●", medium: "●●○", low: "●○○" };

export function SpecTable({ spec }: { spec: ModelSpec }) {
  return (
    <>
      <table className="w-full">
        <caption className="sr-only">What is known of {spec.model}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Fact</th>
            <th scope="col">Value</th>
            <th scope="col">Known from</th>
            <th scope="col">Confidence</th>
          </tr>
        </thead>
        <tbody>
          {specRows(spec).map(({ label, value, source, confidence }) => (
            <tr key={label} className="h-7 border-b border-line last:border-0">
              <th scope="row" className="py-1 pr-3 pl-3 text-left font-normal text-ink-2 sm:whitespace-nowrap">
                {label}
              </th>
              <td className="w-full py-1 pr-3 wrap-break-word">{value}</td>
              <td className="min-w-20 py-1 pr-3 text-xs text-ink-3 sm:whitespace-nowrap">{source}</td>
              <td className="hidden py-1 pr-3 text-right text-xs whitespace-nowrap text-ink-3 sm:table-cell" title={`${confidence} confidence`}>
                <span aria-hidden>{dots[confidence]}</span>
                <span className="sr-only">{confidence}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {spec.notes.length > 0 ? (
        <ul className="list-disc border-t border-line py-2 pr-3 pl-7 text-xs text-ink-2">
          {spec.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
