import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Reading the experiments" className="grid gap-4">
      <Skeleton className="h-6 w-56" />
      <div className="grid gap-4 xl:grid-cols-2">
        <Skeleton className="h-96" />
        <Skeleton className="h-96" />
      </div>
    </div>
  );
}
