import type { Metadata } from "next";
import { headers } from "next/headers";
import { cache } from "react";
import { openShare } from "@/lib/sharing/share";

/** The parts of the address that every page of a link has. */
export interface ShareProps<P = { id: string }> {
  params: Promise<P>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Title and page ask for the same link; it is read once. */
export const readShare = cache(async (id: string) => openShare(id, await headers()));

export async function shareMetadata({ params }: ShareProps): Promise<Metadata> {
  const share = await readShare((await params).id);
  return { title: share?.title ?? "Shared link", robots: { index: false, follow: false }, referrer: "no-referrer" };
}
