import { notFound } from "next/navigation";
import { cache } from "react";
import { EpisodePage } from "@/components/experiments/episode/episode-page";
import { readNumber } from "@/lib/experiments/details";
import { getEpisodeDetails } from "@/lib/experiments/page-queries";
import { titleOf } from "@/lib/experiments/page-schema";
import { getExperimentHead } from "@/lib/experiments/queries";
import { page } from "@/lib/page";

const guard = { permission: "lab:read", experiment: ({ id = "" }) => decodeURIComponent(id) } as const;

/** Title and page ask for the same; it is read once. */
const read = cache(async (id: string, text: string) => {
  const [head, number] = [await getExperimentHead(decodeURIComponent(id)), readNumber(text)];
  const details = head && number !== null ? await getEpisodeDetails(head.id, number) : null;
  return head && details && { head, details };
});

export const generateMetadata = page(guard, async ({ params }) => {
  const { id = "", number = "" } = await params;
  const found = await read(id, number);
  return { title: found ? `Episode ${number}: ${found.details.episode.decision?.label ?? "being decided"}` : "Episode" };
});

export default page(guard, async ({ params }) => {
  const { id = "", number = "" } = await params;
  const found = await read(id, number);
  if (!found) notFound();
  return <EpisodePage key={`${found.head.id} ${number}`} experiment={titleOf(found.head)} initial={found.details} />;
});
