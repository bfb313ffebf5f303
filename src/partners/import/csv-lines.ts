import { limits } from './limits.ts'

/** A physical line of a text file, without its line end. */
export interface Line {
  readonly text: string
  /** From 1. */
  readonly nr: number
  /** True when the line was longer than a record may be; `text` is then its beginning. */
  readonly cut: boolean
}

async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<Line> {
  let held = ''
  let nr = 1
  let cut = false
  const hold = (text: string): void => {
    if (held.length + text.length > limits.record) cut = true
    held = (held + text).slice(0, limits.record)
  }
  let afterReturn = false
  for await (const piece of pieces) {
    let from = afterReturn && piece.startsWith('\n') ? 1 : 0
    if (piece !== '') afterReturn = piece.endsWith('\r')
    const end = /\r\n|\n|\r/g
    end.lastIndex = from
    for (let match = end.exec(piece); match !== null; match = end.exec(piece)) {
      hold(piece.slice(from, match.index))
      yield { text: held, nr: nr++, cut }
      held = ''
      cut = false
      from = match.index + match[0].length
    }
    hold(piece.slice(from))
  }
  if (held !== '') yield { text: held, nr, cut }
}

/** Lines that can be looked at before they are taken. */
export class LineQueue {
  readonly #lines: AsyncGenerator<Line>
  readonly #ahead: Line[] = []

  constructor(pieces: AsyncIterable<string>) {
    this.#lines = splitLines(pieces)
  }

  /** The line `offset` places ahead, or undefined past the end. */
  async peek(offset: number): Promise<Line | undefined> {
    while (this.#ahead.length <= offset) {
      const next = await this.#lines.next()
      if (next.done) return undefined
      this.#ahead.push(next.value)
    }
    return this.#ahead[offset]
  }

  async take(): Promise<Line | undefined> {
    await this.peek(0)
    return this.#ahead.shift()
  }

  /** Drops lines that were looked at. */
  skip(count: number): void {
    this.#ahead.splice(0, count)
  }
}
