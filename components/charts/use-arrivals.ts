"use client";

import { useEffect, useRef, useState, type RefObject } from "react";
import type { ScatterPoint } from "@/components/charts/prepare-scatter";

interface Arrival {
  key: string;
  left: number;
  top: number;
}

/** Plotly's drawn axes; not part of its public types, but the only way from a value to a pixel. */
interface DrawnAxis {
  d2p(value: number): number;
  _offset: number;
  _length: number;
}

function isInside(axis: DrawnAxis, value: number): boolean {
  const place = axis.d2p(value);
  return place >= 0 && place <= axis._length;
}

const ringMs = 1500;

/** Pixel places of points that came after the first drawing, each for the time of one soft ring. */
export function useArrivals(points: readonly ScatterPoint[], plot: RefObject<HTMLElement | null>, ready: boolean): Arrival[] {
  const known = useRef<Set<number> | null>(null);
  const [arrivals, setArrivals] = useState<Arrival[]>([]);
  useEffect(() => {
    if (!ready) return;
    const before = known.current;
    known.current = new Set(points.map((point) => point.number));
    const fresh = before ? points.filter((point) => !before.has(point.number)) : [];
    if (fresh.length === 0) return;
    // The axes may grow for the newcomer, so the place is read once Plotly has drawn.
    const show = setTimeout(() => {
      const layout = (plot.current as unknown as { _fullLayout?: { xaxis: DrawnAxis; yaxis: DrawnAxis } } | null)?._fullLayout;
      if (!layout) return;
      const { xaxis, yaxis } = layout;
      // A point outside of a zoomed view has no place to be announced at.
      const inView = fresh.filter(({ x, y }) => isInside(xaxis, x) && isInside(yaxis, y));
      setArrivals(inView.map(({ number, x, y }) => ({ key: String(number), left: xaxis._offset + xaxis.d2p(x), top: yaxis._offset + yaxis.d2p(y) })));
    }, 60);
    const clear = setTimeout(() => setArrivals([]), ringMs + 60);
    return () => {
      clearTimeout(show);
      clearTimeout(clear);
      setArrivals([]);
    };
  }, [points, plot, ready]);
  return arrivals;
}
