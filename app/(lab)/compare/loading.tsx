import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the experiments" columns={[["h-96"], ["h-96"]]} />;
}
