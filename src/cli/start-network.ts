import type { Start } from './command.ts'

/** Loads the node's code only when it is to be started: other commands do without. */
export const startNetwork: Start = async (args) => {
  const { startFromConfig } = await import('../network/index.ts')
  await startFromConfig(args)
}
