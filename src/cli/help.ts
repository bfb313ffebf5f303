import { type Command, Help } from 'commander'

/** Nouns in the order of the story; others follow by name. */
const nouns: Readonly<Record<string, string>> = {
  registrations: 'Joining the network',
  policy: 'The TTP-policy',
  people: 'People in the organisation',
  systems: 'Systems that ask unattended',
  profile: 'What the organisation says of itself',
  me: 'What you say of yourself',
  partners: 'Partners',
  access: 'Access: ask, grant, read, revoke',
  vocabulary: 'Purposes and legal bases',
  presentations: 'Showing credentials',
  credentials: 'Credentials',
  verifications: 'Verifying what others show',
  offers: 'Credentials offered to others',
  registry: 'Who is in the network (trust anchor)',
  audit: 'The record of decisions',
  acceptances: 'Between nodes',
  relay: 'Between nodes',
}

const everyday = 'Every day'

/** `regie --help`: every command on one line, by noun. */
export function rootHelp(program: Command, helper: Help, runnable: ReadonlySet<Command>): string {
  const groups = new Map<string, string[][]>()
  const add = (title: string, line: string[]) => groups.set(title, [...(groups.get(title) ?? []), line])
  for (const command of helper.visibleCommands(program)) {
    if (command.name() === 'help') continue
    for (const leaf of leavesOf(command, helper, runnable))
      add(leaf.alone ? everyday : (nouns[command.name()] ?? command.name()), [leaf.usage, leaf.summary])
  }
  const order = [everyday, ...new Set(Object.values(nouns))]
  const sorted = [...groups].sort(([a], [b]) => rank(order, a) - rank(order, b) || (a < b ? -1 : 1))
  const width = Math.max(...[...groups.values()].flat().map(([usage = '']) => usage.length))
  const list = (lines: string[][]) =>
    lines.map(([usage = '', summary = '']) => `  ${usage.padEnd(width)}  ${summary}`.trimEnd())
  const options = helper
    .visibleOptions(program)
    .map((option) => [helper.optionTerm(option), helper.optionDescription(option)])
  const optionWidth = Math.max(...options.map(([term = '']) => term.length))
  return [
    `${program.description()}\n`,
    'Usage: regie <command> [options]\n',
    ...sorted.flatMap(([title, lines]) => [`${title}:`, ...list(lines), '']),
    'Options:',
    ...options.map(([term = '', text = '']) => `  ${term.padEnd(optionWidth)}  ${text}`),
    '',
  ].join('\n')
}

const rank = (order: readonly string[], title: string): number => {
  const at = order.indexOf(title)
  return at < 0 ? order.length : at
}

interface Leaf {
  readonly usage: string
  readonly summary: string
  readonly alone: boolean
}

function leavesOf(command: Command, helper: Help, runnable: ReadonlySet<Command>, above = ''): Leaf[] {
  const name = `${above}${command.name()}`
  const inner = helper.visibleCommands(command).filter((one) => one.name() !== 'help')
  const terms = command.registeredArguments.map((argument) => {
    const term = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${term}>` : `[${term}]`
  })
  const usage = [name, ...terms].join(' ')
  const own = { usage, summary: command.description(), alone: above === '' && inner.length === 0 }
  return [
    ...(runnable.has(command) ? [own] : []),
    ...inner.flatMap((one) => leavesOf(one, helper, runnable, `${name} `)),
  ]
}

/** Help for one command: commander's own, with the options every command takes. */
export const commandHelp = (command: Command, helper: Help): string =>
  Help.prototype.formatHelp.call(helper, command, helper)
