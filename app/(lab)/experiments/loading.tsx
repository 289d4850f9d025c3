import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the experiments" rows={["h-8 w-40", "h-8 w-72", ...Array.from({ length: 8 }, () => "h-9")]} />;
}
