import { type DocumentLanguage, dayInWords, type Html, html, page } from '../documents/index.ts'
import { words } from './notice-words.ts'
import type { DataKind, SourceFile } from './ports.ts'
import type { ProcessingSettings } from './settings.ts'

/** Who writes to her. */
export interface Sender {
  readonly name: string
  readonly kvkNumber?: string
  readonly email?: string
  readonly phone?: string
  readonly address?: string
}

export interface NoticeFacts {
  readonly sender: Sender
  readonly person: { readonly name: string; readonly company: string | null }
  readonly kinds: readonly DataKind[]
  readonly sources: readonly SourceFile[]
  /** Milliseconds since the epoch. */
  readonly importedAt: number
  readonly settings: ProcessingSettings
  readonly purposeLabel: (code: string, language: DocumentLanguage) => string
  readonly basis: (
    code: string,
    language: DocumentLanguage,
  ) => { readonly code: string; readonly label: string; readonly article: string }
}

interface Section {
  readonly title: string
  readonly lines: readonly string[]
  readonly list?: readonly string[]
}

export interface NoticeText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What must be said before this letter says all that AVG article 14 asks. */
export function missingFor({ settings, sender }: Pick<NoticeFacts, 'settings' | 'sender'>): string[] {
  const { relation_basis, relation_interest, privacy_contact } = settings
  const open: readonly (readonly [string, boolean])[] = [
    ['relation_purposes', settings.relation_purposes === undefined],
    ['relation_basis', relation_basis === undefined],
    ['relation_interest', relation_basis === 'legitimate-interest' && relation_interest === undefined],
    ['relation_retention', settings.relation_retention === undefined],
    ['data_protection_officer', settings.data_protection_officer === undefined],
    ['privacy_contact', !reachable(privacy_contact) && !reachable(sender)],
    ['transfers', settings.transfers === undefined],
  ]
  return open.flatMap(([member, isOpen]) => (isOpen ? [member] : []))
}

const reachable = (contact: { email?: string | undefined; phone?: string | undefined } | undefined) =>
  contact?.email !== undefined || contact?.phone !== undefined

/** The letter to a person whom an import brought, AVG article 14(1) and (2). */
export function noticeText(facts: NoticeFacts, language: DocumentLanguage): NoticeText {
  const t = words[language]
  const subject = t.subject(facts.sender.name)
  const greeting = t.greeting(facts.person.name)
  const opening = t.opening(facts)
  const sections = sectionsOf(facts, language)
  return {
    subject,
    text: [greeting, opening, ...sections.map(plain), t.closing(facts.sender.name)].join('\n\n'),
    html: page({
      language,
      title: subject,
      body: html`<h1>${subject}</h1><p>${greeting}</p><p>${opening}</p>${sections.map(marked)}
<p>${t
        .closing(facts.sender.name)
        .split('\n')
        .map((line, at) => (at === 0 ? line : html`<br>${line}`))}</p>`,
    }),
  }
}

const plain = ({ title, lines, list = [] }: Section): string =>
  [title, ...lines, ...list.map((one) => `- ${one}`)].join('\n')

const marked = ({ title, lines, list = [] }: Section): Html => html`<h2>${title}</h2>
${lines.map((one) => html`<p>${one}</p>`)}
${list.length > 0 ? html`<ul>${list.map((one) => html`<li>${one}</li>`)}</ul>` : null}`

function sectionsOf(facts: NoticeFacts, language: DocumentLanguage): Section[] {
  const t = words[language]
  const { sender, settings, kinds, sources, importedAt } = facts
  const { data_protection_officer: officer, relation_interest: interest, transfers } = settings
  const basis = settings.relation_basis === undefined ? null : facts.basis(settings.relation_basis, language)
  const { privacy_contact: ownContact } = settings
  const contact = ownContact && reachable(ownContact) ? ownContact : sender
  const day = dayInWords(importedAt, language)
  return [
    {
      title: t.who,
      lines: [
        [sender.name, sender.address, sender.kvkNumber && `KVK ${sender.kvkNumber}`]
          .filter(Boolean)
          .join(', '),
        `${t.questions} ${contactLine(contact) || t.open}`,
        ...(officer && officer !== 'none' ? [`${t.officer} ${contactLine(officer)}`] : []),
      ],
    },
    { title: t.which, lines: [], list: kinds.map((kind) => t.kinds[kind]) },
    {
      title: t.where,
      lines: [t.from(day)],
      list: sources.map(({ name, format }) => `${t.formats[format]}: ${name}`),
    },
    {
      title: t.why,
      lines: [
        basis ? `${t.basis} ${basis.label.toLowerCase()} (${t.avg} ${basis.article}).` : t.open,
        ...(basis?.code === 'legitimate-interest' && interest ? [`${t.interest} ${interest[language]}`] : []),
      ],
      list: (settings.relation_purposes ?? []).map((code) => facts.purposeLabel(code, language)),
    },
    {
      title: t.recipients,
      lines: [
        t.anchor,
        ...(settings.relation_recipients ? [settings.relation_recipients[language]] : []),
        transfers ? transfers[language] : t.open,
      ],
    },
    { title: t.retention, lines: [settings.relation_retention?.[language] ?? t.open] },
    {
      title: t.rights,
      lines: [t.rightsLine],
      list: [...t.rightsList, ...(basis?.code === 'consent' ? [t.withdraw] : [])],
    },
    { title: t.complaint, lines: [t.authority] },
  ]
}

const contactLine = (contact: {
  name?: string | undefined
  email?: string | undefined
  phone?: string | undefined
}): string => [contact.name, contact.email, contact.phone].filter(Boolean).join(', ')
