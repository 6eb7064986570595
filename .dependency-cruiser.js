// Who may import whom. Imports go the way the data goes; users and todos, and gateway and subgraphs, meet over HTTP only.
const rooms = ["http", "auth", "limits", "plan", "answers", "execute", "upstream", "telemetry"];

/** Of which other rooms a room may import values. */
const ways = { answers: ["upstream"], execute: ["plan", "upstream"] };

/** A room imports values of no other room, and types of earlier rooms only. */
const roomRules = rooms.flatMap((room, index) => {
  const mayImport = ways[room] ?? [];
  const others = rooms.filter((other) => other !== room && !mayImport.includes(other));
  const later = rooms.slice(index + 1).filter((other) => !mayImport.includes(other));
  const from = { path: `^gateway/${room}/`, pathNot: "\\.test\\.ts$" };
  return [
    {
      name: `gateway-${room}-imports-no-other-room`,
      comment: "gateway.ts hands one room's value to the next.",
      severity: "error",
      from,
      to: { path: `^gateway/(${others.join("|")})/`, dependencyTypesNot: ["type-only"] },
    },
    ...(later.length === 0
      ? []
      : [
          {
            name: `gateway-${room}-sees-no-later-room`,
            severity: "error",
            from,
            to: { path: `^gateway/(${later.join("|")})/` },
          },
        ]),
  ];
});

const notFrom = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** resolvers -> model -> loaders -> store: never up, never past the next room. */
const floors = ["resolvers", "model", "loaders", "store"];
const floorRules = floors.flatMap((floor, index) => {
  const forbidden = floors.filter((_, at) => at < index || at > index + 1);
  const place = (names) => `^subgraphs/(?!kit/)[^/]+/(${names.join("|")})([./])`;
  return notFrom(
    `subgraph-${floor}`,
    "resolvers -> model -> loaders -> store",
    { path: place([floor]), pathNot: "\\.test\\.ts$" },
    { path: place(forbidden), dependencyTypesNot: ["type-only"] },
  );
});

export default {
  forbidden: [
    notFrom("no-cycles", "", { pathNot: "/generated/" }, { circular: true }),
    notFrom(
      "runtime-is-the-floor",
      "runtime imports nothing of ours",
      { path: "^runtime/" },
      { path: "^(gateway|subgraphs|prisma|scripts|bench|tests)/", pathNot: "^tests/harness/" },
    ),
    notFrom(
      "gateway-and-subgraphs",
      "they meet over HTTP",
      { path: "^gateway/" },
      { path: "^(subgraphs|prisma)/" },
    ),
    notFrom(
      "subgraphs-and-gateway",
      "they meet over HTTP",
      { path: "^subgraphs/" },
      { path: "^gateway/" },
    ),
    notFrom(
      "subgraph-and-subgraph",
      "they meet over HTTP",
      { path: "^(?:subgraphs|prisma)/(?!kit/)([^/]+)/" },
      { path: "^(subgraphs|prisma)/[^/]+/", pathNot: "^(subgraphs|prisma)/($1|kit)/" },
    ),
    notFrom(
      "kit-knows-no-subgraph",
      "",
      { path: "^subgraphs/kit/" },
      { path: "^subgraphs/(?!kit/)[^/]+/" },
    ),
    notFrom(
      "the-house-needs-no-scripts",
      "",
      { path: "^(gateway|subgraphs|runtime)/", pathNot: "\\.test\\.ts$" },
      { path: "^(scripts|bench|tests)/" },
    ),
    notFrom(
      "only-stores-see-prisma",
      "",
      {
        path: "^(gateway|subgraphs|runtime)/",
        pathNot: "(/store(/|\\.ts)|^subgraphs/[a-z0-9]+/subgraph\\.ts|\\.test\\.ts)",
      },
      { path: "(^prisma/[a-z0-9]+/generated/|node_modules/@prisma/)" },
    ),
    notFrom(
      "only-the-kit-sees-pg",
      "",
      { path: "^(gateway|subgraphs|runtime)/", pathNot: "(^subgraphs/kit/database|\\.test\\.ts$)" },
      { path: "node_modules/(pg|@types/pg)/" },
    ),
    notFrom(
      "only-runtime-redis-sees-ioredis",
      "",
      { path: "^(gateway|subgraphs|runtime|scripts)/", pathNot: "^runtime/redis\\.ts$" },
      { path: "node_modules/ioredis/" },
    ),
    notFrom(
      "only-upstream-sees-undici",
      "",
      {
        path: "^(gateway|subgraphs|runtime|scripts)/",
        pathNot: "(^gateway/upstream/|\\.test\\.ts$)",
      },
      { path: "node_modules/undici/" },
    ),
    notFrom(
      "the-planner-plans",
      "Its process has no secret and talks to nobody but the gateway.",
      { path: "^gateway/planner-main\\.ts$" },
      { path: "^gateway/", pathNot: "^gateway/((limits|plan)/|limited-compiler\\.ts$)" },
    ),
    ...roomRules,
    ...floorRules,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|scripts/new-subgraph/template)/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
