"use client";

import { useEffect, useState, type RefObject } from "react";

export interface Size {
  width: number;
  height: number;
}

/** The element's size in CSS pixels; null until it is laid out. */
export function useSize(element: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      setSize((before) => (before?.width === width && before.height === height ? before : width > 0 && height > 0 ? { width, height } : null));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Pixels of a canvas for one of the page. */
export function pixelRatio(): number {
  return Math.min(window.devicePixelRatio || 1, 2);
}

/** An empty canvas of this size, sharp on screens with small pixels; null where the browser has no canvas to give. */
export function clearCanvas(canvas: HTMLCanvasElement | null, { width, height }: Size): CanvasRenderingContext2D | null {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return null;
  const ratio = pixelRatio();
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.globalAlpha = 1;
  context.setLineDash([]);
  return context;
}

/** Milliseconds of a frame that drawing may take, so that the page goes on answering while thousands are drawn. */
const frameBudgetMs = 9;

/** Draws `count` things in batches, as many a frame as there is time for. Returns what stops it. */
export function drawInFrames(count: number, batch: number, draw: (from: number, to: number) => void, done?: () => void): () => void {
  let next = 0;
  let frame = 0;
  const step = (): void => {
    const start = performance.now();
    while (next < count && performance.now() - start < frameBudgetMs) {
      draw(next, Math.min(count, next + batch));
      next += batch;
    }
    if (next < count) frame = requestAnimationFrame(step);
    else done?.();
  };
  step();
  return () => cancelAnimationFrame(frame);
}
