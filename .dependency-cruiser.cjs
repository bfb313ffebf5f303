// Who may import whom in src/: imports go down the floors only, and through a room's door (its index.ts).
// A neighbour on the same floor or above is reached through a port that node/ passes in. Types count too.

/** Every room of the house and its floor (docs/adr and the map in the README). A folder that is not here is refused. */
const FLOORS = [
  ['core'],
  ['documents', 'jose', 'merkle', 'store', 'egress'],
  ['config', 'vault', 'sd-jwt', 'vc-jwt', 'audit', 'outbox', 'mail', 'certificates', 'wallet-file'],
  ['agent', 'consent-keys', 'dcql', 'files', 'jobs', 'node-file', 'oauth'],
  ['status-lists'],
  ['credentials'],
  ['trust', 'parties'],
  [
    'access',
    'cases',
    'chains',
    'contracts',
    'corrections',
    'hosting',
    'learning',
    'messages',
    'sharing',
    'notices',
    'own-did',
    'partners',
    'processing',
    'receipts',
    'records',
    'retention',
    'registration',
    'registry-history',
    'standing-consent',
    'rights',
    'sign-in',
    'agreements',
    'webhooks',
  ],
  // They judge what the rooms below keep of partners and of who accepted, and bring partners in.
  ['billing', 'invitations', 'policy-campaigns', 'quality', 'reciprocity', 'trade-secrets'],
  ['oid4vci', 'oid4vp', 'events', 'presenting', 'verification'],
  ['http', 'console'],
  ['node'],
  // The nodes of others in one process, before what starts processes.
  ['host'],
  // The files beside the rooms: programs of their own.
  ['network', '*.ts'],
  ['cli', 'main.ts'],
]

/** Packages that one room wraps for all others. */
const KEEPERS = [
  { packages: '@veramo/', rooms: ['agent'] },
  { packages: 'typeorm', rooms: ['store'] },
  { packages: 'nodemailer', rooms: ['mail'] },
  { packages: '@node-rs/argon2', rooms: ['consent-keys', 'wallet-file'] },
  // The command line is a client on somebody's desk, not the node: it reaches localhost, which egress refuses.
  { packages: 'undici', rooms: ['egress', 'cli'] },
]

const path = (room) => {
  if (room === '*.ts') return '^src/(?!main\\.ts$)[^/]+\\.ts$'
  return room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`
}
const either = (patterns) => (patterns.length > 0 ? patterns.join('|') : '^$')
const rooms = FLOORS.flat()

const floorRules = FLOORS.flatMap((floor, level) =>
  floor.map((room) => ({
    name: `floor-of-${room === '*.ts' ? 'node' : room}`,
    severity: 'error',
    comment: `${room} is on floor ${level}: it may import only what lies lower`,
    from: { path: path(room) },
    to: {
      path: either(
        FLOORS.slice(level)
          .flat()
          .filter((other) => other !== room)
          .map(path),
      ),
    },
  })),
)

const doorRules = rooms
  .filter((room) => !room.endsWith('.ts'))
  .map((room) => ({
    name: `door-of-${room}`,
    severity: 'error',
    comment: `${room} is entered through src/${room}/index.ts`,
    from: { path: '^src/', pathNot: path(room) },
    to: { path: path(room), pathNot: `^src/${room}/index\\.ts$` },
  }))

const keeperRules = KEEPERS.map(({ packages, rooms: keepers }) => ({
  name: `keeper-of-${packages.replace(/\W/g, '')}`,
  severity: 'error',
  comment: `${packages} is kept by src/${keepers.join(' and src/')}: use what that room offers`,
  from: { path: '^src/', pathNot: keepers.map(path) },
  // An import that does not resolve keeps its bare name.
  to: { path: `(^|node_modules/)${packages.endsWith('/') ? packages : `${packages}(/|$)`}` },
}))

module.exports = {
  forbidden: [
    {
      name: 'room-without-floor',
      severity: 'error',
      comment: 'give the new folder its floor in .dependency-cruiser.cjs',
      from: { path: '^src/', pathNot: rooms.map(path) },
      to: {},
    },
    ...floorRules,
    ...doorRules,
    ...keeperRules,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'modules that import each other cannot be understood one at a time',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      comment: 'this import leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-without-tests',
      severity: 'error',
      comment: 'what we ship does not need what only tests and benchmarks have',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench)/|\\.test\\.ts$' },
    },
    {
      name: 'product-without-dev-dependencies',
      severity: 'error',
      comment: 'this package is not there after npm ci --omit=dev',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports are imports: a room that knows another's types is built on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'node', 'import', 'require', 'default'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts', '.d.mts'],
      mainFields: ['types', 'main'],
    },
  },
}
