import type { Mark } from "@/components/charts/scene";
import type { Surface } from "@/components/charts/surface";
import type { ChartTheme } from "@/components/charts/use-chart-theme";

/** A mark is a shape before it is a colour: filled circle, small hollow circle, cross, diamond. */

export const radiusOf: Record<Mark, number> = { front: 5, dominated: 3.5, infeasible: 4, baseline: 6.5 };

/** Adds a mark to the path that is open; `paintMarks` paints it. */
function addMark(surface: Surface, mark: Mark, x: number, y: number, radius: number): void {
  if (mark === "baseline") {
    surface.moveTo(x, y - radius);
    surface.lineTo(x + radius, y);
    surface.lineTo(x, y + radius);
    surface.lineTo(x - radius, y);
    surface.closePath();
  } else if (mark === "infeasible") {
    const arm = radius * 0.8;
    surface.moveTo(x - arm, y - arm);
    surface.lineTo(x + arm, y + arm);
    surface.moveTo(x + arm, y - arm);
    surface.lineTo(x - arm, y + arm);
  } else {
    surface.moveTo(x + radius, y);
    surface.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** More marks of one kind than this are drawn thinner and smaller. */
export const crowd = 1000;

export interface PlacedMark {
  mark: Mark;
  x: number;
  y: number;
  colour: string;
  radius: number;
}

/** Marks of one kind and colour are painted as one path, which is what makes thousands of them quick. */
export function paintMarks(surface: Surface, marks: readonly PlacedMark[], theme: ChartTheme): void {
  const groups = new Map<string, PlacedMark[]>();
  for (const each of marks) {
    const name = each.mark + each.colour;
    const group = groups.get(name);
    if (group) group.push(each);
    else groups.set(name, [each]);
  }
  for (const group of groups.values()) {
    const { mark, colour } = group[0] as PlacedMark;
    surface.beginPath();
    for (const { x, y, radius } of group) addMark(surface, mark, x, y, radius);
    if (mark === "dominated" || mark === "infeasible") {
      surface.strokeStyle = colour;
      surface.lineWidth = group.length > crowd ? 0.75 : 1.5;
      surface.stroke();
    } else {
      // The rim comes first, so that of marks on top of each other no rim covers a neighbour.
      surface.strokeStyle = theme.ground;
      surface.lineWidth = 2;
      surface.stroke();
      surface.fillStyle = colour;
      surface.fill();
    }
  }
}

export function paintRing(surface: Surface, x: number, y: number, radius: number, colour: string, dashed = false): void {
  surface.setLineDash(dashed ? [2.5, 2.5] : []);
  surface.strokeStyle = colour;
  surface.lineWidth = dashed ? 1.25 : 2;
  surface.beginPath();
  surface.arc(x, y, radius, 0, 2 * Math.PI);
  surface.stroke();
  surface.setLineDash([]);
}
