import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Asking the runner for benchmarks and methods">
      <Skeleton className="mb-4 h-6 w-40" />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(320px,440px)]">
        <div className="grid content-start gap-5">
          <Skeleton className="h-14" />
          <Skeleton className="h-48" />
          <Skeleton className="h-14" />
        </div>
        <div className="grid gap-4">
          <Skeleton className="h-48" />
          <Skeleton className="h-80" />
        </div>
      </div>
    </div>
  );
}
