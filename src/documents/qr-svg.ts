import encodeQR from 'qr'

/** Modules of white around the code (ISO/IEC 18004, section 9.1). */
const QUIET = 4
/**
 * Which mask is best is told by trying all eight, which takes longer than all else about a request. What we encode is
 * mostly random already, so any of them does.
 */
const MASK = 3

/** A text as a QR code: an SVG image of one path, without colours or styles of its own. */
export function qrSvg(text: string): string {
  const rows = encodeQR(text, 'raw', { ecc: 'low', mask: MASK, border: QUIET })
  const path = rows.map((row, y) =>
    runsOf(row)
      .map(({ x, length }) => `M${x} ${y}h${length}v1h-${length}z`)
      .join(''),
  )
  const size = rows.length
  return `<svg viewBox="0 0 ${size} ${size}" xmlns="http://www.w3.org/2000/svg" shape-rendering="crispEdges"><path d="${path.join('')}"/></svg>`
}

/** Where dark modules stand beside each other. */
function runsOf(row: readonly boolean[]): { readonly x: number; readonly length: number }[] {
  const runs: { x: number; length: number }[] = []
  row.forEach((isDark, x) => {
    const last = runs.at(-1)
    if (isDark && last && last.x + last.length === x) last.length++
    else if (isDark) runs.push({ x, length: 1 })
  })
  return runs
}
