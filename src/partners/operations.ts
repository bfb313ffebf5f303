import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  type Did,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  partnerRoles,
} from '../core/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { CardPerson } from './cards/card-person.ts'
import type { Cards } from './cards/cards.ts'
import { cardOperations } from './cards/operations.ts'
import { differencesOf } from './differences.ts'
import { importOperations } from './import-operations.ts'
import type { Imports } from './imports.ts'
import { type InvitedPort, invitationOutput, invitedInput, type NewestInvitation } from './invited.ts'
import type { Many } from './many.ts'
import { mappingOperations } from './mappings/operations.ts'
import type { Merging } from './merging.ts'
import { activityOutput, describeBooks, networkStates } from './output.ts'
import type { Partner, Partners } from './partners.ts'
import { personIn } from './person-in.ts'
import { type QualityPort, qualityOutput } from './quality-output.ts'
import { type PartnerFilter, partnerSorts } from './selection.ts'
import { describeShared, differenceOutput, type SharedValue, sharedValueOutput } from './shared-values.ts'
import type { TakeOver } from './take-over.ts'

/** What is shown of the person whom a partner's row names, or of whoever lets us see more. */
export interface ShownData {
  /** Id of the partner in our list. */
  readonly partner: string
  readonly subject: Did | null
  readonly grantId: string | null
  readonly claims: readonly string[]
}

export interface PartnersOperationsDeps {
  readonly partners: Partners
  readonly imports: Imports
  readonly jobs: Jobs
  /** What a partner lets us see, as this caller may see it; the records room answers. */
  readonly sharedValues: (caller: Caller, partner: Did) => Promise<readonly SharedValue[]>
  /** Writes down that data of persons is shown, before it is. */
  readonly whenShown: (caller: Caller, shown: readonly ShownData[]) => Promise<void>
  readonly takeOver: TakeOver
  readonly merging: Merging
  readonly many: Many
  readonly cards: Cards
  /** Of these ids the pairs of which somebody said that they are not one, as `a b`; the quality room answers. */
  readonly saidDifferent: (partners: readonly string[]) => Promise<ReadonlySet<string>>
  /** How good what we have of a partner is. */
  readonly quality: QualityPort
  readonly invited: InvitedPort
}

const time = z.iso.datetime()

const partnerOutput = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['organisation', 'person']),
  kvk: z.string().nullable(),
  vat: z.string().nullable(),
  roles: z.array(z.string()).describe('what it is to us'),
  activity: activityOutput,
  in_network: z.boolean(),
  network_state: networkStates,
  did: z.string().nullable(),
  inactive_said_at: time
    .nullable()
    .describe('when somebody said that it is inactive, whatever the books say'),
  person: z
    .object({
      no_marketing: z.boolean().describe('she objected to marketing: nobody writes to her for it'),
      restricted: z.boolean().describe('she disputes it: her data are not shown meanwhile'),
      erased: z.boolean().describe('she was named here, and had herself erased'),
    })
    .describe('what the person named here does not want'),
  updated_at: time,
})

const text = z.string().nullable()
const partnerId = z.string().min(1).max(300).describe('its id, DID, KVK number or name')

const listedOutput = partnerOutput.extend({ invitation: invitationOutput })

const fullPartnerOutput = listedOutput.extend({
  network: z.object({
    state: networkStates,
    did: text,
    wallet: text.describe('where its Offers and Asks go'),
    checked_at: time.nullable().describe('when the trust anchor answered last'),
  }),
  contact: z.object({ name: text, email: text, phone: text }).describe('whom the books name'),
  contacts: z
    .array(z.object({ name: z.string(), email: text, phone: text }))
    .describe('its other contact persons, from vCards'),
  address: z.object({ street: text, postcode: text, city: text, country: text }),
  website: text,
  iban: text,
  bic: text,
  informed_due_at: time
    .nullable()
    .describe('when the person named must have been told at the latest where her data came from'),
  created_at: time,
  values: z
    .array(sharedValueOutput)
    .describe('what the partner and its people let us see, or no longer let us see'),
  differences: z
    .array(differenceOutput)
    .describe('where what we imported is not what the partner lets you see'),
  quality: qualityOutput.describe('how good what we have is, and why'),
})

const filterInput = {
  q: z.string().trim().min(1).max(100).optional().describe('part of the name; persons are not found by it'),
  activity: z.enum(['active', 'dormant', 'inactive', 'unknown']).optional(),
  in_network: z.boolean().optional(),
  network_state: networkStates.optional(),
  role: z
    .enum([...partnerRoles, 'none'])
    .optional()
    .describe('what it is to us; none: nobody said'),
  kind: z.enum(['organisation', 'person']).optional(),
  ...invitedInput,
}

