import type { OfferChoice } from "@/components/experiments/launch/choices";
import { sentence } from "@/components/ui/sentence";

/** Closed by default: what can be done here is worth a line, what cannot be done is worth its reason. */
export function OfferList({ what, offers }: { what: string; offers: OfferChoice[] }) {
  const available = offers.filter((offer) => offer.available);
  const missing = offers.filter((offer) => !offer.available);
  return (
    <details className="border-t border-line first:border-t-0">
      <summary className="rounded-sm px-3 py-2 hover:bg-hover">
        <span className="figures">
          {available.length} of {offers.length}
        </span>{" "}
        {what} can run here
      </summary>
      <ul className="border-t border-line px-3 py-2">
        {available.map(({ name, title, summary }) => (
          <li key={name} className="py-1">
            <span className="font-medium">{title}</span> <span className="text-ink-2">{sentence(summary)}</span>
          </li>
        ))}
      </ul>
      {missing.length > 0 ? (
        <>
          <h3 className="border-t border-line px-3 pt-2 text-xs font-medium text-ink-2">Not available here</h3>
          <ul className="px-3 pb-2">
            {missing.map(({ name, title, reason, remedy }) => (
              <li key={name} className="py-1">
                <span className="font-medium">{title}</span> <span className="text-warn">{sentence(reason)}</span>{" "}
                {remedy ? <span className="break-words text-ink-2">{sentence(remedy)}</span> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </details>
  );
}
