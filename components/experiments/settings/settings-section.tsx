"use client";

import { Duration } from "@/components/experiments/duration";
import { FactRows } from "@/components/experiments/fact-rows";
import { ModelRoles, useModelSpend } from "@/components/experiments/models/model-use";
import { prepareBudget, prepareLaunch, prepareMethods, prepareSteered } from "@/components/experiments/settings/prepare-settings";
import { SpecTable } from "@/components/experiments/spec-table";
import { SteerPanel } from "@/components/experiments/view/steer-panel";
import { useShared } from "@/components/sharing/shared";
import { ButtonLink } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

/** What an experiment was launched with and what people changed since, and where it may still be changed. */
export function SettingsSection({ experiment, steerable, onChanged }: { experiment: ExperimentPageView; steerable: boolean; onChanged: () => void }) {
  const shared = useShared();
  const steered = prepareSteered(experiment.steered);
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Panel title="Launched with" aside={shared ? null : <ButtonLink href={`/experiments/new?from=${experiment.id}`}>Launch again with these</ButtonLink>}>
          <FactRows rows={prepareLaunch(experiment)} />
        </Panel>
        <BudgetPanel experiment={experiment} />
      </div>
      <div className="grid min-w-0 grid-cols-1 gap-4">
        {steerable ? <SteerPanel experiment={experiment} onChanged={onChanged} /> : null}
        <Panel title="Methods">
          <FactRows rows={prepareMethods(experiment)} />
          {steered.length > 0 ? (
            <ol aria-label="What people changed" className="max-h-64 overflow-auto border-t border-line px-3 py-2 text-xs text-ink-2" tabIndex={0}>
              {steered.map(({ seq, at, text }) => (
                <li key={seq} className="py-0.5 break-words">
                  {text}{" "}
                  <span className="text-ink-3">
                    <RelativeTime at={at} />
                  </span>
                </li>
              ))}
            </ol>
          ) : null}
        </Panel>
        {shared ? null : <ModelRoles />}
        <Panel title="Model" id="model">
          <SpecTable spec={experiment.spec} />
        </Panel>
      </div>
    </div>
  );
}

function BudgetPanel({ experiment }: { experiment: ExperimentPageView }) {
  const modelSpend = useModelSpend();
  return (
    <Panel title="Budget">
      <table className="w-full">
        <thead>
          <tr className="h-8 border-b border-line text-left text-xs text-ink-2">
            <th scope="col" className="px-3 font-medium">
              Of
            </th>
            <th scope="col" className="px-3 text-right font-medium">
              At most
            </th>
            <th scope="col" className="px-3 text-right font-medium">
              Spent
            </th>
          </tr>
        </thead>
        <tbody>
          {prepareBudget(experiment).map(({ label, limit, spent }) => (
            <tr key={label} className="h-8 border-b border-line last:border-0">
              <th scope="row" className="px-3 text-left font-normal text-ink-2">
                {label}
              </th>
              <td className="px-3 text-right">{limit}</td>
              <td className="px-3 text-right">{spent ?? <Duration startedAt={experiment.startedAt} endedAt={experiment.endedAt} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {modelSpend ? <p className="figures border-t border-line px-3 py-2 text-xs text-ink-2">Language models: {modelSpend}</p> : null}
    </Panel>
  );
}
