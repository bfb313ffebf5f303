import { type Command, Help } from 'commander'
import { groupOf, groups } from './groups.ts'
import { wrap } from './render/index.ts'

/** `regie --help`: every command on a line or two, by what one wants to do. */
export function rootHelp(program: Command, helper: Help, runnable: ReadonlySet<Command>): string {
  const leaves = helper
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => leavesOf(command, helper, runnable))
  const width = Math.max(...leaves.map(({ usage }) => usage.length)) + 2
  const room = Math.max(30, (helper.helpWidth ?? 100) - width - 2)
  const linesOf = ({ usage, summary }: Leaf): string[] =>
    wrap(summary, room).map((line, at) => `  ${(at === 0 ? usage : '').padEnd(width)}${line}`.trimEnd())
  const options = helper
    .visibleOptions(program)
    .map((option) => [helper.optionTerm(option), helper.optionDescription(option)])
  const optionWidth = Math.max(...options.map(([term = '']) => term.length))
  return [
    `${program.description()}\n`,
    'Usage: regie <command> [options]\n',
    ...[...groups.map(([title]) => title), 'Other'].flatMap((title) => {
      const own = inOrder(title, leaves)
      return own.length > 0 ? [`${title}:`, ...own.flatMap(linesOf), ''] : []
    }),
    'Options:',
    ...options.map(([term = '', text = '']) => `  ${term.padEnd(optionWidth)}  ${text}`),
    '',
  ].join('\n')
}

/** The commands of a group, as the group names them. */
function inOrder(title: string, leaves: readonly Leaf[]): Leaf[] {
  const [, names = []] = groups.find(([one]) => one === title) ?? []
  const rank = ({ path }: Leaf) => names.findLastIndex((name) => path === name || path.startsWith(`${name} `))
  return leaves.filter(({ path }) => groupOf(path) === title).sort((a, b) => rank(a) - rank(b))
}

interface Leaf {
  readonly path: string
  readonly usage: string
  readonly summary: string
}

function leavesOf(command: Command, helper: Help, runnable: ReadonlySet<Command>, above = ''): Leaf[] {
  const path = `${above}${command.name()}`
  const inner = helper.visibleCommands(command).filter((one) => one.name() !== 'help')
  const terms = command.registeredArguments.map((argument) => {
    const term = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${term}>` : `[${term}]`
  })
  // What comes after a colon is told in the command's own help; the one in a name such as did:ethr ends nothing.
  const [summary = ''] = command.description().split(/[:;](?:\s|$)/, 1)
  return [
    ...(runnable.has(command) ? [{ path, usage: [path, ...terms].join(' '), summary }] : []),
    ...inner.flatMap((one) => leavesOf(one, helper, runnable, `${path} `)),
  ]
}

/** Help for one command: commander's own, with the options every command takes. */
export const commandHelp = (command: Command, helper: Help): string =>
  `${Help.prototype.formatHelp.call(helper, command, helper).trimEnd()}\n`
