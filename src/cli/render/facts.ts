import { readingWidth, type View } from './view.ts'
import { lengthOf, wrap } from './wrap.ts'

/** A name and what is to be said under it; several texts stand under each other, nothing leaves the fact out. */
export type Fact = readonly [label: string, value: string | readonly string[] | null | undefined]

/** Names and values under each other, long values folded. */
export function factsText(facts: readonly Fact[], view: View, indent = '  '): string {
  const said = facts.flatMap(([label, value]) => {
    const lines = [value ?? []].flat().filter((line) => line !== '')
    return lines.length > 0 ? [{ label, lines }] : []
  })
  const width = Math.max(0, ...said.map(({ label }) => lengthOf(label))) + 2
  const whole = readingWidth(view)
  const room = whole && Math.max(20, whole - indent.length - width)
  return said
    .flatMap(({ label, lines }) =>
      lines
        .flatMap((line) => wrap(line, room))
        .map((line, at) => `${indent}${(at === 0 ? label : '').padEnd(width)}${line}`.trimEnd()),
    )
    .join('\n')
}

/** Lines to copy, each with what it does: they are never folded. */
export const commandsText = (lines: readonly (readonly [does: string, command: string])[]): string => {
  const width = Math.max(...lines.map(([does]) => lengthOf(does))) + 2
  return lines.map(([does, command]) => `  ${does.padEnd(width)}${command}`).join('\n')
}

/** A paragraph, folded to the terminal. */
export const paragraph = (text: string, view: View): string => wrap(text, readingWidth(view)).join('\n')

/** Parts of an answer with an empty line between them; parts that are not there are left out. */
export const parts = (...all: readonly (string | false | null | undefined)[]): string =>
  all.filter((part) => part).join('\n\n')

/** A text as one word of a shell line: whatever is in it, the shell does nothing with it. */
export const quoted = (text: string): string =>
  /^[\w.:@/,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
