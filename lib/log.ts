import pino from "pino";

/** JSON lines on stdout. Keys, tokens and signatures never reach a log. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
  base: { service: process.env.PARETO_SERVICE ?? "web" },
  redact: { paths: ["*.apiKey", "*.key", "*.token", "*.authorization", "headers.*"], censor: "[removed]" },
});
