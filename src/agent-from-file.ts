import type { Veramo } from './agent/index.ts'
import { loadConfig, loadSecrets } from './config/index.ts'
import { silentLog } from './core/index.ts'
import { createNode } from './node/index.ts'

/**
 * The agent of a node as Veramo's own tools load it from `agent.yml`: over the node's database and keys, without its
 * HTTP door.
 * @throws Refusal what `loadConfig` and `loadSecrets` refuse
 */
export async function createAgentFromFile(path: string): Promise<Veramo> {
  const config = loadConfig(path, process.env)
  const secrets = loadSecrets(config, process.env)
  const { veramo } = await createNode({ config, secrets, log: silentLog })
  return veramo
}
