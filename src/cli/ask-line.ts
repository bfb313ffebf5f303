import { createInterface } from 'node:readline'

/**
 * Asks for a line.
 * @returns null when Ctrl-C or Ctrl-D was pressed
 */
export function askLine(
  question: string,
  streams: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream },
): Promise<string | null> {
  const lines = createInterface({ ...streams, terminal: true })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(null))
    lines.once('SIGINT', () => lines.close())
    lines.question(question, (typed) => {
      resolve(typed.trim())
      lines.close()
    })
  })
}
