import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Routes that answer strangers. Each checks by itself what it gives away; a new one is added here after a second look. */
const openRoutes = ["app/api/health/route.ts", "app/api/inngest/route.ts", "app/api/runner/callback/route.ts", "app/share/[id]/experiments/[experiment]/changes/route.ts", "app/share/[id]/experiments/[experiment]/compare/route.ts", "app/share/[id]/experiments/[experiment]/episodes/[number]/route.ts", "app/share/[id]/experiments/[experiment]/events/route.ts", "app/share/[id]/experiments/[experiment]/solutions/[number]/route.ts", "app/share/open/[token]/route.ts", "app/start/route.ts"];
/** Pages that strangers may see. */
const openPages = ["app/join/[id]/page.tsx", "app/share/[id]/episodes/[number]/page.tsx", "app/share/[id]/page.tsx", "app/share/[id]/solutions/[number]/page.tsx", "app/sign-in/page.tsx"];

function files(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => name.test(file) && !file.includes("generated"));
}

const exportsOf = (file: string): string[] => [...readFileSync(file, "utf8").matchAll(/^export\s+(.*)$/gm)].map((match) => match[1] ?? "");

test("every export of a server action file goes through the wrapper", () => {
  for (const file of ["app", "components", "lib"].flatMap((folder) => files(folder, /\.tsx?$/))) {
    const text = readFileSync(file, "utf8");
    if (!/^\s*["']use server["']/m.test(text)) continue;
    expect(text, `${file}: a server action has a file of its own`).toMatch(/^["']use server["']/);
    for (const line of exportsOf(file)) expect(line, file).toMatch(/^(const \w+ = (action|openAction)\(|type |interface )/);
  }
});

test("every route handler goes through the wrapper, and only known ones answer strangers", () => {
  const open = new Set<string>();
  for (const file of files("app", /(^|\/)route\.tsx?$/)) {
    for (const line of exportsOf(file)) {
      expect(line, file).toMatch(/^const (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) = (route|openRoute)(<.*>)?\(|^const (dynamic|runtime|maxDuration) = |^type /);
      if (line.includes("= openRoute")) open.add(file);
    }
  }
  expect([...open].sort()).toEqual(openRoutes);
});

test("every page goes through the wrapper, and only known ones are shown to strangers", () => {
  for (const file of files("app", /(^|\/)page\.tsx$/)) {
    if (openPages.includes(file)) continue;
    const exported = exportsOf(file);
    expect(exported.join("\n"), file).toMatch(/^default page\(/m);
    for (const line of exported) expect(line, file).toMatch(/^default page\(|^const generateMetadata = page\(|^const metadata\b|^const (dynamic|maxDuration)\b/);
  }
});
