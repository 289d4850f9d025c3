import type { RunnerLists } from "@/components/experiments/launch/choices";
import { OfferList } from "@/components/experiments/launch/offer-list";
import { planOf } from "@/components/experiments/launch/plan";
import type { LaunchDraft } from "@/components/experiments/launch/prefill";
import { Notice, Panel } from "@/components/ui/panel";

interface Props {
  draft: LaunchDraft;
  lists: RunnerLists;
}

export function LaunchSummary({ draft, lists }: Props) {
  return (
    <Panel title="What will run" id="plan">
      <ol className="list-decimal py-2 pr-3 pl-8 text-ink-2">
        {planOf(draft, lists.ok ? lists.benchmarks : []).map((line) => (
          <li key={line} className="py-0.5">
            {line}
          </li>
        ))}
      </ol>
      <div className="border-t border-line">
        {lists.ok ? (
          <>
            <OfferList what="methods" offers={lists.methods} />
            <OfferList what="runtimes" offers={lists.runtimes} />
          </>
        ) : (
          <div className="p-3">
            <Notice tone="warn" title={lists.message}>
              {lists.remedy}
            </Notice>
          </div>
        )}
      </div>
    </Panel>
  );
}
