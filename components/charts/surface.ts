/** What the charts draw on: the part of a canvas that has a likeness in SVG, so that a saved picture is the one seen. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "arc" | "rect" | "closePath" | "stroke" | "fill" | "fillText" | "setLineDash"
> & {
  strokeStyle: string | CanvasGradient | CanvasPattern;
  fillStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
};

const anchors: Partial<Record<CanvasTextAlign, string>> = { center: "middle", right: "end", end: "end" };
const baselines: Partial<Record<CanvasTextBaseline, string>> = { middle: "central", top: "hanging", hanging: "hanging" };

/** Collects what is drawn as the elements of an SVG. */
export class SvgSurface implements Surface {
  strokeStyle = "#000";
  fillStyle = "#000";
  lineWidth = 1;
  globalAlpha = 1;
  font = "12px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  private path = "";
  private dash: number[] = [];
  private readonly elements: string[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {}

  beginPath(): void {
    this.path = "";
  }
  moveTo(x: number, y: number): void {
    this.path += `M${short(x)} ${short(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `L${short(x)} ${short(y)}`;
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`;
  }
  closePath(): void {
    this.path += "z";
  }
  /** Whole circles only; the charts draw no other arcs. */
  arc(x: number, y: number, radius: number): void {
    const r = short(radius);
    this.path += `M${short(x + radius)} ${short(y)}a${r} ${r} 0 1 0 ${short(-2 * radius)} 0a${r} ${r} 0 1 0 ${short(2 * radius)} 0`;
  }
  setLineDash(dash: Iterable<number>): void {
    this.dash = [...dash];
  }
  stroke(): void {
    if (!this.path) return;
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.elements.push(`<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"${dash}${this.opacity()}/>`);
  }
  fill(): void {
    if (this.path) this.elements.push(`<path d="${this.path}" fill="${this.fillStyle}"${this.opacity()}/>`);
  }
  fillText(text: string, x: number, y: number): void {
    const anchor = anchors[this.textAlign] ?? "start";
    const baseline = baselines[this.textBaseline] ?? "auto";
    const font = escapeXml(this.font);
    this.elements.push(
      `<text x="${short(x)}" y="${short(y)}" fill="${this.fillStyle}" text-anchor="${anchor}" dominant-baseline="${baseline}" style="font:${font}"${this.opacity()}>${escapeXml(text)}</text>`,
    );
  }

  text(): string {
    const { width, height } = this;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${this.elements.join("")}</svg>`;
  }

  private opacity(): string {
    return this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
  }
}

function short(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
