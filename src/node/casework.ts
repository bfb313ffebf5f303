import { type Config, retentionOf, type Secrets, servicedeskOf } from '../config/index.ts'
import { type Egress, lookupTxt } from '../egress/index.ts'
import type { Accounts } from '../parties/index.ts'
import { askedMail, type CasesDeps, createKvkApi, openCases } from '../registration/index.ts'
import type { Webhooks } from '../webhooks/index.ts'
import type { Mail } from './mail.ts'
import { evidenceKeptUntil } from './retention.ts'

type Given =
  | 'targets'
  | 'fourEyes'
  | 'required'
  | 'colleagues'
  | 'lookupTxt'
  | 'tellContact'
  | 'keptUntil'
  | 'links'
  | 'url'
  | 'register'
  | 'whenDifferent'

/** The servicedesk's cases, as this trust anchor works on them. */
export function openCasework(
  deps: Omit<CasesDeps, Given> & {
    readonly config: Config
    readonly accounts: Accounts
    readonly egress: Egress
    readonly secrets: Secrets
    readonly mail: Mail
    readonly webhooks: Pick<Webhooks, 'announce'>
  },
) {
  const { targets, fourEyes, evidence: required, kvkUrl } = servicedeskOf(deps.config)
  const { egress, secrets } = deps
  const register = createKvkApi({ egress, url: kvkUrl, key: secrets.kvkKey })
  return openCases({
    ...{ ...deps, targets, fourEyes, required, colleagues: colleaguesOf(deps.accounts), lookupTxt },
    register,
    keptUntil: evidenceKeptUntil(retentionOf(deps.config)),
    url: deps.config.trustAnchor.url,
    links: evidenceLinks(deps.mail),
    whenDifferent: async (tx, { id, organisation, fields }) => {
      await deps.webhooks.announce(tx, {
        ...{ type: 'nl.regie.recheck.difference', subject: organisation, orderBy: organisation },
        data: { recheck: id, fields },
      })
    },
    tellContact: async (tx, { caseId, contact, organisation, items, text }) => {
      const { name, email: to, language } = contact
      const about = { kind: 'registration', id: caseId }
      const urlOf = (token: string) => `${deps.config.url}/invitation/evidence?t=${token}`
      const params = {
        ...{ name, organisation, text },
        items: items.map(({ token, ...item }) => ({ ...item, url: token && urlOf(token) })),
      }
      await deps.mail.mails.queue(tx, { to, language, template: askedMail, params, about })
    },
  })
}

export const colleaguesOf = (accounts: Accounts): CasesDeps['colleagues'] => ({
  find: async (account) => {
    const user = await accounts.findUser(account)
    return user?.state === 'active' && user.roles.includes('servicedesk') ? user.personId : null
  },
})

const EVIDENCE_PURPOSE = 'evidence'

function evidenceLinks({ links }: Pick<Mail, 'links'>): CasesDeps['links'] {
  const of = (id: string) => ({ purpose: EVIDENCE_PURPOSE, about: { kind: 'registration', id } })
  return {
    create: async (tx, { about, address }) => {
      await links.replace(tx, of(about))
      return (await links.create(tx, { ...of(about), boundTo: { party: about, address } })).token
    },
    look: async (token) => (await links.find(token, EVIDENCE_PURPOSE)).about.id,
    consume: async (tx, token) => (await links.consume(tx, token, EVIDENCE_PURPOSE)).about.id,
  }
}
