"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { Fragment } from "react";
import { places } from "@/components/layout/places";

interface Crumb {
  label: string;
  href: string;
}

/** Pages below an experiment's own. */
const belowExperiment: Record<string, string> = { solutions: "Solution", episodes: "Episode", report: "Report" };

export function crumbsOf(path: string): Crumb[] {
  const [section, page, kind, number] = path.split("/").filter(Boolean);
  const place = places.find(({ href }) => href === `/${section}`);
  if (!place) return [];
  const crumbs = [{ label: place.label, href: place.href }];
  const inner = places.find(({ href }) => href === path && href !== place.href);
  if (inner) crumbs.push({ label: inner.label, href: inner.href });
  // The page's own heading carries the name; the crumb only says where one is.
  else if (page) crumbs.push({ label: decodeURIComponent(page).replace(/^([0-9a-f]{8})-[0-9a-f-]{27}$/, "$1"), href: `/${section}/${page}` });
  const below = belowExperiment[kind ?? ""];
  if (below) crumbs.push({ label: number ? `${below} ${decodeURIComponent(number)}` : below, href: path });
  return crumbs;
}

export function Breadcrumb() {
  const crumbs = crumbsOf(usePathname());
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2 text-sm">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <Fragment key={crumb.href}>
              {index > 0 ? (
                <li aria-hidden className="text-ink-3">
                  /
                </li>
              ) : null}
              <li className="min-w-0 truncate">
                {last ? (
                  <span aria-current="page" className="text-ink">
                    {crumb.label}
                  </span>
                ) : (
                  <Link href={crumb.href} className="text-ink-2 hover:text-ink hover:underline">
                    {crumb.label}
                  </Link>
                )}
              </li>
            </Fragment>
          );
        })}
      </ol>
    </nav>
  );
}
