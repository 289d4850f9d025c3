import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the workspace" columns={[["h-96"], ["h-96"]]} />;
}
