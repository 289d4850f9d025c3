import { Api } from "./api";
import { runningApp } from "./app-state";
import { startInBackground } from "./background";
import { loadSecrets } from "./secrets";
import { dataFolder, readSettings } from "./settings";

/** The running app of the data folder; when there is none it is started and goes on after the command has ended. */
export async function connectApp(): Promise<Api> {
  const running = runningApp(dataFolder());
  if (running?.ready) return apiOf(running.webUrl, dataFolder());
  console.error("• The app is not running; starting it in the background (`npm start -- --stop` stops it)");
  const state = await startInBackground(readSettings("start"));
  return apiOf(state.webUrl, dataFolder());
}

/** The API of an app whose data folder is here: its secrets hold the access key. */
export async function apiOf(webUrl: string, folder: string): Promise<Api> {
  const { accessKey } = await loadSecrets(folder);
  return new Api(webUrl, accessKey);
}
