import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { sections } from "../components/experiments/view/view-state";
import { listExperiments, type Summary } from "./lab";

export interface LabPage {
  /** A file name's worth of it: `experiments-solutions`. */
  name: string;
  path: string;
}

/** Pages that a test has to come to by a link it made: they have their own. */
const byLinkOnly = ["share/[id]", "share/[id]/solutions/[number]", "share/[id]/episodes/[number]", "join/[id]"];

/**
 * Every page of the lab, found in the app folder, so that a new one is in every test at once. Those of an experiment
 * are of the newest one that has a point; without one they are left out.
 */
export async function everyPage(request: APIRequestContext): Promise<LabPage[]> {
  const shown = (await listExperiments(request)).find(({ frontSize }) => frontSize > 0);
  const routes = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`${sep}page.tsx`))
    .map((file) => relative(".", dirname(file)).split(sep).filter((part) => !/^\(.*\)$/.test(part)).join("/"))
    .filter((route) => !byLinkOnly.includes(route))
    .toSorted();
  const pages = routes.filter((route) => shown || !route.includes("[")).map((route) => ({ name: route.replaceAll(/\/\[\w+\]/g, "-one").replaceAll("/", "-"), path: `/${join(...route.split("/").map((part, at, parts) => valueOf(part, parts[at - 1], shown)))}` }));
  // An experiment's page is another one in each of its sections.
  const parts = shown ? sections.slice(1).map((section) => ({ name: `experiments-${section}`, path: `/experiments/${shown.id}?section=${section}` })) : [];
  return [...pages, ...parts];
}

function valueOf(part: string, parent: string | undefined, shown: Summary | undefined): string {
  if (!part.startsWith("[")) return part;
  if (parent === "experiments" && shown) return shown.id;
  // The baseline and its solution are in every experiment that has a point.
  if (parent === "solutions" || parent === "episodes") return "0";
  throw new Error(`A page has the parameter ${part} under ${parent}, and e2e/pages.ts knows no value for it.`);
}
