import { NotFoundView } from "@/components/ui/not-found-view";

export default function NotFound() {
  return <NotFoundView title="There is no such episode" message="The experiment has none of this number, or it is mistyped." />;
}
