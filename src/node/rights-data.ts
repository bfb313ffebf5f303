import { type ClaimTarget, OwnerView, refOf } from '../access/index.ts'
import { type Did, isoTime, isoTimeOrNull } from '../core/index.ts'
import { heldCredentialTable } from '../credentials/index.ts'
import { userTable } from '../parties/index.ts'
import type { Contact } from '../partners/index.ts'
import { ownRecipients, PEOPLE_PURPOSE, relationRecipients } from '../processing/index.ts'
import { type Inbox, PERSONAL_DATA, type PersonalData, type Requests } from '../rights/index.ts'
import type { Exchange } from './cases.ts'
import { every } from './every.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import { dealingsOf } from './rights-dealings.ts'
import { doingsOf } from './rights-doings.ts'

/** Gathers everything this node holds of one person, from the rooms that hold it. */
export function personalDataOf(
  ground: Ground,
  network: Network,
  exchange: Exchange,
  { requests, inbox }: { readonly requests: Requests; readonly inbox: Inbox },
) {
  const { parties, store, credentials, types, clock } = ground
  const { contacts, trust, processing } = network
  const { telling, receipts } = exchange
  const view = new OwnerView(ground)
  const names = new Map<string, Promise<string | null>>()
  /** An organisation by its name in the network; one answer for a whole export. */
  const named = async <D extends string>(did: D, known?: string) => {
    const found = known ?? (await (names.get(did) ?? ask(did)))
    return { did, name: found }
  }
  const ask = (did: string) => {
    const asked = trust.nameOf(did).catch(() => null)
    names.set(did, asked)
    return asked
  }
  const dealings = dealingsOf(ground, exchange, named)
  const doings = doingsOf(ground, network, named)
  const processed = async (activities: readonly Activity[]) => {
    const { settings } = await processing.settings.get()
    return activities.map((activity) => activityOf(activity, settings))
  }
  const refs = (claims: readonly ClaimTarget[]) => claims.map((claim) => refOf(types, claim))
  const controller = async () => {
    const { id, did } = await parties.organisation()
    return { did, name: (await parties.profile(id)).name }
  }

  const credentialsOf = async (id: string, us: Awaited<ReturnType<typeof controller>>, her: Did) => {
    const rows = await store.reader.find(heldCredentialTable, {
      where: { holderParty: id },
      order: { id: 'ASC' },
    })
    return Promise.all(
      rows.map(async (row) => {
        const claims = await credentials.claims(row)
        const type = types.find(row.vct)
        const own = new Set(type?.metadata.claims.map(({ path }) => path[0]))
        const issuer =
          row.issuer === us.did ? us : await named(row.issuer, row.issuer === her ? '' : undefined)
        return {
          type: type?.name ?? row.vct,
          issuer: { ...issuer, name: issuer.name || null },
          issued_at: isoTime(row.issuedAt),
          expires_at: isoTimeOrNull(row.expiresAt),
          state: row.state,
          // Of a type that nobody here describes all of it may be about her.
          claims: Object.fromEntries(
            Object.entries(claims).filter(([name]) => !type || own.has(name)),
          ) as Claims,
        }
      }),
    )
  }

  const directoryOf = (found: readonly Contact[]): PersonalData['directory'] =>
    found.map(({ partnerName, name, email, phone, isPartner, row, content }) => {
      const { street, postcode, city, country, iban } = content.details
      return {
        ...{ partner: partnerName, name, email, phone },
        address: isPartner ? placeText({ street, postcode, city, country }) : null,
        iban: isPartner ? (iban ?? null) : null,
        known_since: isoTime(row.createdAt),
      }
    })

  const requestsOf = async (
    where: Parameters<Inbox['list']>[0],
  ): Promise<PersonalData['rights_requests']> => {
    const rows = await every((page) => inbox.list(where, page))
    return Promise.all(
      rows.map(async (row) => {
        const texts = await requests.texts(row)
        return {
          ...{ id: row.id, kind: row.kind, state: row.state },
          received_at: isoTime(row.receivedAt),
          due_at: isoTime(row.dueAt),
          text: texts?.text ?? null,
          answer: texts?.answer ?? texts?.refusal ?? null,
        }
      }),
    )
  }

  const lookedAt = async (id: string) =>
    Promise.all(
      (await every((page) => view.events([id], page))).map(async (event) => ({
        at: isoTime(event.at),
        recipient: await named(event.asker),
        who: lookerOf(event.actor),
        claims: refs(event.claims),
        purposes: event.purpose,
        ...{ outcome: event.outcome, codes: event.codes },
      })),
    )

  const ofPerson = async (id: string): Promise<PersonalData> => {
    const [party, profile, us, user] = await Promise.all([
      parties.require(id),
      parties.profile(id),
      controller(),
      store.reader.findOneBy(userTable, { personId: id }),
    ])
    const [held, log, grants, asked, notices, listed] = await Promise.all([
      credentialsOf(id, us, party.did),
      lookedAt(id),
      every((page) => view.grants([id], page)),
      every((page) => view.requests([id], page)),
      every((page) => telling.notices.list([id], page, {})),
      profile.email ? contacts.byEmail(profile.email) : [],
    ])
    const records = await Promise.all(grants.map(({ id }) => receipts.consentRecordOf(id)))
    const directory = directoryOf(listed)
    const { written, ...done } = await doings(id)
    return {
      schema: PERSONAL_DATA,
      made_at: isoTime(clock.now()),
      controller: us,
      person: {
        ...{ did: party.did, name: profile.name, email: profile.email ?? null },
        job_title: profile.jobTitle ?? null,
        account: user?.account ?? null,
        roles: user?.roles ?? [],
      },
      credentials: held,
      grants: grants.map((grant) => ({
        id: grant.id,
        recipient: { did: grant.grantee, name: grant.granteeName },
        claims: refs(grant.tuples),
        purposes: grant.purpose,
        legal_basis: grant.legalBasis,
        from: isoTime(grant.startsAt),
        until: isoTime(grant.expiresAt),
        revoked_at: isoTimeOrNull(grant.revokedAt),
      })),
      recipients: recipientsOf(log),
      sources: [
        ...held.map(({ issuer, type, issued_at: since }) => ({ source: issuer, what: type, since })),
        ...directory.map(({ known_since: since }) => ({ source: us, what: 'imported', since })),
      ],
      access_log: log,
      requests_for_data: asked.map((row) => ({
        id: row.id,
        asked_at: isoTime(row.createdAt),
        recipient: { did: row.asker, name: row.askerName },
        who: lookerOf(row.actor),
        claims: refs(row.claims),
        purposes: row.purpose,
        reason: row.details.relevance,
        state: row.state,
      })),
      notices: notices.map((row) => ({
        at: isoTime(row.createdAt),
        recipient: { did: row.recipient, name: row.recipientName },
        kind: row.kind,
        claims: refs(row.claims),
        state: row.state,
      })),
      ...done,
      ...(await dealings(id, written)),
      processing: await processed(directory.length > 0 ? ['people', 'relations'] : ['people']),
      consent_records: records.flatMap((found, at) =>
        found ? [{ grant: grants[at]?.id ?? '', record: { ...found.record } }] : [],
      ),
      rights_requests: await requestsOf({ personId: id }),
      directory,
    }
  }

  const ofContact = async (partnerId: string, mark: string): Promise<PersonalData> => {
    const [found, us] = await Promise.all([contacts.find(partnerId), controller()])
    const contact = found?.mark === mark ? found : null
    const directory = contact ? directoryOf([contact]) : []
    return {
      ...nothing,
      made_at: isoTime(clock.now()),
      controller: us,
      person: { ...nothing.person, name: contact?.name ?? null, email: contact?.email ?? null },
      sources: directory.map(({ known_since: since }) => ({ source: us, what: 'imported', since })),
      processing: contact ? await processed(['relations']) : [],
      rights_requests: await requestsOf({ contact: { partnerId, mark } }),
      directory,
    }
  }
  return { ofPerson, ofContact }
}

