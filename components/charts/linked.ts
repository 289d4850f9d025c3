"use client";

import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { clearCanvas, type Size } from "@/components/charts/use-canvas";
import type { Scene } from "@/components/charts/scene";
import { SvgSurface, type Surface } from "@/components/charts/surface";
import type { ChartTheme } from "@/components/charts/use-chart-theme";
import type { HoverStore } from "@/components/experiments/view/hover-store";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import type { ViewState } from "@/components/experiments/view/view-state";

/** What every linked view is given: the same points, one hover, one selection, one set of filters. */
export interface LinkedProps {
  scene: Scene;
  view: ViewState;
  change: ChangeView;
  hover: HoverStore;
  selected: ReadonlySet<number>;
  onSelect: (number: number, add: boolean) => void;
  /** Filled by the view that is open: how to save its picture. */
  picture: Ref<TakePicture>;
}

export type PictureFormat = "png" | "svg";
export type TakePicture = (format: PictureFormat) => Promise<Blob>;

/** Saves what is seen by drawing it once more: on a canvas of its own, or as SVG. */
export function usePicture(picture: Ref<TakePicture>, size: Size | null, theme: ChartTheme | null, paint: (surface: Surface) => void): void {
  useImperativeHandle(picture, () => async (format) => {
    if (!size || !theme) throw new Error("The chart is not drawn yet.");
    const draw = (surface: Surface): void => {
      surface.fillStyle = theme.ground;
      surface.beginPath();
      surface.rect(0, 0, size.width, size.height);
      surface.fill();
      paint(surface);
    };
    if (format === "svg") {
      const surface = new SvgSurface(size.width, size.height);
      draw(surface);
      return new Blob([surface.text()], { type: "image/svg+xml" });
    }
    const canvas = document.createElement("canvas");
    const context = clearCanvas(canvas, size);
    if (!context) throw new Error("This browser gives no canvas to draw the picture on.");
    draw(context);
    return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be made."))), "image/png"));
  });
}

const ringMs = 1500;

/** Indices of the points that came since the chart was opened, each for the time of one soft ring. */
export function useArrivals(scene: Scene): number[] {
  const count = scene.points.length;
  const known = useRef(count);
  const [fresh, setFresh] = useState<number[]>([]);
  useEffect(() => {
    const before = known.current;
    known.current = count;
    if (count <= before) return;
    const show = setTimeout(() => setFresh(Array.from({ length: Math.min(20, count - before) }, (_, index) => count - 1 - index)), 0);
    const clear = setTimeout(() => setFresh([]), ringMs);
    return () => {
      clearTimeout(show);
      clearTimeout(clear);
      setFresh([]);
    };
  }, [count]);
  return fresh.filter((index) => index < count);
}
