/**
 * The first script of every npm command. It runs on whatever Node the machine has (plain JavaScript, built-ins only),
 * makes sure that the set-up steps which the command needs are done, and hands over to the pinned Node.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`✗ Node ${process.versions.node} is too old: Pareto Lab needs Node 20.19 or newer. Install it from https://nodejs.org, then run this command again.`);
  process.exit(3);
}

const { main } = await import("./setup/main.mjs");
process.exitCode = await main(process.argv.slice(2));
