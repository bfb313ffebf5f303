/** `regie --help` by what one wants to do. A command is named by its path, or by the path it begins with. */
export const groups: readonly (readonly [title: string, commands: readonly string[]])[] = [
  ['Every day', ['read', 'log', 'present', 'verify', 'whoami', 'start']],
  ['Joining the network', ['register', 'registrations mine', 'policy']],
  [
    'People, and what is said of oneself',
    ['people', 'activate', 'unlock', 'lock', 'consent', 'systems', 'me', 'profile'],
  ],
  ['Signing in with a browser', ['sessions', 'passkeys']],
  ['Partners', ['partners']],
  ['Bringing partners into the network', ['invitations']],
  ['Questions between partners, and what each needs', ['cases', 'questions']],
  [
    'Asking partners',
    [
      'access request',
      'access sent',
      'access held',
      'access proof',
      'access renew',
      'access cancel',
      'access nudge',
      'access deleted',
      'corrections propose',
      'corrections sent',
      'delegations',
      'vocabulary',
    ],
  ],
  [
    'Deciding who sees your data',
    ['access', 'templates', 'approvals', 'reminders', 'notices', 'corrections'],
  ],
  ['Agreements with partners', ['agreements', 'contracts', 'laws']],
  ['Trade secrets', ['trade-secrets']],
  ['What the AVG asks of you', ['rights', 'informing', 'processing', 'breaches']],
  ['Writing along grants', ['messages', 'call-ups']],
  ['Asking anybody’s wallet', ['verifications']],
  ['Answering whoever asks by a link', ['presentations']],
  ['Sharing back', ['products', 'prices', 'lists', 'statements', 'figures']],
  ['Issuing to any wallet', ['issuing']],
  ['Credentials of any issuer', ['wallet']],
  ['Learning', ['learning']],
  ['What it costs', ['billing mine', 'billing tariff']],
  ['E-mail', ['mails']],
  ['Telling your own systems', ['webhooks']],
  ['The organisation’s DID and keys', ['did']],
  ['The record of this node', ['audit', 'offers']],
  ['The trust anchor (--as myobi)', ['registrations', 'registry']],
  ['Nodes run for others (--as myobi), moving out, and backups', ['hosting', 'backup', 'import-node']],
  ['The trust anchor (--as myobi)', ['registrations', 'registry', 'billing']],
  ['The trust anchor (--as myobi)', ['registrations', 'registry', 'invited', 'invitation-orders']],
  ['The trust anchor (--as myobi)', ['registrations', 'registry', 'campaigns']],
  ['Trying it out', ['certificates']],
]

/** Commands that only nodes use, or that have a shorter or a fuller one beside them: they work, the help leaves them out. */
export const hidden: ReadonlySet<string> = new Set([
  'acceptances renew',
  'acceptances submit',
  'agreements deposit',
  'billing ask',
  'registrations submit',
  'invitation-orders submit',
  'invitation-orders change',
  'registrations state',
  'relay submit',
  'partners imports create',
  'partners imports upload',
  'partners imports mend',
  'partners imports start',
  'jobs',
  'registrations apply',
  'access read',
  'consent unlock',
  'consent lock',
  'access log',
  'presentations create',
  'verifications create',
  'hosting departures',
  'hosting departures create',
  'backups',
  'backups create',
  'wallet exports',
  'wallet exports create',
  'wallet imports',
  'wallet imports create',
])

/** The group of a command: the one that names it most exactly. */
export function groupOf(path: string): string {
  const named = groups.flatMap(([title, commands]) => commands.map((command) => ({ title, command })))
  const [best] = named
    .filter(({ command }) => path === command || path.startsWith(`${command} `))
    .sort((a, b) => b.command.length - a.command.length)
  return best?.title ?? 'Other'
}
