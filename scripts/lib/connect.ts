import { Api } from "./api";
import { runningApp } from "./app-state";
import { startInBackground } from "./background";
import { dataFolder, readSettings } from "./settings";

/** The running app of the data folder; when there is none it is started and goes on after the command has ended. */
export async function connectApp(): Promise<Api> {
  const running = runningApp(dataFolder());
  if (running?.ready) return new Api(running.webUrl);
  console.error("• The app is not running; starting it in the background (`npm start -- --stop` stops it)");
  const state = await startInBackground(readSettings("start"));
  return new Api(state.webUrl);
}
