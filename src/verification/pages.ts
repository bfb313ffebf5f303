import { type DocumentLanguage, Html, html, page, qrSvg, timeInWords } from '../documents/index.ts'
import { type PageWords, wordsOf } from './page-words.ts'
import type { Preset } from './preset.ts'
import { flows } from './session-table.ts'

/** Where a page is, and in which language it is read. */
export interface Place {
  readonly language: DocumentLanguage
  /** Its own address, without the language: the switch leads back to it. */
  readonly path: string
}

export interface PageParts extends Place {
  readonly heading: string
  /** What the window is called, where that says more than the heading: it is what is read out first. */
  readonly title?: string
  readonly body: Html
  readonly refresh?: { readonly seconds: number; readonly url: string }
}

/** A page of ours around its body: heading, landmarks, and the switch to the other language. */
export function framed({ language, path, heading, title = heading, body, refresh }: PageParts): string {
  const t = wordsOf(language)
  const other = language === 'nl' ? 'en' : 'nl'
  return page({
    language,
    title,
    style: STYLE,
    ...(refresh && { refresh }),
    header: html`<nav aria-label="${t.language}"><a href="${withQuery(path, `lang=${other}`)}" lang="${other}" hreflang="${other}">${t.other}</a></nav>`,
    body: html`<h1>${heading}</h1>\n${body}`,
  })
}

export const withQuery = (path: string, query: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${query}`

/** What can be asked, and where a proof can be pasted. */
export function choicePage(presets: readonly Preset[], place: Place): string {
  const { language } = place
  const t = wordsOf(language)
  const one = ({ name, title, purpose }: Preset) => html`<li>
<h3 id="t-${name}">${title[language]}</h3>
<p id="p-${name}">${purpose[language]}</p>
<p><a class="button" href="/verify/new?preset=${name}&amp;lang=${language}" aria-describedby="t-${name} p-${name}">${t.ask}</a></p>
</li>`
  return framed({
    ...place,
    heading: t.title,
    body: html`<p>${t.intro}</p>
<h2>${t.choose}</h2>
<ul class="cards">${presets.filter((preset) => preset.public).map(one)}</ul>
<h2>${t.paste}</h2>
<form method="post" action="/verify/paste">
<input type="hidden" name="lang" value="${language}">
<p><label for="presentation">${t.paste_label}</label>
<textarea id="presentation" name="presentation" rows="6" required spellcheck="false" autocomplete="off" aria-describedby="paste-help"></textarea>
<small id="paste-help">${t.paste_help}</small></p>
<p><button>${t.paste_do}</button></p>
</form>`,
  })
}

/** Purpose, parameters and where the wallet is, of one preset. */
export function askPage(preset: Preset, place: Place): string {
  const { language } = place
  const t = wordsOf(language)
  const parameter = ([name, { label, required }]: readonly [string, Preset['parameters'][string]]) => html`<p>
<label for="f-${name}">${label[language]}</label>
<input id="f-${name}" name="p_${name}" maxlength="600" autocomplete="off" spellcheck="false"${required ? Html.of([' required'], []) : null}>
</p>`
  const flow = (name: (typeof flows)[number], at: number) => html`<p class="choice">
<input type="radio" id="w-${name}" name="flow" value="${name}"${at === 0 ? Html.of([' checked'], []) : null}>
<label for="w-${name}" class="beside">${t[name]}</label></p>`
  return framed({
    ...place,
    heading: preset.title[language],
    body: html`<h2>${t.why}</h2>
<p>${preset.purpose[language]}</p>
<form method="post" action="/verify">
<input type="hidden" name="lang" value="${language}">
<input type="hidden" name="preset" value="${preset.name}">
${Object.entries(preset.parameters).map(parameter)}
<fieldset><legend>${t.where}</legend>${flows.map(flow)}</fieldset>
<p><button>${t.begin}</button></p>
</form>
${back(t, language)}`,
  })
}

export interface Waiting {
  readonly preset: Preset
  readonly link: string
  readonly isHere: boolean
  readonly expiresAt: number
  readonly looksByItself: boolean
}

/** The code to scan, or the link to open, until there is an answer. */
export function waitingPage(
  { preset, link, isHere, expiresAt, looksByItself }: Waiting,
  place: Place,
): string {
  const { language, path } = place
  const t = wordsOf(language)
  const here = withQuery(path, `lang=${language}`)
  const itself = withQuery(here, 'auto=1')
  // Made by us from a text of ours: paths only, no other markup.
  const svg = Html.of([qrSvg(link)], [])
  return framed({
    ...place,
    heading: preset.title[language],
    ...(looksByItself && { refresh: { seconds: 5, url: itself } }),
    body: html`<p role="status">${t.waiting} ${t.until} ${timeInWords(expiresAt, language)}.</p>
${isHere ? null : html`<h2>${t.scan}</h2><div class="qr" role="img" aria-label="${t.qr}">${svg}</div>`}
<p><a class="button" href="${link}">${t.open}</a></p>
<form method="get" action="${path}"><input type="hidden" name="lang" value="${language}"><p><button>${t.look}</button></p></form>
<p><a href="${looksByItself ? here : itself}">${looksByItself ? t.manual : t.auto}</a></p>
<h2>${t.why}</h2>
<p>${preset.purpose[language]}</p>`,
  })
}

/**
 * What a page came to. Nothing on it changes, so a live region alone would keep silent: it has the focus when the page
 * opens, is read out then, and the next key goes on from there.
 */
export const announced = (text: string, kind = ''): Html =>
  html`<p role="status" class="${kind}" tabindex="-1"${Html.of([' autofocus'], [])}>${text}</p>`

/** One sentence, where there is nothing else to show. */
export function saying(heading: string, text: string, place: Place): string {
  return framed({
    ...place,
    heading,
    title: `${text} – ${heading}`,
    body: html`${announced(text)}${back(wordsOf(place.language), place.language)}`,
  })
}

export const back = (t: PageWords, language: DocumentLanguage): Html =>
  html`<p><a href="/verify?lang=${language}">${t.again}</a></p>`

const STYLE = `
header { max-width: 60rem; margin: 0 auto; padding: .75rem 1rem 0; text-align: right }
a { color: inherit }
:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px }
label, legend { display: block; font-weight: 600; margin-bottom: .25rem }
label.beside { margin: 0; font-weight: 400 }
.choice { display: flex; align-items: baseline; gap: .5rem }
[role=status]:focus { outline: none }
input:not([type]), textarea { width: 100%; max-width: 40rem; font: inherit; padding: .5rem; color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: .25rem }
textarea { font-family: ui-monospace, monospace; font-size: .875rem }
fieldset { border: 1px solid var(--line); border-radius: .25rem; margin: 1rem 0; padding: .5rem 1rem }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .6rem 1rem; border: 0; cursor: pointer;
  border-radius: .25rem; color: #fff; background: #0b57d0; text-decoration: none }
small { display: block }
.cards { list-style: none; padding: 0 }
.cards li { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem .5rem; margin: .75rem 0 }
.qr { background: #fff; padding: .5rem; width: 100%; max-width: 22rem }
.qr svg { display: block; width: 100%; height: auto; fill: #000 }
.verdict { font-size: 1.25rem; font-weight: 700; padding: .75rem 1rem; border-left: .5rem solid #1a7f37; background: var(--band) }
.verdict.no { border-color: var(--late) }
`
