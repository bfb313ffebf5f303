import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'

/** Languages that documents are written in. */
export const documentLanguages = ['nl', 'en'] as const
export type DocumentLanguage = (typeof documentLanguages)[number]

export interface Page {
  readonly language: DocumentLanguage
  readonly title: string
  readonly body: Html
  /** Stands before the main part: a way to other languages or pages. */
  readonly header?: Html
  /** Further rules of style, written by us. */
  readonly style?: string
  /** Address it looks at by itself after so many seconds; where its reader asked for that. */
  readonly refresh?: { readonly seconds: number; readonly url: string }
}

/**
 * A whole HTML document that stands on its own: it loads nothing, runs nothing, reads on a telephone, in light and dark
 * and in print. Put tables in `<div class="wide">`, with `class="stack"` and `data-column` on cells where a row becomes a
 * record on a telephone; a `<dl>` shows names with values; `class="open"` marks what is
 * still to be filled in, `class="late"` what is overdue.
 */
export const page = ({ language, title, body, header, style, refresh }: Page): string =>
  `<!doctype html>\n${html`<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${refresh && html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}">`}
<title>${title}</title>
${STYLE}
${style && Html.of([`<style>${style}</style>`], [])}
</head>
<body>
${header && html`<header>${header}</header>`}
<main>
${body}
</main>
</body>
</html>`}\n`

/** What `style-src` of a Content-Security-Policy needs for a page that {@link page} made: its own rules and no others. */
export const styleSources = (markup: string): string =>
  [...markup.matchAll(/<style>([^<]*)<\/style>/g)]
    .map(([, rules = '']) => `'sha256-${createHash('sha256').update(rules).digest('base64')}'`)
    .join(' ')

const STYLE = html`<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --line: #d0d7de; --band: #f3f5f7;
  --open: #7a4b00; --open-band: #fff4dc; --late: #a40e26 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a3adb8; --paper: #14181c; --line: #3a424b;
  --band: #1d232a; --open: #ffd58a; --open-band: #3a2c10; --late: #ff8b96 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; hyphens: auto }
code, .code { overflow-wrap: anywhere; hyphens: none }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem }
p, ul, dl { margin: .5rem 0 }
ul { padding-left: 1.25rem }
small, .soft { color: var(--soft) }
dl { display: grid; grid-template-columns: minmax(8rem, 15rem) minmax(0, 1fr); gap: .35rem 1rem }
dt { color: var(--soft) }
dd { margin: 0; min-width: 0 }
.wide { overflow-x: auto; margin: .75rem 0 }
table { border-collapse: collapse; width: 100%; font-size: .925rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  min-width: 7rem }
th { hyphens: none }
thead th { background: var(--band); font-weight: 600 }
.open { color: var(--open); background: var(--open-band); padding: .05rem .35rem; border-radius: .2rem }
.late { color: var(--late); font-weight: 600 }
@media screen and (max-width: 48rem) {
  .stack, .stack tbody, .stack tr { display: block }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0 }
  .stack td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem; border: 0; padding: .15rem 0;
    min-width: 0 }
  .stack td::before { content: attr(data-column); color: var(--soft) }
  .stack tbody th { display: block; border: 0; padding: .15rem 0 }
  .stack td.none { display: none }
}
@media (max-width: 34rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0 } dd { margin-bottom: .5rem } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --line: #999; --band: #eee; --open: #000;
    --open-band: #fff; --late: #000 }
  body { font-size: 10pt } th, td { min-width: 0 } main { max-width: none; padding: 0 } .wide { overflow: visible }
  h2, h3 { break-after: avoid } tr, dd { break-inside: avoid } thead { display: table-header-group }
  .open { border: 1px solid #000 }
}
@page { margin: 18mm }
</style>`
