import type { Box } from "@/components/charts/draw-scatter";
import { hiddenAlpha, shownAlpha } from "@/components/charts/draw-parallel";
import { groundOf, inkOf, LineDensity } from "@/components/charts/line-density";
import type { ParallelModel } from "@/components/charts/prepare-parallel";
import type { Mark, Scene } from "@/components/charts/scene";
import type { ChartTheme } from "@/components/charts/use-chart-theme";

interface Group {
  density: LineDensity;
  size: number;
}

/** From the bottom to the top; the baseline is a line of its own, painted over them. */
const layers = ["hidden", "dominated", "infeasible", "front"] as const;
type Layer = (typeof layers)[number];

/** Thousands of lines as densities, one for each kind and colour; only what changes is counted anew. */
export class CrowdedLines {
  readonly #groups: Record<Layer, Map<string, Group>> = { hidden: new Map(), dominated: new Map(), infeasible: new Map(), front: new Map() };
  readonly #places: (Group | null)[] = [];
  /** Whether the picture on the page is of the lines as they are counted. */
  painted = false;

  /** For one place of the axes on the screen; where they move, lines are counted by another. */
  constructor(
    readonly look: string,
    private readonly box: Box,
    private readonly ratio: number,
    private readonly theme: ChartTheme,
  ) {}

  /** Indices of the lines that are not where they belong. */
  misplaced(scene: Scene, colours: readonly string[]): number[] {
    const found: number[] = [];
    for (let index = 0; index < scene.points.length; index++) {
      if ((this.#places[index] ?? null) !== this.#groupOf(scene, colours, index)) found.push(index);
    }
    return found;
  }

  move(scene: Scene, model: ParallelModel, colours: readonly string[], indices: readonly number[]): void {
    this.painted = false;
    for (const index of indices) {
      const before = this.#places[index] ?? null;
      const after = this.#groupOf(scene, colours, index);
      for (const [group, sign] of [[before, -1], [after, 1]] as const) {
        group?.density.add(model, index, sign);
        if (group) group.size += sign;
      }
      this.#places[index] = after;
    }
  }

  #groupOf(scene: Scene, colours: readonly string[], index: number): Group | null {
    const mark = scene.marks[index] as Mark;
    const hidden = !scene.shown[index];
    if (mark === "baseline" && !hidden) return null;
    const groups = this.#groups[hidden ? "hidden" : (mark as Layer)];
    const colour = hidden ? this.theme.line : (colours[index] as string);
    let group = groups.get(colour);
    if (!group) groups.set(colour, (group = { density: new LineDensity(this.box, this.ratio), size: 0 }));
    return group;
  }

  paint(canvas: CanvasRenderingContext2D, counts: Readonly<Record<Mark, number>>): void {
    const width = Math.round(this.box.width * this.ratio);
    const pixels = groundOf(this.theme.ground, width * Math.round(this.box.height * this.ratio));
    for (const layer of layers) {
      for (const [colour, group] of this.#groups[layer]) {
        if (group.size > 0) group.density.paintOver(pixels, layer === "hidden" ? inkOf(colour, hiddenAlpha(group.size), true) : inkOf(colour, shownAlpha(layer, counts[layer])));
      }
    }
    this.painted = true;
    // Pixels are put where they are told, whatever the canvas' scale.
    canvas.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width), Math.round(this.box.left * this.ratio), Math.round(this.box.top * this.ratio));
  }
}
