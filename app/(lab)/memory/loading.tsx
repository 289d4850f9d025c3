import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the memory" rows={["h-6 w-40", "h-8 w-96", ...Array.from({ length: 10 }, () => "h-9")]} />;
}
