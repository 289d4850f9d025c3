import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { CatalogueEntry } from "@/components/catalogue/entry";
import { CopyButton } from "@/components/ui/copy-button";
import { sentence } from "@/components/ui/sentence";

/** One line, opened for the rest; what is not available says so on its line, in words and with a shape. */
export function EntryRow({ entry }: { entry: CatalogueEntry }) {
  const { name, title, group, summary, source, available, reason, remedy, facts, params, code, href } = entry;
  return (
    <li className="border-b border-line last:border-0">
      <details data-row className="group">
        <summary data-row-focus className="grid grid-cols-[16px_minmax(0,1fr)] items-baseline gap-x-2 px-3 py-2 hover:bg-hover md:grid-cols-[16px_14rem_8rem_minmax(0,1fr)]">
          <ChevronRight size={14} aria-hidden className="self-center text-ink-3 transition-transform group-open:rotate-90" />
          <span className="min-w-0">
            <span className="font-medium">{title}</span>
            {available ? null : <span className="ml-2 text-xs whitespace-nowrap text-warn">✕ not here</span>}
          </span>
          <span className="col-start-2 text-xs text-ink-3 md:col-start-auto">{group}</span>
          <span className="col-start-2 text-ink-2 md:col-start-auto">{sentence(summary)}</span>
        </summary>
        <div className="grid gap-3 border-t border-line bg-panel px-4 py-3 md:pl-9">
          {available ? null : (
            <p className="text-warn">
              {sentence(reason)} <span className="break-words text-ink-2">{sentence(remedy)}</span>
            </p>
          )}
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[12rem_minmax(0,1fr)]">
            <dt className="text-ink-3">Name in recipes and the API</dt>
            <dd className="font-mono">{name}</dd>
            {source ? (
              <>
                <dt className="text-ink-3">Source</dt>
                <dd>{source}</dd>
              </>
            ) : null}
            {facts.map(({ label, value }) => (
              <div key={label} className="contents">
                <dt className="text-ink-3">{label}</dt>
                <dd className="min-w-0 break-words">{value}</dd>
              </div>
            ))}
          </dl>
          {params.length > 0 ? (
            <div className="overflow-x-auto">
              <table className="w-full">
                <caption className="sr-only">Parameters of {title}</caption>
                <thead>
                  <tr className="h-7 border-b border-line text-left text-xs text-ink-3">
                    {["Parameter", "Values", "Default", "Meaning"].map((label) => (
                      <th key={label} scope="col" className="pr-4 font-medium">
                        {label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {params.map((param) => (
                    <tr key={param.name} className="border-b border-line align-baseline last:border-0">
                      <th scope="row" className="py-1 pr-4 text-left font-mono font-normal">
                        {param.name}
                      </th>
                      <td className="py-1 pr-4">{param.values}</td>
                      <td className="py-1 pr-4 font-mono">{param.fallback}</td>
                      <td className="py-1 text-ink-2">{sentence(param.description)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : null}
          {code ? (
            <div className="relative">
              <pre className="overflow-x-auto rounded-md border border-line bg-ground p-3 font-mono text-xs">{code}</pre>
              <div className="absolute top-1 right-1">
                <CopyButton text={code} label="Copy the recipe" />
              </div>
            </div>
          ) : null}
          {href ? (
            <Link href={href} className="text-accent hover:underline">
              Start an experiment with it
            </Link>
          ) : null}
        </div>
      </details>
    </li>
  );
}
