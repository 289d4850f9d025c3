"use client";

import { useRef, useState, type PointerEvent } from "react";
import type { Box } from "@/components/charts/draw-scatter";

interface Options {
  /** Number of the solution at a pixel of the chart, or null. */
  find: (x: number, y: number) => number | null;
  /** The plot that a pixel lies in, or null: where a drag may begin, and what it cannot leave. */
  plotAt: (x: number, y: number) => Box | null;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
  onBox: (plot: Box, box: Box) => void;
}

const dragThreshold = 5;

/** Hovering, choosing and dragging a box over drawn points, for a mouse or a pen; fingers scroll and tap. */
export function usePlotPointer({ find, plotAt, onHover, onSelect, onBox }: Options) {
  const start = useRef<{ x: number; y: number; plot: Box } | null>(null);
  const [box, setBox] = useState<Box | null>(null);
  const place = (event: PointerEvent): { x: number; y: number } => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const boxTo = ({ x, y }: { x: number; y: number }): Box | null => {
    if (!start.current) return null;
    const { plot } = start.current;
    const endX = Math.min(plot.left + plot.width, Math.max(plot.left, x));
    const endY = Math.min(plot.top + plot.height, Math.max(plot.top, y));
    const made = { left: Math.min(start.current.x, endX), top: Math.min(start.current.y, endY), width: Math.abs(endX - start.current.x), height: Math.abs(endY - start.current.y) };
    return made.width > dragThreshold && made.height > dragThreshold ? made : null;
  };
  return {
    box,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>): void {
        if (event.button !== 0) return;
        const at = place(event);
        const plot = plotAt(at.x, at.y);
        if (!plot || event.pointerType === "touch") return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { ...at, plot };
      },
      onPointerMove(event: PointerEvent<HTMLElement>): void {
        const at = place(event);
        if (start.current) setBox(boxTo(at));
        else onHover(find(at.x, at.y));
      },
      onPointerUp(event: PointerEvent<HTMLElement>): void {
        const at = place(event);
        const made = boxTo(at);
        const plot = start.current?.plot;
        start.current = null;
        setBox(null);
        if (made && plot) return onBox(plot, made);
        const number = find(at.x, at.y);
        if (number !== null) onSelect(number, event.shiftKey);
      },
      onPointerCancel(): void {
        start.current = null;
        setBox(null);
      },
      onPointerLeave(): void {
        if (!start.current) onHover(null);
      },
    },
  };
}

/** Index of the nearest of the points that `allowed` lets through, within `reach` pixels. */
export function nearestPoint(count: number, at: (index: number) => { x: number; y: number }, allowed: (index: number) => boolean, x: number, y: number, reach = 16): number | null {
  let best: number | null = null;
  let least = reach ** 2;
  for (let index = 0; index < count; index++) {
    if (!allowed(index)) continue;
    const place = at(index);
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
    if (distance <= least) {
      best = index;
      least = distance;
    }
  }
  return best;
}
