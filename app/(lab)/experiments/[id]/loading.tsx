import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return <PageSkeleton label="Reading the experiment" rows={["h-14", "h-9"]} columns={[["h-[clamp(400px,54vh,800px)]", "h-64"], ["h-80"]]} split="xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]" />;
}
