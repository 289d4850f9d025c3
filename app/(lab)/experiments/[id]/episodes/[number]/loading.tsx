import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the episode" columns={[["h-96", "h-64"], ["h-48", "h-80"]]} />;
}
