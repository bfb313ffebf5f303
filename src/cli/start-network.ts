import type { Start } from './command.ts'

/** Loads the node's code only when it is to be started: other commands do without. */
export const startNetwork: Start = async (args) => {
  const network: unknown = await import(new URL('../network/index.js', import.meta.url).href)
  if (!canStart(network)) throw new Error('network/ has no startFromConfig')
  await network.startFromConfig(args)
}

const canStart = (module: unknown): module is { readonly startFromConfig: Start } =>
  typeof module === 'object' &&
  module !== null &&
  'startFromConfig' in module &&
  typeof module.startFromConfig === 'function'
