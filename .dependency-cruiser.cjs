/**
 * The house as rules: three rows, arrows only downward.
 *
 *   entrances   web · api · federation · jobs · cli
 *   features    identity · institutions · readings · campaigns · pledges | posts · moderation
 *   ground      domain   networks   platform
 */
const FEATURES = ['identity', 'institutions', 'readings', 'campaigns', 'pledges', 'posts', 'moderation'];
const ENTRANCES = ['web', 'api', 'federation', 'jobs', 'cli'];

const inside = (rooms) => `^src/(${rooms.join('|')})/`;

/** A feature may import the features to its left. */
const rightward = FEATURES.slice(0, -1).map((feature, index) => ({
  name: `${feature}-looks-left`,
  comment: `${feature} may use the features to its left only.`,
  severity: 'error',
  from: { path: `^src/${feature}/` },
  to: { path: inside(FEATURES.slice(index + 1)) },
}));

/** Entrances are strangers to each other; `cli demo` alone opens the whole house. */
const strangers = ENTRANCES.map((entrance) => ({
  name: `${entrance}-knows-no-entrance`,
  comment: 'Entrances are strangers to each other.',
  severity: 'error',
  from: { path: `^src/${entrance}/` },
  to: { path: inside(ENTRANCES.filter((other) => other !== entrance)) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle means that two things are one, or that one of them does two.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'The rules of the product need no database, clock, framework or network.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src/domain/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'domain-uses-little-of-node',
      comment: 'Of Node, the rules need names of hosts and bytes alone.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(url|net|buffer)$' },
    },
    {
      name: 'platform-knows-no-product',
      comment: 'The platform could carry another product; of the domain it uses the shape of a result.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!platform/|domain/result\\.ts)' },
    },
    {
      name: 'networks-know-no-feature',
      comment: 'A network is read the same way whoever asks.',
      severity: 'error',
      from: { path: '^src/networks/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!networks/|platform/|domain/)' },
    },
    {
      name: 'features-know-no-entrance',
      comment: 'Arrows go down.',
      severity: 'error',
      from: { path: inside(FEATURES), pathNot: '\\.test\\.ts$' },
      to: { path: inside(ENTRANCES) },
    },
    ...rightward,
    {
      name: 'pledges-and-posts-are-strangers',
      comment: 'What people promise and what they pass on do not know each other.',
      severity: 'error',
      from: { path: '^src/posts/' },
      to: { path: '^src/pledges/' },
    },
    ...strangers,
    {
      name: 'typeorm-stays-in-features',
      comment: 'Entrances and networks ask features; they do not speak to tables.',
      severity: 'error',
      from: { path: '^src/(web|api|federation|networks|cli)/', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'What serves tests stays in test/.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/|\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
