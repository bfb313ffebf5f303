/** The word that was probably meant, when one is close: snake_case and capitals aside, two slips at most. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const plain = (word: string) => word.toLowerCase().replace(/[_-]/g, '').slice(0, 40)
  const ranked = known
    .map((word) => ({ word, slips: distance(plain(typed), plain(word)) }))
    .sort((a, b) => a.slips - b.slips)
  const [best] = ranked
  return best && best.slips <= Math.min(2, typed.length / 2) ? best.word : undefined
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1)
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (char === b[j] ? 0 : 1)))
    row = next
  }
  return row.at(-1) ?? 0
}
