import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Reading the experiments">
      <Skeleton className="mb-4 h-8 w-40" />
      <Skeleton className="mb-3 h-8 w-72 max-w-full" />
      <div className="grid gap-px">
        {Array.from({ length: 8 }, (_, row) => (
          <Skeleton key={row} className="h-9" />
        ))}
      </div>
    </div>
  );
}
