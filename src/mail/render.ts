import type { Language } from '../core/index.ts'
import { type Html, html } from '../documents/index.ts'
import { MAX_SUBJECT, type MailPart, type MailText, oneLine } from './template.ts'

export interface MailFrame {
  readonly language: Language
  /** The organisation that sends. */
  readonly sender: string
  /** Where its reader can end mails of this kind; null where they always go. */
  readonly unsubscribeUrl: string | null
  /** For who reads it before it leaves: a link's secret is the recipient's, and is left out. */
  readonly maskLinks?: true
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const words = {
  nl: {
    from: (sender: string) => `Deze e-mail is verstuurd door ${sender}.`,
    never: 'Wij vragen u nooit per e-mail om een wachtwoord of om uw gegevens.',
    end: 'Geen e-mails van deze soort meer ontvangen',
  },
  en: {
    from: (sender: string) => `This e-mail was sent by ${sender}.`,
    never: 'We never ask you for a password or for your data by e-mail.',
    end: 'No longer receive e-mails of this kind',
  },
} as const

/** One mail as text and as HTML, from one source. The HTML loads nothing, runs nothing, and escapes every value. */
export function renderMail(mail: MailText, frame: MailFrame): RenderedMail {
  const subject = oneLine(mail.subject).slice(0, MAX_SUBJECT)
  const shown = (url: string) => (frame.maskLinks ? masked(url) : url)
  const t = words[frame.language]
  const footer = [t.from(oneLine(frame.sender)), t.never]
  const end = frame.unsubscribeUrl && { label: t.end, url: shown(frame.unsubscribeUrl) }
  const plain = [
    ...mail.parts.flatMap((part) => partAsText(part, shown)),
    ['-- ', ...footer, ...(end ? [`${end.label}: ${end.url}`] : [])].join('\n'),
  ]
  return {
    subject,
    text: `${plain.join('\n\n')}\n`,
    html: `<!doctype html>\n${html`<html lang="${frame.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
${STYLE}
</head>
<body>
<main>
<h1>${subject}</h1>
${mail.parts.map((part) => partAsHtml(part, shown))}
</main>
<footer>
${footer.map((line) => html`<p>${line}</p>\n`)}${end && html`<p><a href="${end.url}">${end.label}</a></p>`}
</footer>
</body>
</html>`}\n`,
  }
}

/** Where a link leads, without what only its recipient may have. */
function masked(url: string): string {
  const target = URL.parse(url)
  if (!target) return '…'
  const hidden = target.search !== '' || target.hash !== ''
  return `${target.origin}${target.pathname}${hidden ? '?…' : ''}`
}

const lines = (text: string): string => text.replaceAll('\r\n', '\n').trim()

function partAsText(part: MailPart, shown: (url: string) => string): string[] {
  switch (part.kind) {
    case 'paragraph':
      return [lines(part.text)]
    case 'free':
      return part.paragraphs.map(lines)
    case 'list':
      return [part.items.map((item) => `- ${oneLine(item)}`).join('\n')]
    case 'button':
    case 'link':
      return [`${oneLine(part.label)}:\n${shown(part.url)}`]
  }
}

function partAsHtml(part: MailPart, shown: (url: string) => string): Html {
  switch (part.kind) {
    case 'paragraph':
      return block(part.text)
    case 'free':
      return html`${part.paragraphs.map(block)}`
    case 'list':
      return html`<ul>${part.items.map((item) => html`<li>${oneLine(item)}</li>`)}</ul>\n`
    case 'button':
      return html`<p><a class="button" href="${shown(part.url)}">${oneLine(part.label)}</a></p>
<p class="soft">${shown(part.url)}</p>\n`
    case 'link':
      return html`<p><a href="${shown(part.url)}">${oneLine(part.label)}</a></p>\n`
  }
}

const block = (text: string): Html => {
  const [first = '', ...more] = lines(text).split('\n')
  return html`<p>${first}${more.map((line) => html`<br>${line}`)}</p>\n`
}

const STYLE = html`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark }
body { margin: 0; padding: 1.5rem 1rem; background: #ffffff; color: #1b1f24; font: 1rem/1.55 system-ui, sans-serif }
main, footer { max-width: 36rem; margin: 0 auto; overflow-wrap: anywhere }
h1 { font-size: 1.35rem; line-height: 1.25 }
a { color: #0b57d0 }
.button { display: inline-block; padding: .6rem 1rem; border-radius: .25rem; background: #0b57d0; color: #ffffff;
  font-weight: 600; text-decoration: none }
.soft, footer { color: #57606a; font-size: .875rem }
footer { margin-top: 2rem; border-top: 1px solid #d0d7de }
@media (prefers-color-scheme: dark) {
  body { background: #14181c; color: #e6e9ec }
  a { color: #8ab4ff }
  .soft, footer { color: #a3adb8 }
  footer { border-color: #3a424b }
}
</style>`
