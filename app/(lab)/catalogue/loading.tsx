import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Reading the catalogue from the runner" className="grid gap-3">
      <Skeleton className="h-6 w-40" />
      <Skeleton className="h-8 w-96 max-w-full" />
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} className="h-12" />
      ))}
    </div>
  );
}