type Asked = z.output<z.ZodObject<typeof filterInput>>

function filterOf(
  { in_network, network_state, invited, invitation_state: state, ...asked }: Asked,
  port: InvitedPort,
): PartnerFilter {
  const about = { ...(state && { state }), ...(invited !== undefined && { isUnderWay: invited }) }
  return {
    ...(asked.q && { q: asked.q }),
    ...(asked.activity && { activity: asked.activity }),
    ...(asked.role && { role: asked.role }),
    ...(asked.kind && { kind: asked.kind }),
    ...(in_network !== undefined && { inNetwork: in_network }),
    ...(network_state && { network: network_state }),
    ...(Object.keys(about).length > 0 && { invited: port.condition(about) }),
  }
}

const allow = {
  users: ['account_manager', 'coordinator', 'administrator'],
  clients: 'partners:read',
} as const

export function partnersOperations({
  partners,
  imports,
  jobs,
  sharedValues,
  whenShown,
  takeOver,
  merging,
  many,
  cards,
  saidDifferent,
  quality,
  invited,
}: PartnersOperationsDeps): AnyOperation[] {
  const sharedBy = async (caller: Caller, { row }: Partner) =>
    row.did === null ? [] : sharedValues(caller, row.did)
  const describeFor = async (caller: Caller, partner: Partner) => {
    const shared = await sharedBy(caller, partner)
    const persons = await cards.of(partner.row.id)
    await whenShown(caller, [...shownFully(partner, shared), ...shownCards(partner, persons)])
    return {
      ...describeFully(partner, (await invited.newestOf([partner.row.id])).get(partner.row.id)),
      contacts: persons.map(({ name, email = null, phone = null }) => ({ name, email, phone })),
      values: shared.map(describeShared),
      differences: differencesOf(partner, shared),
      quality: await quality(partner, shared),
    }
  }
  return [
    operation({
      name: 'partners.list',
      summary: 'Our partners, newest first',
      method: 'GET',
      path: '/partners',
      input: z.strictObject({
        ...filterInput,
        sort: z.enum(partnerSorts).optional().describe('newest first, by name, or the active ones first'),
        ...pageInput,
      }),
      output: pageOf(listedOutput),
      allow,
      run: async ({ sort, cursor, limit, ...asked }, { caller }) => {
        const order = { ...(cursor && { cursor }), ...(sort && { sort }) }
        const page = await partners.list(filterOf(asked, invited), { limit, ...order })
        await whenShown(caller, page.items.flatMap(shownInList))
        const newest = await invited.newestOf(page.items.map(({ row }) => row.id))
        const items = page.items.map((one) => describeListed(one, newest.get(one.row.id)))
        return { items, next: page.next }
      },
    }),
    // Before what takes any word after /partners for the name of one.
    ...mappingOperations(imports.mappings),
    operation({
      name: 'partners.get',
      summary: 'What we know of a partner, what it lets us see, and whether it is in the network now',
      method: 'GET',
      path: '/partners/:id',
      input: z.strictObject({ id: partnerId }),
      output: fullPartnerOutput,
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => describeFor(caller, await partners.get(caller, id)),
    }),
    operation({
      name: 'partners.take-over',
      summary: 'Put what a partner lets you see into our own copy; where it came from is kept',
      method: 'POST',
      path: '/partners/:id/taken-over',
      input: z.strictObject({
        id: partnerId,
        claim: z.string().min(1).max(200).describe('a claim such as company-profile.email'),
      }),
      output: fullPartnerOutput,
      allow: { users: allow.users },
      positional: ['id', 'claim'],
      run: async ({ id, claim }, { caller }) => {
        const partner = await partners.get(caller, id)
        await takeOver.take(caller, partner.row.id, claim, await sharedBy(caller, partner))
        return describeFor(caller, await partners.get(caller, partner.row.id))
      },
    }),
    operation({
      name: 'partners.roles',
      summary: 'Say what a partner is to us: a customer, a freelancer, several things at once',
      method: 'POST',
      path: '/partners/:id/roles',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().min(1).max(300).describe('its id, DID, KVK number or name'),
        roles: z.array(z.enum(partnerRoles)).max(partnerRoles.length).describe('all that it is to us'),
      }),
      output: partnerOutput,
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ id, roles }, { caller }) => describe(await partners.setRoles(caller, id, roles)),
    }),
    operation({
      name: 'partners.say',
      summary: 'Say of all partners that are meant what they are to us, or that they are inactive',
      method: 'POST',
      path: '/partners/said',
      input: z.strictObject({
        ...filterInput,
        add_roles: z.array(z.enum(partnerRoles)).max(partnerRoles.length).optional(),
        remove_roles: z.array(z.enum(partnerRoles)).max(partnerRoles.length).optional(),
        set_inactive: z
          .boolean()
          .optional()
          .describe('until a later booking, whatever the books say; false: as the books say'),
      }),
      output: z.object({ changed: z.int(), same: z.int() }),
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ add_roles, remove_roles, set_inactive, ...asked }, { caller }) =>
        many.set(caller, filterOf(asked, invited), {
          ...(add_roles && { add: add_roles }),
          ...(remove_roles && { remove: remove_roles }),
          ...(set_inactive !== undefined && { inactive: set_inactive }),
        }),
    }),
    operation({
      name: 'partners.merge',
      summary: 'Say that two partners are one; what later files say of either is of the one that stays',
      method: 'POST',
      path: '/partners/duplicates/merge',
      positional: ['stays', 'goes'],
      input: z.strictObject({
        stays: z.uuid().describe('the one that stays: its values count, the other fills the gaps'),
        goes: z.uuid(),
      }),
      output: partnerOutput,
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ stays, goes }, { caller }) =>
        describe(await partners.find(await merging.merge(caller, stays, goes))),
    }),
    ...cardOperations(cards, partners),
    ...importOperations(imports, jobs, saidDifferent),
  ]
}

