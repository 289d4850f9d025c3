"use client";

import { useEffect, useRef, useState } from "react";
import { resampleFront, type FrontResamples, type FrontShares, type Uncertain } from "@/lib/domain/front-shares";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

const nothing: FrontShares = { shares: new Map(), resamples: 0 };
/** After a change the picture comes first, and what comes in bursts is worked out once. */
const restMs = 300;
const sliceMs = 8;

interface Made {
  points: readonly SolutionPoint[];
  resamples: FrontResamples;
}

/** How sure each place on the front is, worked out in slices beside everything else: it refines the picture. */
export function useFrontShares(points: readonly SolutionPoint[]): FrontShares {
  const [known, setKnown] = useState(nothing);
  const made = useRef<Made | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let rounds: ReturnType<typeof resampleFront> | undefined;
    const finish = (resamples: FrontResamples): void => {
      made.current = { points, resamples };
      setKnown(resamples.result());
    };
    const work = (): void => {
      const start = performance.now();
      const before = made.current;
      if (before && isGrown(before.points, points)) {
        before.resamples.add(itemsOf(points.slice(before.points.length)));
        return finish(before.resamples);
      }
      rounds ??= resampleFront(itemsOf(points));
      do {
        const { done, value } = rounds.next();
        if (done) return finish(value);
      } while (performance.now() - start < sliceMs);
      timer = setTimeout(work, 0);
    };
    timer = setTimeout(work, restMs);
    return () => clearTimeout(timer);
  }, [points]);
  return known;
}

/** Figures of a solution never change, so the same numbers in the same order are the same solutions. */
function isGrown(before: readonly SolutionPoint[], now: readonly SolutionPoint[]): boolean {
  return before.length <= now.length && before.every(({ number }, index) => now[index]?.number === number);
}

function itemsOf(points: readonly SolutionPoint[]): Uncertain[] {
  return points.flatMap(({ number, figures, feasible, partial }) => (feasible && !partial ? [{ id: number, figures }] : []));
}
