"use client";

import { useMemo, useState } from "react";
import { growRange, type ScatterModel } from "@/components/charts/prepare-scatter";

type Range = [number, number];

/** What the reader zoomed to; an axis that was not touched is absent. */
export interface Zoom {
  x?: Range;
  y?: Range;
}

interface Kept {
  revision: string;
  x: Range;
  y: Range;
  zoom: Zoom | null;
}

/**
 * The ranges to draw: what the reader zoomed to, else the widest that was needed since these axes were chosen.
 * Plotly's own `uirevision` drops a zoom as soon as the computed range changes, which every new point may do.
 */
export function useAxes(prepared: ScatterModel, revision: string): { model: ScatterModel; zoomed: boolean; setZoom: (zoom: Zoom | null) => void } {
  const [kept, setKept] = useState<Kept>({ revision, x: prepared.xAxis.range, y: prepared.yAxis.range, zoom: null });
  const same = kept.revision === revision;
  const x = growRange(same ? kept.x : null, prepared.xAxis.range);
  const y = growRange(same ? kept.y : null, prepared.yAxis.range);
  if (!same || String([x, y]) !== String([kept.x, kept.y])) setKept({ revision, x, y, zoom: same ? kept.zoom : null });
  const model = useMemo(
    () => ({
      ...prepared,
      xAxis: { ...prepared.xAxis, range: kept.zoom?.x ?? kept.x },
      yAxis: { ...prepared.yAxis, range: kept.zoom?.y ?? kept.y },
    }),
    [prepared, kept],
  );
  const setZoom = (zoom: Zoom | null): void => setKept((current) => ({ ...current, zoom: zoom && { ...current.zoom, ...zoom } }));
  return { model, zoomed: kept.zoom !== null, setZoom };
}

/** The ranges in a `plotly_relayout` event; null when it tells of something else, such as a new size. */
export function zoomOf(event: Record<string, unknown>): Zoom | null {
  const x = rangeOf(event, "xaxis");
  const y = rangeOf(event, "yaxis");
  return x || y ? { ...(x ? { x } : {}), ...(y ? { y } : {}) } : null;
}

function rangeOf(event: Record<string, unknown>, axis: string): Range | null {
  const low = event[`${axis}.range[0]`];
  const high = event[`${axis}.range[1]`];
  return typeof low === "number" && typeof high === "number" ? [low, high] : null;
}
