/** Who may import whom; see docs for the picture. Every rule is an error: a warning is a rule that nobody keeps. */
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const test = "\\.test\\.tsx?$|/testing/|/conformance/|test-database|vitest-global-setup";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    rule("no-cycles", "A cycle makes two modules one that cannot be understood or tested by halves.", {}, { circular: true }),
    rule("no-unresolvable", "What cannot be resolved fails at run time.", {}, { couldNotResolve: true }),
    rule("domain-imports-nothing", "The domain is pure: it knows objectives and numbers, no database, no framework.", { path: "^lib/domain/", pathNot: test }, { pathNot: "^lib/domain/" }),
    rule("lib-below-app", "lib is used by routes and pages, never the other way round.", { path: "^lib/" }, { path: "^(app|components|scripts)/" }),
    rule("lib-starts-functions-by-the-client", "lib sends events; the functions call lib.", { path: "^lib/", pathNot: test }, { path: "^inngest/functions/" }),
    rule(
      "components-below-the-server",
      "Components run in the browser: from lib they see the domain, schemas and server actions.",
      { path: "^components/", pathNot: test },
      { path: "^lib/", pathNot: ["^lib/domain/", "schema\\.ts$", "actions\\.ts$"] },
    ),
    rule("components-not-app", "Routes are made of components, not components of routes.", { path: "^components/" }, { path: "^(app|inngest|scripts)/" }),
    rule("app-not-scripts", "The web app does not contain the supervisor.", { path: "^(app|inngest)/" }, { path: "^scripts/" }),
    rule(
      "database-behind-queries",
      "Only query files touch the database; what watches an experiment listens to it, the engine has its own tables, scripts migrate it.",
      { path: "^(app|components|lib|inngest)/", pathNot: ["queries\\.ts$", "^lib/db/", "^lib/engine/", "^lib/experiments/watch\\.ts$", test] },
      { path: "^lib/db/" },
    ),
    rule("engine-stands-alone", "The embedded engine could be a package: it knows the protocol, nothing of experiments.", { path: "^lib/engine/", pathNot: test }, { path: "^lib/(?!engine/|log\\.ts)|^(inngest|app|components)/" }),
    rule("no-dev-packages", "What is only installed for development is missing in production.", { path: "^(app|components|lib|inngest)/", pathNot: test }, { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(lib/db/generated|\\.next|node_modules/\\.cache)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