type Claims = PersonalData['credentials'][number]['claims']

const nothing: PersonalData = {
  schema: PERSONAL_DATA,
  made_at: '',
  controller: { did: null, name: null },
  person: { did: null, name: null, email: null, job_title: null, account: null, roles: [] },
  ...{ credentials: [], grants: [], recipients: [], sources: [], access_log: [], requests_for_data: [] },
  ...{ messages: [], corrections: [], cases: [], ratings: [], asked: [], looks: [], shown_to: [] },
  wallet_offers: [],
  ...{ training_attempts: [], training_certificates: [] },
  ...{ approvals: [], acceptances: [], intermediaries: [], acts: [], processing: [] },
  ...{ notices: [], consent_records: [], rights_requests: [], directory: [] },
}

type Activity = PersonalData['processing'][number]['activity']
type Settings = Awaited<ReturnType<Network['processing']['settings']['get']>>['settings']

/** What is done with her data, as the organisation says it and as the record of processing has it. */
const activityOf = (activity: Activity, settings: Settings): PersonalData['processing'][number] => ({
  ...(activity === 'relations'
    ? {
        ...{ activity, purposes: settings.relation_purposes ?? [] },
        legal_basis: settings.relation_basis ?? null,
        interest: settings.relation_interest ?? null,
        retention: settings.relation_retention ?? null,
        recipients: relationRecipients(settings),
      }
    : {
        ...{ activity, purposes: [PEOPLE_PURPOSE], interest: null },
        legal_basis: settings.people_basis ?? null,
        retention: settings.people_retention ?? null,
        recipients: [...ownRecipients.people],
      }),
  transfers: settings.transfers ?? null,
})

/** `Kade 1, 3011 AB Rotterdam, NL`; null where nothing is known. */
const placeText = (at: { [part in 'street' | 'postcode' | 'city' | 'country']?: string | undefined }) =>
  [at.street, [at.postcode, at.city].filter(Boolean).join(' '), at.country].filter(Boolean).join(', ') || null

/** Who looked is hers to know: by name and function, and nothing else of them. */
const lookerOf = (actor: { readonly kind: string; readonly name?: string; readonly role?: string } | null) =>
  actor && { name: actor.name ?? null, role: actor.role ?? null }

/** Who got what, and when last, out of the log. */
function recipientsOf(log: PersonalData['access_log']): PersonalData['recipients'] {
  const all = new Map<string, PersonalData['recipients'][number]>()
  for (const { recipient, claims, purposes, at, outcome } of log) {
    if (outcome !== 'permit') continue
    const key = recipient.did ?? ''
    const known = all.get(key)
    const merged = (before: readonly string[] = [], more: readonly string[]) => [
      ...new Set([...before, ...more]),
    ]
    all.set(key, {
      recipient,
      claims: merged(known?.claims, claims),
      purposes: merged(known?.purposes, purposes),
      looks: (known?.looks ?? 0) + 1,
      // The log begins with the latest.
      last_looked_at: known?.last_looked_at ?? at,
    })
  }
  return [...all.values()]
}
