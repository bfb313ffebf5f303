export const lengthOf = (text: string): number => [...text].length

/** A place where a long word without spaces may be broken: after a dot, a slash and the like. */
const JOINT = /(?<=[.,:/@_#?&=-])/
/** An id is there to be copied: it stays whole, also where it does not fit. */
const ID = /([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/

/** Folds a text to a width, at spaces where there are any; a line end stays one. Nothing is lost. */
export function wrap(text: string, width: number | undefined): readonly string[] {
  const lines = text.split('\n')
  return width === undefined ? lines : lines.flatMap((line) => fold(line, Math.max(1, width)))
}

function fold(line: string, width: number): string[] {
  if (lengthOf(line) <= width) return [line]
  const done: string[] = []
  let current = ''
  const push = (part: string, glue: string) => {
    const longer = current === '' ? part : current + glue + part
    if (lengthOf(longer) <= width) {
      current = longer
      return
    }
    if (current !== '') done.push(current)
    current = part
  }
  for (const word of line.split(' ')) {
    if (lengthOf(word) <= width) push(word, ' ')
    else for (const [at, part] of pieces(word, width).entries()) push(part, at === 0 ? ' ' : '')
  }
  return current === '' ? done : [...done, current]
}

/** A word longer than a line, in parts that fit. */
const pieces = (word: string, width: number): string[] =>
  word
    .split(ID)
    .flatMap((part) => (ID.test(part) ? [part] : part.split(JOINT).flatMap((one) => cutUp(one, width))))

function cutUp(part: string, width: number): string[] {
  const signs = [...part]
  return Array.from({ length: Math.ceil(signs.length / width) }, (_, at) =>
    signs.slice(at * width, (at + 1) * width).join(''),
  )
}
