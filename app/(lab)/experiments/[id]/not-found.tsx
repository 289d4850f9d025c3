import { NotFoundView } from "@/components/ui/not-found-view";

export default function NotFound() {
  return <NotFoundView title="There is no such experiment" message="It was made in another database, or its id is mistyped." />;
}
