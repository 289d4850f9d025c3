import { identify } from "@/lib/access/identify";
import { systemHealth } from "@/lib/health";
import { openRoute } from "@/lib/route";

export const dynamic = "force-dynamic";

/** Whether all is well; what each part says of itself is for those who are signed in. */
export const GET = openRoute(async (request) => {
  const health = await systemHealth();
  return Response.json((await identify(request.headers)) ? health : { status: health.status });
});