/** A list shows the name of a person who is the partner herself. */
/** What a list shows of persons. */
export function shownInList({ row, content }: Partner): ShownData[] {
  const person = personIn(content)
  if (person?.company !== null) return []
  const claims = person.kinds.filter((kind) => listed.has(kind))
  return [{ partner: row.id, subject: null, grantId: null, claims }]
}

const listed: ReadonlySet<string> = new Set(['name', 'kvk_number', 'vat_number', 'dealings'])

function shownFully({ row, content }: Partner, shared: readonly SharedValue[]): ShownData[] {
  const person = personIn(content)
  const own = person ? [{ partner: row.id, subject: null, grantId: null, claims: [...person.kinds] }] : []
  // What a partner states to us of its own accord is about our own company.
  const seen = shared.filter(
    ({ hidden, state, grantId }) => !hidden && state !== 'withdrawn' && grantId !== null,
  )
  const grants = new Map<string, ShownData>()
  for (const { grantId, subject, claim } of seen) {
    const known = grants.get(`${grantId} ${subject}`)
    const claims = [...(known?.claims ?? []), claim]
    grants.set(`${grantId} ${subject}`, { partner: row.id, subject, grantId, claims })
  }
  return [...own, ...grants.values()]
}

const shownCards = ({ row }: Partner, persons: readonly CardPerson[]): ShownData[] =>
  persons.length === 0
    ? []
    : [{ partner: row.id, subject: null, grantId: null, claims: ['name', 'email', 'phone'] }]

const describe = ({ row, content, contact }: Partner) => ({
  id: row.id,
  name: content.name,
  kind: row.kind,
  kvk: row.kvk,
  vat: row.vat,
  roles: [...row.roles],
  activity: {
    ...describeBooks(content.books),
    ...(row.inactiveSaidAt !== null && { state: 'inactive' as const }),
  },
  inactive_said_at: isoTimeOrNull(row.inactiveSaidAt),
  in_network: row.networkState === 'in_network',
  network_state: row.networkState,
  did: row.did,
  person: {
    no_marketing: contact.noMarketingAt !== null,
    restricted: contact.restrictedAt !== null,
    erased: contact.isErased,
  },
  updated_at: isoTime(row.updatedAt),
})

const describeListed = (partner: Partner, invitation: NewestInvitation | undefined) => ({
  ...describe(partner),
  invitation: invitation ?? null,
})

function describeFully(partner: Partner, invitation: NewestInvitation | undefined) {
  const { row, content } = partner
  const { contact, email, phone, website, iban, bic, street, postcode, city, country } = content.details
  return {
    ...describeListed(partner, invitation),
    network: {
      state: row.networkState,
      did: row.did,
      wallet: row.wallet,
      checked_at: isoTimeOrNull(row.networkCheckedAt),
    },
    contact: { name: contact ?? null, email: email ?? null, phone: phone ?? null },
    address: {
      street: street ?? null,
      postcode: postcode ?? null,
      city: city ?? null,
      country: country ?? null,
    },
    website: website ?? null,
    iban: iban ?? null,
    bic: bic ?? null,
    informed_due_at: isoTimeOrNull(row.informDueAt),
    created_at: isoTime(row.createdAt),
  }
}
