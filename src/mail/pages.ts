import { type DocumentLanguage, type Html, html, page } from '../documents/index.ts'

export const pageWords = {
  nl: {
    title: 'E-mails van ons',
    ask: (sender: string) =>
      `Wilt u van ${sender} geen uitnodigingen en herinneringen per e-mail meer ontvangen?`,
    service: 'E-mails die horen bij wat u met ons afspreekt, blijven wij sturen.',
    end: 'Geen uitnodigingen en herinneringen meer',
    ended: 'U ontvangt geen uitnodigingen en herinneringen per e-mail meer.',
    back: 'Toch weer ontvangen',
    begun: 'U ontvangt weer uitnodigingen en herinneringen per e-mail.',
    wrong: 'Deze link klopt niet',
    whole: 'Open de link uit de e-mail, en neem hem helemaal over.',
    other: 'English',
    language: 'Taal',
  },
  en: {
    title: 'E-mails from us',
    ask: (sender: string) => `Do you no longer want invitations and reminders by e-mail from ${sender}?`,
    service: 'We go on sending e-mails that belong to what you agree with us.',
    end: 'No more invitations and reminders',
    ended: 'You no longer receive invitations and reminders by e-mail.',
    back: 'Receive them again',
    begun: 'You receive invitations and reminders by e-mail again.',
    wrong: 'This link is not right',
    whole: 'Open the link from the e-mail, and take over all of it.',
    other: 'Nederlands',
    language: 'Language',
  },
} as const

export interface UnsubscribePage {
  readonly language: DocumentLanguage
  readonly sender: string
  readonly token: string
  readonly unsubscribed: boolean
  /** Something was just changed: the page says so first. */
  readonly changed: boolean
}

/** Whether invitations and reminders come, and the button that changes it. Looking changes nothing. */
export function unsubscribePage({ language, sender, token, unsubscribed, changed }: UnsubscribePage): string {
  const t = pageWords[language]
  const does = unsubscribed ? 'resubscribe' : 'unsubscribe'
  const now = unsubscribed ? t.ended : changed ? t.begun : t.ask(sender)
  return framed(
    language,
    token,
    html`<p role="status">${now}</p>
<p class="soft">${t.service}</p>
<form method="post" action="/mail/${does}?t=${token}&amp;lang=${language}">
<p><button>${unsubscribed ? t.back : t.end}</button></p></form>`,
  )
}

export function wrongLinkPage(language: DocumentLanguage): string {
  const t = pageWords[language]
  return framed(language, '', html`<p role="status">${t.wrong}</p><p>${t.whole}</p>`)
}

function framed(language: DocumentLanguage, token: string, body: Html): string {
  const t = pageWords[language]
  const other = language === 'nl' ? 'en' : 'nl'
  return page({
    language,
    title: t.title,
    style: STYLE,
    header: html`<nav aria-label="${t.language}"><a href="/mail/unsubscribe?t=${token}&amp;lang=${other}" lang="${other}" hreflang="${other}">${t.other}</a></nav>`,
    body: html`<h1>${t.title}</h1>\n${body}`,
  })
}

export const STYLE = `
header { max-width: 60rem; margin: 0 auto; padding: .75rem 1rem 0; text-align: right }
a { color: inherit }
:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px }
button { font: inherit; font-weight: 600; padding: .6rem 1rem; border: 0; cursor: pointer; border-radius: .25rem;
  color: #fff; background: #0b57d0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--band); padding: .75rem 1rem; font-size: .925rem }
`
