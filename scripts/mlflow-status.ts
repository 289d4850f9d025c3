import { checkTracking } from "@/lib/planning/mlflow/check";

/** For `npm run doctor`: one finding on the MLflow server, as JSON. */

const { state, detail, fix } = await checkTracking();
console.log(JSON.stringify({ ok: state !== "bad", detail, fix: state === "bad" ? fix : undefined }));
