import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Reading the experiment" className="grid gap-4">
      <Skeleton className="h-14" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]">
        <Skeleton className="h-[clamp(400px,54vh,800px)]" />
        <Skeleton className="h-80" />
      </div>
      <Skeleton className="h-64" />
    </div>
  );
}
