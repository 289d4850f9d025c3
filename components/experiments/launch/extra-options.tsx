import type { OfferChoice } from "@/components/experiments/launch/choices";
import type { LaunchDraft } from "@/components/experiments/launch/prefill";
import { sentence } from "@/components/ui/sentence";

interface Props {
  draft: Pick<LaunchDraft, "planning" | "reuse" | "templates">;
  templates: OfferChoice[];
  onChange: (changed: Partial<LaunchDraft>) => void;
}

/** What an experiment may begin with and lean on besides the search. */
export function ExtraOptions({ draft, templates, onChange }: Props) {
  const chosen = draft.templates ?? [];
  return (
    <>
      <fieldset className="grid gap-2 sm:col-span-2">
        <legend className="mb-1 font-medium">Start from templates</legend>
        {templates.map(({ name, title, summary }) => (
          <Option
            key={name}
            title={title}
            text={sentence(summary)}
            checked={chosen.includes(name)}
            onToggle={() => onChange({ templates: chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name] })}
          />
        ))}
      </fieldset>
      <fieldset className="grid gap-2 sm:col-span-2">
        <legend className="mb-1 font-medium">Experience and planning</legend>
        <Option
          title="Take over what was measured before"
          text="A recipe that was measured under the same conditions is not run again; where its figures come from is shown."
          checked={draft.reuse ?? true}
          onToggle={() => onChange({ reuse: !(draft.reuse ?? true) })}
        />
        <Option
          title="Let the planner model write the to-do list"
          text="Needs a language model; without one the list is written by rules."
          checked={draft.planning ?? false}
          onToggle={() => onChange({ planning: !draft.planning })}
        />
      </fieldset>
    </>
  );
}

function Option({ title, text, checked, onToggle }: { title: string; text: string; checked: boolean; onToggle: () => void }) {
  return (
    <label className="flex cursor-pointer items-start gap-3">
      <input type="checkbox" checked={checked} onChange={onToggle} className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" />
      <span>
        {title} <span className="block text-xs text-ink-3">{text}</span>
      </span>
    </label>
  );
}
