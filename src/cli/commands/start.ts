import type { HandWritten } from '../command.ts'

/** `regie start`: the company in `agent.yml`, and with `network: embedded` a small network around it. */
export const startCommand: HandWritten = {
  path: ['start'],
  summary: 'Start the company in agent.yml, and the network around it when that is embedded',
  needs: [],
  build: (command, { start }) => {
    command
      .option('--config <file>', 'the configuration', 'agent.yml')
      .action(({ config }: { readonly config: string }) => start({ configPath: config }))
  },
}
