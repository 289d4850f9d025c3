import { expect, test } from "vitest";
import { hostileFormulas, hostileMarkup, structureOf } from "@/lib/testing/hostile-texts";
import { testViewSaying } from "./testing/views";
import { visualizationHtml } from "./visualization";

test("there are a hundred pieces of markup, all different", () => expect(new Set(hostileMarkup).size).toBe(100));

test("whatever names, labels and methods hold, they are text in the exported page", () => {
  const harmless = structureOf(visualizationHtml(testViewSaying("plain")));
  for (const text of [...hostileMarkup, ...hostileFormulas]) expect(structureOf(visualizationHtml(testViewSaying(text))), text).toEqual(harmless);
});
