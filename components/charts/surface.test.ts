import { expect, test } from "vitest";
import { SvgSurface } from "./surface";

test("what is drawn becomes elements; text is text", () => {
  const surface = new SvgSurface(100, 50);
  surface.strokeStyle = "#123456";
  surface.globalAlpha = 0.5;
  surface.setLineDash([2, 2]);
  surface.beginPath();
  surface.moveTo(0, 0);
  surface.lineTo(10.123, 5);
  surface.stroke();
  surface.textAlign = "right";
  surface.font = '12px "Inter Variable"';
  surface.fillText("<script>&", 5, 5);
  const text = surface.text();
  expect(text).toContain('<path d="M0 0L10.12 5" fill="none" stroke="#123456" stroke-width="1" stroke-dasharray="2 2" opacity="0.5"/>');
  expect(text).toContain("&lt;script&gt;&amp;");
  expect(text).toContain('text-anchor="end"');
  expect(text).not.toContain('"12px "Inter');
});
