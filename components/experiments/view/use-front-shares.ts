"use client";

import { useEffect, useState } from "react";
import { resampleFront, type FrontShares } from "@/lib/domain/front-shares";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

const nothing: FrontShares = { shares: new Map(), resamples: 0 };
/** After a change the picture comes first, and what comes in bursts is worked out once. */
const restMs = 300;
const sliceMs = 8;

/** How sure each place on the front is, worked out in slices beside everything else: it refines the picture. */
export function useFrontShares(points: readonly SolutionPoint[]): FrontShares {
  const [known, setKnown] = useState(nothing);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let rounds: ReturnType<typeof resampleFront> | undefined;
    const work = (): void => {
      const start = performance.now();
      rounds ??= resampleFront(points.flatMap(({ number, figures, feasible, partial }) => (feasible && !partial ? [{ id: number, figures }] : [])));
      do {
        const { done, value } = rounds.next();
        if (done) return setKnown(value);
      } while (performance.now() - start < sliceMs);
      timer = setTimeout(work, 0);
    };
    timer = setTimeout(work, restMs);
    return () => clearTimeout(timer);
  }, [points]);
  return known;
}
