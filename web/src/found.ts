import { useQueries } from '@tanstack/react-query'
import { type ComponentType, memo, useEffect } from 'react'
import { call, type Input, type OperationName, type Output } from './api/call'
import { type Found, fits } from './find'
import {
  AskIcon,
  BoardIcon,
  BookIcon,
  DeskIcon,
  GrantIcon,
  LockIcon,
  LogIcon,
  MailIcon,
  PaperIcon,
  PartnersIcon,
  PersonIcon,
  ShieldIcon,
} from './ui/icons'
import { hasRole, useWho } from './who'
import { type Language, useLanguage } from './words/words'

type Hit = Pick<Found, 'label' | 'to'>

interface Source {
  readonly kind: Readonly<Record<Language, string>>
  readonly icon: ComponentType
  /** Who may ask for it; everybody where it says nothing. */
  readonly roles?: readonly string[]
  readonly key: (text: string) => readonly unknown[]
  readonly read: (text: string, signal: AbortSignal) => Promise<unknown>
  readonly hits: (data: never, language: Language) => readonly Hit[]
}

const source = <N extends OperationName>(
  name: N,
  input: (text: string) => Input<N>,
  {
    hits,
    ...rest
  }: Pick<Source, 'kind' | 'icon' | 'roles'> & {
    readonly hits: (data: Output<N>, language: Language) => readonly Hit[]
  },
): Source => ({
  ...rest,
  key: (text) => [name, input(text)],
  read: (text, signal) => call(name, input(text), { signal }),
  hits: hits as Source['hits'],
})

/** As many of each kind as one question gives: those that are newest. */
const MOST = 200
const newest = () => ({ limit: MOST })

const readsContracts = [
  ...['coordinator', 'administrator', 'auditor'],
  ...['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory'],
]

