"use client";

import { clsx } from "clsx";
import { useRef, useState, type PointerEvent } from "react";
import { describeEnd, rangeAfterKey, rangeHeights, rangeOf } from "@/components/charts/axis-range";
import type { Box } from "@/components/charts/draw-scatter";
import type { ParallelAxis } from "@/components/charts/prepare-parallel";
import type { Range } from "@/components/charts/scene";

interface Props {
  axis: ParallelAxis;
  x: number;
  box: Box;
  /** Room for the header, in pixels. */
  width: number;
  range: Range | null;
  onRange: (range: Range | null) => void;
  onFlip: () => void;
  onLog: () => void;
  /** By how many axes it is moved. */
  onMove: (places: number) => void;
  spacing: number;
}

/** The header of one axis (drag or arrow keys to move it) and the strip on which a range is drawn. */
export function ParallelAxisControls({ axis, x, box, width, range, onRange, onFlip, onLog, onMove, spacing }: Props) {
  const grip = useRef<number | null>(null);
  const [offset, setOffset] = useState(0);
  const unit = axis.scale.unit;
  return (
    <>
      <div className="absolute top-0 flex flex-col items-center" style={{ left: x, width, transform: `translateX(calc(-50% + ${offset}px))`, zIndex: offset ? 10 : 1 }}>
        <button
          type="button"
          className="flex h-6 max-w-full cursor-grab touch-none items-baseline gap-1 rounded-sm px-1 text-xs whitespace-nowrap hover:bg-hover"
          aria-label={`${axis.label} axis: arrow keys move it`}
          title="Drag to move; double-click to clear its range"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            grip.current = event.clientX;
          }}
          onPointerMove={(event) => {
            if (grip.current !== null) setOffset(event.clientX - grip.current);
          }}
          onPointerUp={() => {
            grip.current = null;
            const places = Math.round(offset / spacing);
            setOffset(0);
            if (places !== 0) onMove(places);
          }}
          onPointerCancel={() => {
            grip.current = null;
            setOffset(0);
          }}
          onDoubleClick={() => onRange(null)}
          onKeyDown={(event) => {
            const places = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (places) onMove(places);
            if (event.key === "Delete" || event.key === "Backspace") onRange(null);
          }}
        >
          <span className="truncate font-medium">{axis.label}</span>
          <span className="text-ink-3">{unit.split("/")[0]}</span>
          <span className="text-ink-3" aria-hidden>
            {axis.better}
          </span>
        </button>
        <span className="flex">
          <Small label={axis.highOnTop ? "Turn round, low end on top" : "Turn round, high end on top"} on={false} onClick={onFlip}>
            ⇅
          </Small>
          <Small label="Logarithmic axis" on={axis.log} onClick={onLog}>
            log
          </Small>
          {range ? (
            <Small label={`Clear the range of ${axis.label}`} on onClick={() => onRange(null)}>
              ✕
            </Small>
          ) : null}
        </span>
      </div>
      <BrushStrip axis={axis} x={x} box={box} range={range} onRange={onRange} />
      <RangeEnds axis={axis} x={x} box={box} range={range} onRange={onRange} />
    </>
  );
}

function Small({ label, on, onClick, children }: { label: string; on: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" aria-label={label} aria-pressed={on} title={label} onClick={onClick} className={clsx("h-6 min-w-6 rounded-sm px-1 text-xs hover:bg-hover", on ? "text-accent" : "text-ink-3")}>
      {children}
    </button>
  );
}

/** Drag draws a range, drag within one moves it, near an end stretches it, a click clears it. The ends below do the same by keys. */
function BrushStrip({ axis, x, box, range, onRange }: Pick<Props, "axis" | "x" | "box" | "range" | "onRange">) {
  const drag = useRef<{ from: number; bottom: number; top: number; moved: boolean } | null>(null);
  const heights = rangeHeights(axis, range);
  const heightAt = (event: PointerEvent): number => {
    const { top } = event.currentTarget.getBoundingClientRect();
    return 1 - (event.clientY - top) / box.height;
  };
  const emit = (bottom: number, top: number): void => onRange(rangeOf(axis, Math.min(bottom, top), Math.max(bottom, top)));
  const grab = 6 / box.height;
  return (
    <div
      aria-hidden
      data-brush={axis.key}
      className="absolute w-8 -translate-x-1/2 cursor-crosshair touch-none"
      style={{ left: x, top: box.top, height: box.height }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const from = heightAt(event);
        if (heights && Math.abs(from - heights.top) < grab) drag.current = { from, bottom: heights.bottom, top: from, moved: false };
        else if (heights && Math.abs(from - heights.bottom) < grab) drag.current = { from, bottom: heights.top, top: from, moved: false };
        else if (heights && from > heights.bottom && from < heights.top) drag.current = { from, ...heights, moved: false };
        else drag.current = { from, bottom: from, top: from, moved: false };
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (!held) return;
        event.stopPropagation();
        const at = heightAt(event);
        if (Math.abs(at - held.from) * box.height > 3) held.moved = true;
        if (!held.moved) return;
        const whole = held.top !== held.from && held.bottom !== held.from;
        if (whole) emit(held.bottom + at - held.from, held.top + at - held.from);
        else emit(held.bottom, at);
      }}
      onPointerUp={(event) => {
        event.stopPropagation();
        if (drag.current && !drag.current.moved) onRange(null);
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
    >
      {heights ? (
        <div
          className="absolute inset-x-2 rounded-sm border-y-2 border-accent bg-accent/20"
          style={{ top: `${(1 - heights.top) * 100}%`, height: `${Math.max(0.5, (heights.top - heights.bottom) * 100)}%` }}
        />
      ) : null}
    </div>
  );
}

const ends = ["top", "bottom"] as const;

/** The two ends of the range for the keyboard: sliders that stand on the axis and are seen while they have the focus. */
function RangeEnds({ axis, x, box, range, onRange }: Pick<Props, "axis" | "x" | "box" | "range" | "onRange">) {
  return ends.map((end) => {
    const { label, text, percent } = describeEnd(axis, range, end);
    return (
      <div
        key={end}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        title="Arrow keys move it, with shift further; Delete clears the range"
        className="pointer-events-none absolute z-10 flex size-6 -translate-x-1/2 -translate-y-1/2 items-center rounded-sm opacity-0 focus-visible:opacity-100"
        style={{ left: x, top: box.top + box.height * (1 - percent / 100) }}
        onKeyDown={(event) => {
          const next = rangeAfterKey(axis, range, end, event);
          if (next === undefined) return;
          // The page would scroll, or the chart's area would.
          event.preventDefault();
          event.stopPropagation();
          onRange(next);
        }}
      >
        <span className="h-2 w-full rounded-sm bg-accent" />
      </div>
    );
  });
}
