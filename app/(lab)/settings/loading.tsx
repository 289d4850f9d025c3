import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Checking every part of the lab" rows={["h-6 w-32", "h-64", "h-64"]} />;
}
