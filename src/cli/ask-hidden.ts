import type { ReadStream, WriteStream } from 'node:tty'

/** Enter, and Ctrl-D. */
const ENDS = ['\r', '\n', '\u0004']
const INTERRUPT = '\u0003'

/**
 * Asks for something that nobody may read along: what is typed is not shown.
 * @returns null when Ctrl-C was pressed
 */
export function askHidden(
  question: string,
  { input, output }: { readonly input: ReadStream; readonly output: WriteStream },
): Promise<string | null> {
  output.write(question)
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve) => {
    let typed = ''
    const end = (answer: string | null) => {
      input.off('data', read)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      resolve(answer)
    }
    const read = (text: string) => {
      if (text.includes(INTERRUPT)) return end(null)
      for (const sign of text) {
        if (ENDS.includes(sign)) return end(typed)
        typed = isErase(sign) ? [...typed].slice(0, -1).join('') : typed + sign
      }
    }
    input.on('data', read)
  })
}

const isErase = (sign: string): boolean => sign === '\u007f' || sign === '\b'
