import { type DocumentLanguage, html, page } from '../../documents/index.ts'
import type { Asked } from './authorizations.ts'

const words = {
  nl: {
    title: 'Bewijs ophalen',
    about: (issuer: string) => `${issuer} heeft een bewijs voor u klaargezet.`,
    what: 'Bewijs',
    says: 'Daar staat in',
    wallet: 'Wallet die het krijgt',
    back: 'U gaat daarna naar',
    code: 'Transactiecode, die u langs een andere weg kreeg',
    wrong: 'Dat is niet de transactiecode. Na een paar keer vervalt het aanbod.',
    only: 'Ga alleen door als u dit zelf zojuist in uw wallet begonnen bent.',
    allow: 'Ophalen',
    deny: 'Niet doen',
    gone: 'Dit verzoek is onbekend, beantwoord of te oud. Begin opnieuw in uw wallet.',
  },
  en: {
    title: 'Get a credential',
    about: (issuer: string) => `${issuer} has a credential ready for you.`,
    what: 'Credential',
    says: 'It says',
    wallet: 'Wallet that gets it',
    back: 'You then go to',
    code: 'Transaction code, which you were given another way',
    wrong: 'That is not the transaction code. After a few times the offer ends.',
    only: 'Go on only if you just began this yourself, in your wallet.',
    allow: 'Get it',
    deny: 'Do not',
    gone: 'This request is unknown, answered or too old. Begin again in your wallet.',
  },
} as const

export const languageOfHolder = (acceptLanguage: string | undefined): DocumentLanguage =>
  /^\s*nl\b/i.test(acceptLanguage ?? '') ? 'nl' : 'en'

/**
 * Asks the holder, before anything is given to a wallet. It shows which claims there are and none of their values: who
 * looks has only shown to have the link.
 */
export function consentPage(
  { row, offer, configuration: { type } }: Asked,
  input: {
    readonly language: DocumentLanguage
    readonly issuerName: string
    readonly action: string
    readonly requestUri: string
    readonly ticket: string
    readonly isWrong: boolean
  },
): string {
  const { language, issuerName, action, requestUri, ticket, isWrong } = input
  const say = words[language]
  const labels = type.metadata.claims
    .filter(({ path }) => path.length === 1)
    .map(({ path }) => html`<li>${type.label(path as readonly (string | number)[], language)}</li>`)
  const code = offer.txCode
    ? html`<p><label>${say.code}<br><input name="tx_code" inputmode="numeric" autocomplete="one-time-code"
maxlength="${offer.txCode.length}" required></label></p>`
    : null
  return page({
    language,
    title: say.title,
    body: html`<h1>${say.title}</h1>
<p>${say.about(issuerName)}</p>
<dl>
<dt>${say.what}</dt><dd>${type.displayName(language)}</dd>
<dt>${say.says}</dt><dd><ul>${labels}</ul></dd>
<dt>${say.wallet}</dt><dd>${row.clientId}</dd>
<dt>${say.back}</dt><dd>${placeOf(row.redirectUri)}</dd>
</dl>
${isWrong ? html`<p class="late" role="alert">${say.wrong}</p>` : null}
<form method="post" action="${action}">
<input type="hidden" name="request_uri" value="${requestUri}">
<input type="hidden" name="ticket" value="${ticket}">
${code}
<p>${say.only}</p>
<p><button name="decision" value="allow">${say.allow}</button>
<button name="decision" value="deny" formnovalidate>${say.deny}</button></p>
</form>`,
  })
}

export const gonePage = (language: DocumentLanguage): string =>
  page({
    language,
    title: words[language].title,
    body: html`<h1>${words[language].title}</h1><p>${words[language].gone}</p>`,
  })

/** The site, or the app, without what a wallet put behind it. */
function placeOf(uri: string): string {
  const { protocol, host } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? `${protocol}//${host}` : protocol
}
