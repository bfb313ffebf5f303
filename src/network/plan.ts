import { join } from 'node:path'
import { type Env, type NodeSettings, readSettings } from '../config/index.ts'
import { Refusal } from '../core/index.ts'

/** One node of the embedded network. */
export interface PlannedNode {
  readonly configPath: string
  readonly settings: NodeSettings
  /** What its process finds in the environment, beside the system's. */
  readonly env: Env
}

/** Who takes part in the embedded network, and where. */
export interface Plan {
  readonly dataRoot: string
  readonly company: PlannedNode
  readonly trustAnchor: PlannedNode
  readonly partner: PlannedNode
  readonly chainPort: number
}

const CHAIN_PORT = 4845

/**
 * The company of `configPath` with MYOBI and a sample partner beside it. `REGIE_PORT` moves them all by as much as
 * it moves the company, so that several networks can run on one machine.
 * @param packageRoot where `examples/network` is
 * @throws Refusal as `loadConfig`, and `config_invalid` when two nodes have the same name or port
 */
export function planNetwork(configPath: string, packageRoot: string, env: Env): Plan {
  const own = readSettings(configPath, env)
  const shift = own.listen.port - own.file.listen.port
  const neighbour = (name: string): PlannedNode => {
    const path = join(packageRoot, 'examples', 'network', `${name}.yml`)
    const { listen } = readSettings(path, {}).file
    // Only this: the company's keys and database are nobody else's.
    const theirs = { REGIE_DATA: own.dataRoot, REGIE_PORT: String(listen.port + shift) }
    return { configPath: path, settings: readSettings(path, theirs), env: theirs }
  }
  const plan: Plan = {
    dataRoot: own.dataRoot,
    company: { configPath, settings: own, env: { ...regieVariables(env), REGIE_DATA: own.dataRoot } },
    trustAnchor: neighbour('myobi'),
    partner: neighbour('partner'),
    chainPort: CHAIN_PORT + shift,
  }
  requireDifferent(plan)
  return plan
}

export const nodesOf = ({ trustAnchor, company, partner }: Plan): readonly PlannedNode[] => [
  trustAnchor,
  company,
  partner,
]

const regieVariables = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('REGIE_')))

export const systemVariables = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('REGIE_')))

function requireDifferent(plan: Plan): void {
  const nodes = nodesOf(plan)
  const names = new Set(['chain', ...nodes.map(({ settings }) => settings.file.name)])
  const ports = new Set([plan.chainPort, ...nodes.map(({ settings }) => settings.listen.port)])
  const path =
    names.size <= nodes.length ? 'node.name' : ports.size <= nodes.length ? 'node.listen.port' : null
  if (path)
    throw new Refusal(
      'invalid',
      'config_invalid',
      `agent.yml: ${path} is used by another part of the embedded network`,
      {
        params: { file: 'agent.yml', path },
      },
    )
}