/** All that has a name, each with the page it is on. */
const sources: readonly Source[] = [
  // Of partners there may be thousands: the node looks among them.
  source('partners.list', (q) => ({ q, limit: 8 }), {
    kind: { nl: 'partner', en: 'partner' },
    icon: PartnersIcon,
    roles: ['account_manager', 'coordinator', 'administrator'],
    hits: ({ items }) => items.map(({ id, name }) => ({ label: name, to: `/partners/${id}` })),
  }),
  source('access.list', newest, {
    kind: { nl: 'verzoek', en: 'request' },
    icon: AskIcon,
    hits: ({ items }) =>
      items.map(({ id, asker, reason }) => ({ label: `${asker.name}: ${reason}`, to: `/requests/${id}` })),
  }),
  source('access.grants', newest, {
    kind: { nl: 'toestemming', en: 'grant' },
    icon: GrantIcon,
    hits: ({ items }) => items.map(({ id, grantee }) => ({ label: grantee.name, to: `/grants/${id}` })),
  }),
  source('wallet.list', () => ({}), {
    kind: { nl: 'bewijs', en: 'credential' },
    icon: PersonIcon,
    hits: ({ items }, language) =>
      items.map(({ title, type, issuer }) => ({
        label: [title?.[language] ?? type, issuer.name].filter(Boolean).join(', '),
        to: '/data/credentials',
      })),
  }),
  source('agreements.list', newest, {
    kind: { nl: 'overeenkomst', en: 'agreement' },
    icon: PaperIcon,
    roles: readsContracts,
    hits: ({ items }) => items.map(({ id, partner }) => ({ label: partner.name, to: `/agreements/${id}` })),
  }),
  source('contracts.list', () => ({}), {
    kind: { nl: 'contractmodel', en: 'template' },
    icon: PaperIcon,
    roles: readsContracts,
    hits: ({ items }, language) =>
      items.map(({ id, version, title }) => ({
        label: title[language],
        to: `/agreements/library/${id}/${version}`,
      })),
  }),
  source('trade-secrets.list', () => ({}), {
    kind: { nl: 'bedrijfsgeheim', en: 'trade secret' },
    icon: LockIcon,
    hits: ({ items }) => items.map(({ id, title }) => ({ label: title, to: `/secrets/${id}` })),
  }),
  source('messages.list', newest, {
    kind: { nl: 'bericht', en: 'message' },
    icon: MailIcon,
    hits: ({ items }) =>
      items.map(({ subject, partner }) => ({ label: `${partner.name}: ${subject}`, to: '/messages' })),
  }),
  source('cases.list', newest, {
    kind: { nl: 'zaak', en: 'case' },
    icon: MailIcon,
    hits: ({ items }, language) =>
      items.map(({ partner, title, question, about }) => ({
        label: [partner.name, title?.[language] ?? question, about].filter(Boolean).join(': '),
        to: '/messages/cases',
      })),
  }),
  source('invitations.list', newest, {
    kind: { nl: 'uitnodiging', en: 'invitation' },
    icon: BoardIcon,
    roles: ['account_manager', 'coordinator', 'administrator'],
    hits: ({ items }) =>
      items.map(({ id, partner }) => ({
        label: partner.name ?? partner.kvk ?? '',
        to: `/invitations/${id}`,
      })),
  }),
  source('people.list', () => ({}), {
    kind: { nl: 'collega', en: 'colleague' },
    icon: PersonIcon,
    roles: ['coordinator', 'administrator'],
    hits: ({ items }) =>
      items.map(({ name, account }) => ({ label: `${name} (${account})`, to: '/settings/people' })),
  }),
  source('learning.courses', () => ({}), {
    kind: { nl: 'cursus', en: 'course' },
    icon: BookIcon,
    hits: ({ items }, language) =>
      items.map(({ id, title }) => ({ label: title[language], to: `/learning/courses/${id}` })),
  }),
  source('rights.inbox', newest, {
    kind: { nl: 'AVG-verzoek', en: 'GDPR request' },
    icon: ShieldIcon,
    roles: ['coordinator', 'administrator'],
    hits: ({ items }) =>
      items.map(({ id, subject }) => ({ label: subject.name ?? '', to: `/privacy/requests/${id}` })),
  }),
  source('breaches.list', newest, {
    kind: { nl: 'datalek', en: 'breach' },
    icon: LogIcon,
    roles: ['administrator', 'auditor'],
    hits: ({ items }) => items.map(({ id, title }) => ({ label: title, to: `/oversight/breaches/${id}` })),
  }),
  source('registrations.queue', newest, {
    kind: { nl: 'aanmelding', en: 'registration' },
    icon: DeskIcon,
    roles: ['servicedesk'],
    hits: ({ items }) =>
      items.map(({ id, organisation }) => ({ label: organisation.name, to: `/desk/${id}` })),
  }),
]

/** How long what was found is good for the next letter. */
const GOOD_MS = 60_000

/** Looks for all things by a name that holds the text, of what she may see, and tells what it found. */
export default memo(function Everything({
  text,
  onFound,
}: {
  readonly text: string
  readonly onFound: (found: readonly Found[]) => void
}) {
  const who = useWho()
  const { language } = useLanguage()
  const hers = sources.filter(({ roles }) => !roles || hasRole(who, ...roles))
  const found = useQueries({
    queries: hers.map(({ key, read }) => ({
      queryKey: ['found', ...key(text)],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(text, signal),
      staleTime: GOOD_MS,
    })),
    combine: (answers) =>
      answers.flatMap(({ data }, at) => {
        const from = hers[at]
        if (!from || data === undefined) return []
        return from
          .hits(data as never, language)
          .filter(({ label }) => fits(label, text))
          .map(
            (hit, nr): Found => ({
              ...hit,
              key: `${hit.to} ${nr}`,
              kind: from.kind[language],
              icon: from.icon,
            }),
          )
      }),
  })
  useEffect(() => onFound(found), [found, onFound])
  return null
})
