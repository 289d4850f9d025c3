"use client";

import type { ChangeView } from "@/components/experiments/view/use-view-state";
import { withAxis, withToggled, type ViewState } from "@/components/experiments/view/view-state";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";

/** The switches of the view that is open. */
export function ChartControls({ view, change }: { view: ViewState; change: ChangeView }) {
  const { tab } = view;
  const flat = tab === "scatter";
  const space = tab === "space";
  if (tab === "progress") return null;
  const isLog = (key: ObjectiveKey): boolean => view.log.includes(key);
  const toggleLog = (key: ObjectiveKey) => () => change((state) => withToggled(state, "log", key));
  return (
    <>
      {flat || space ? (
        <>
          <Choose label="Across" value={view.x} options={named} onChange={(key) => change((state) => withAxis(state, "x", key as ObjectiveKey))} />
          <Switch label="log" detail="across" title="Logarithmic axis across" on={isLog(view.x)} onClick={toggleLog(view.x)} />
          <Choose label={space ? "Deep" : "Up"} value={view.y} options={named} onChange={(key) => change((state) => withAxis(state, "y", key as ObjectiveKey))} />
          <Switch label="log" detail={space ? "deep" : "up"} title={`Logarithmic axis ${space ? "deep" : "up"}`} on={isLog(view.y)} onClick={toggleLog(view.y)} />
        </>
      ) : null}
      {space ? <Choose label="Up" value={view.z} options={named} onChange={(key) => change((state) => ({ ...state, z: key as ObjectiveKey }))} /> : null}
      <Choose label="Colour" value={view.colour} options={[...colours, ...named]} onChange={(colour) => change((state) => ({ ...state, colour: colour as ViewState["colour"] }))} />
      {flat ? (
        <>
          <Choose label="Area" value={view.size ?? ""} options={[{ key: "", label: "same" }, ...named]} onChange={(key) => change((state) => ({ ...state, size: (key || null) as ViewState["size"] }))} />
          <Switch label="intervals" title="95 % intervals" on={view.intervals} onClick={() => change((state) => ({ ...state, intervals: !state.intervals }))} />
          <Switch
            label="drag filters"
            title="Dragging a box filters by it; else it zooms"
            on={view.drag === "filter"}
            onClick={() => change((state) => ({ ...state, drag: state.drag === "filter" ? "zoom" : "filter" }))}
          />
        </>
      ) : null}
    </>
  );
}

const named = objectives.map(({ key, label }) => ({ key: key as string, label: label as string }));
const colours = [
  { key: "mark", label: "front or not" },
  { key: "method", label: "method" },
];

function Choose({ label, value, options, onChange }: { label: string; value: string; options: { key: string; label: string }[]; onChange: (key: string) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-xs text-ink-2">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)} className="control h-7 px-1.5">
        {options.map((option) => (
          <option key={option.key} value={option.key}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Switch({ label, detail, title, on, onClick }: { label: string; detail?: string; title: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      title={title}
      onClick={onClick}
      className={`h-7 rounded-md border px-2 text-xs transition-colors ${on ? "border-accent bg-selected text-accent" : "border-line-strong text-ink-2 hover:bg-hover"}`}
    >
      {label}
      {detail ? <span className="sr-only"> {detail}</span> : null}
    </button>
  );
}
