import { Skeleton } from "@/components/ui/panel";

export default function Loading() {
  return (
    <div role="status" aria-label="Checking every part of the lab" className="grid gap-3">
      <Skeleton className="h-6 w-32" />
      <Skeleton className="h-64" />
      <Skeleton className="h-64" />
    </div>
  );
}
