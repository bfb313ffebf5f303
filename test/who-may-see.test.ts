import { beforeAll, expect, test } from 'vitest'
import { accessEventTable, receivedGrantTable } from '../src/access/index.ts'
import { parseSdJwt, unfoldSdJwt } from '../src/sd-jwt/index.ts'
import { createRandom, newSeed, type Random } from './faults/support/random.ts'
import { ask } from './support/attacker.ts'
import { addBroker, BROKER_KVK, brokers } from './support/broker.ts'
import { onEachEngine } from './support/engines.ts'
import { bare, type Inside, openInside } from './support/inside.ts'
import {
  type Answer,
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'
import { type Subject, WhoMaySee } from './support/who-may-see.ts'

const STEPS = Number(process.env.REGIE_STEPS ?? 500)
/** Steps in which a model that forgets that a grant was taken back must be found out. */
const CONTROL_STEPS = 400
const MINUTE_MS = 60_000
/** A step takes a twentieth of a second; several times that on a machine that does more. */
const LONGEST_MS = 60_000 + STEPS * 400

const claimsOf: Readonly<Record<Subject, readonly string[]>> = {
  partner: ['company-profile.email', 'company-profile.phone_number', 'company-profile.website'],
  bram: ['contact-person.email', 'contact-person.phone_number', 'contact-person.job_title'],
}
const subjects = ['partner', 'bram'] as const
const askers = [
  { name: 'sanne', role: 'account_manager' },
  { name: 'piet', role: 'packer' },
] as const
type Actor = (typeof askers)[number] | (typeof brokers)[number]
const purposes = { 'order-management': 'CustomerOrderManagement', delivery: 'DeliveryOfGoods' } as const
type Purpose = keyof typeof purposes

interface Pending {
  readonly id: string
  readonly subject: Subject
  readonly claims: readonly string[]
  readonly purpose: Purpose
  readonly asker: (typeof askers)[number]
  readonly mayAskToPassOn: boolean
}

interface Known {
  readonly id: string
  readonly subject: Subject
  readonly purpose: Purpose
  readonly claims: readonly string[]
  /** Whom it names. */
  readonly named: readonly Actor[]
  readonly mayPassOn: boolean
  /** Roles of an intermediary beyond which nobody there may look; null where the owner says nothing of it. */
  readonly readers: readonly string[] | null
  /** The grant credential that is shown. */
  readonly compact: string
  /** The delegation beside it, where it is a link. */
  readonly delegation?: string
}

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let broker: TestNode
  let middle: Inside
  let wallets: Readonly<Record<Subject, string>>

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/people', {
      account: 'piet',
      given_name: 'Piet',
      family_name: 'Pakker',
      email: 'piet@nietmachine.example',
      role: 'packer',
      roles: ['account_manager'],
    })
    broker = await addBroker(trio)
    company = await openInside(trio.company, trio.clock)
    middle = await openInside(broker, trio.clock)
    const partner = await openInside(trio.partner, trio.clock)
    wallets = { partner: partner.wallet, bram: await partner.walletOf('bram') }
  })

  /** One long life of a network, step by step, beside the model. */
  class Life {
    readonly model: WhoMaySee
    readonly story: string[] = []
    readonly counts = { seen: 0, refused: 0, given: 0, passedOn: 0, takenBack: 0, corrected: 0 }
    readonly #random: Random
    readonly #pending: Pending[] = []
    readonly #grants: Known[] = []
    /** Grants of which an owner cut the intermediary. */
    readonly #keptOut = new Set<string>()
    #serial = 0

    constructor(random: Random, model = new WhoMaySee()) {
      this.#random = random
      this.model = model
    }

    async begin(): Promise<void> {
      for (const subject of subjects)
        for (const claim of claimsOf[subject]) await this.#correct(subject, claim)
    }

    async step(): Promise<void> {
      const chance = this.#random.between(1, 100)
      if (chance <= 5) await this.#request()
      else if (chance <= 12) await this.#decide()
      else if (chance <= 15) await this.#passOn()
      else if (chance <= 19) await this.#takeBack()
      else if (chance <= 22) await this.#correctAny()
      else if (chance <= 23) this.#wait()
      else await this.#look()
      this.story.splice(0, this.story.length - 25)
    }

    async #request(): Promise<void> {
      if (this.#pending.length >= 12) return this.#decide()
      const asker = this.#pick(askers)
      const purpose = this.#pick(Object.keys(purposes)) as Purpose
      const claims = this.#some(subjects.flatMap((subject) => claimsOf[subject]))
      const mayAskToPassOn = this.#chance(2)
      this.#tell(`${asker.name} asks for ${claims} for ${purpose}${mayAskToPassOn ? ', to pass on' : ''}`)
      const made = await trio.company.call(asker.name, 'POST', '/access/requests', {
        ...newRequest,
        claims,
        purpose: [purpose],
        ...(mayAskToPassOn && { pass_on: 'Onze tussenpersoon maakt uw offerte' }),
      })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      for (const subject of subjects) {
        const asked = claimsOf[subject].filter((claim) => claims.includes(claim))
        if (asked.length === 0) continue
        const list = await this.#call<{ items: { id: string }[] }>(subject, 'GET', '/requests?state=pending')
        const id = list.body.items.find((item) => !this.#pending.some((known) => known.id === item.id))?.id
        this.#pending.push({ id: id ?? '', subject, claims: asked, purpose, asker, mayAskToPassOn })
      }
    }

    async #decide(): Promise<void> {
      const request = this.#pick(this.#pending)
      if (!request) return this.#request()
      const { subject, asker, purpose } = request
      const by = this.#chance(8) ? other(subject) : subject
      if (this.#chance(5)) {
        this.#tell(`${by} says no to ${request.id} about ${subject}`)
        const { status } = await this.#call(by, 'POST', `/requests/${request.id}/denial`, {})
        expect(status).toBe(by === subject ? 201 : 403)
        if (by === subject) this.#forget(request)
        return
      }
      const claims = this.#chance(2) ? this.#some(request.claims) : request.claims
      const roles = this.#chance(3) ? this.#some(askers.map(({ role }) => role)) : [asker.role]
      const isOnlyAsker = this.#chance(4)
      const until = this.#pick(['PT20M', 'PT2H', 'P30D'])
      const mayPassOn = request.mayAskToPassOn && this.#chance(2)
      const readers = mayPassOn && this.#chance(2) ? this.#some(brokers).map(({ role }) => role) : null
      this.#tell(
        `${by} opens ${claims} of ${subject} until ${until} to ${isOnlyAsker ? asker.name : roles}` +
          `${mayPassOn ? `, to pass on${readers ? ` to ${readers}` : ''}` : ''}`,
      )
      const { status, body } = await this.#call<{ grant: { id: string; until: string } }>(
        by,
        'POST',
        `/requests/${request.id}/approval`,
        {
          ...{ only: claims, until },
          ...(isOnlyAsker ? { only_asker: true } : { roles }),
          ...(mayPassOn && { allow_passing_on: true }),
          ...(readers && { pass_on_roles: readers }),
        },
      )
      expect(status).toBe(by === subject ? 201 : 403)
      if (by !== subject) return
      this.#forget(request)
      const { id } = body.grant
      this.model.gives(id, {
        ...{ subject, claims, purpose, roles },
        person: isOnlyAsker ? asker.name : null,
        until: Date.parse(body.grant.until),
      })
      const named = isOnlyAsker ? [asker] : askers.filter(({ role }) => roles.includes(role))
      const compact = await received(id)
      this.#grants.push({ id, subject, purpose, claims, named, mayPassOn, readers, compact })
      this.counts.given++
    }

    /** The company has its intermediary read, where the owner allowed that. */
    async #passOn(): Promise<void> {
      const grants = this.#grants.filter(
        ({ id, delegation }) =>
          // Where the intermediary was cut nothing is passed on: when the company hears of it is another test's.
          delegation === undefined && !this.#keptOut.has(id) && this.model.isOpen(id, trio.clock.now()),
      )
      const grant = this.#chance(4)
        ? this.#random.pick(grants)
        : grants.findLast(({ mayPassOn }) => mayPassOn)
      if (!grant) return this.#decide()
      const { subject, purpose } = grant
      const person = this.#chance(3) ? this.#pick(brokers) : null
      const named = person ? [person] : this.#some(brokers)
      const roles = person ? [] : named.map(({ role }) => role)
      const claims = this.#some(grant.claims)
      this.#tell(`the company passes ${claims} of ${grant.id} on to ${person ? person.name : roles}`)
      const order = {
        grant: grant.id,
        to: BROKER_KVK,
        claims: [...claims],
        ...(person ? { persons: [(await middle.person(person.name)).did] } : { roles }),
      }
      const made = await trio.company.call<{ id: string; until: string }>(
        'company',
        'POST',
        '/delegations',
        order,
      )
      const { mayPassOn, readers } = grant
      const isWithin = !readers || (!person && roles.every((role) => readers.includes(role)))
      expect(made.status).toBe(mayPassOn ? (isWithin ? 201 : 400) : 403)
      if (!mayPassOn || !isWithin) return
      const { id, until } = made.body
      const { compact, delegation } = await passedOn(id)
      this.model.gives(id, {
        ...{ subject, claims, purpose, roles, person: person?.name ?? null, grant: grant.id },
        until: Date.parse(until),
      })
      this.#grants.push({
        ...{ id, subject, purpose, claims, named, compact, delegation },
        ...{ mayPassOn: false, readers: null },
      })
      this.counts.passedOn++
    }

    async #takeBack(): Promise<void> {
      const grant = this.#anyGrant()
      if (!grant) return this.#decide()
      const { subject } = grant
      if (this.#chance(6)) {
        this.#tell(`${subject} takes back all for ${grant.purpose}`)
        const { status } = await this.#call(subject, 'POST', '/revocations', { purpose: grant.purpose })
        expect(status).toBeLessThan(300)
        this.model.takesBack(subject, (_id, { purpose, grant: link }) => !link && purpose === grant.purpose)
        return
      }
      const by = this.#chance(6) ? other(subject) : subject
      this.#tell(`${by} takes back ${grant.id} of ${subject}`)
      const path = grant.delegation ? `/links/${grant.id}/cut` : `/grants/${grant.id}/revocation`
      const { status } = await this.#call(by, 'POST', path, {})
      expect(status).toBe(by === subject ? 200 : 403)
      if (by === subject && grant.delegation) this.#keptOut.add(this.model.cuts(subject, grant.id) ?? '')
      else if (by === subject) this.model.takesBack(subject, (id) => id === grant.id)
      this.counts.takenBack++
    }

    #correctAny(): Promise<void> {
      const subject = this.#pick(subjects)
      return this.#correct(subject, this.#pick(claimsOf[subject]))
    }

    async #correct(subject: Subject, claim: string): Promise<void> {
      const name = nameOf(claim)
      const value = values[name]?.(this.#serial++) ?? ''
      this.#tell(`${subject} corrects ${claim}`)
      const path = subject === 'bram' ? '/me/profile' : '/profile'
      const { status } = await trio.partner.call(subject, 'POST', path, { [name]: value })
      expect(status).toBe(200)
      this.model.says(claim, value)
      this.counts.corrected++
    }

    #wait(): void {
      this.#tell('time goes by')
      trio.clock.advance(5 * MINUTE_MS)
    }

    async #look(): Promise<void> {
      const grant = this.#anyGrant()
      if (!grant) return this.#decide()
      const all = grant.delegation ? brokers : askers
      const actor: Actor | null = this.#chance(20) ? null : this.#pick(this.#chance(3) ? all : grant.named)
      const subject = this.#chance(15) ? other(grant.subject) : grant.subject
      const claims = this.#some(this.#chance(4) ? claimsOf[subject] : grant.claims)
      const purpose = this.#chance(15) ? (this.#pick(Object.keys(purposes)) as Purpose) : grant.purpose
      const look = { actor, by: grant.id, subject, claims, purpose, now: trio.clock.now() }
      this.#tell(
        `${actor?.name ?? 'somebody'} looks at ${claims} of ${subject} under ${grant.id} for ${purpose}`,
      )
      const { delegation } = grant
      const got = await ask(delegation ? middle : company, {
        wallet: wallets[subject],
        claims,
        grant: grant.compact,
        actor: actor?.name ?? null,
        edit: (draft) => {
          draft['urn:regie:access'].purpose = [`https://w3id.org/dpv#${purposes[purpose]}`]
        },
        ...(delegation && {
          tamper: (draft) => {
            draft.verifier_info = [...(draft.verifier_info ?? []), { format: 'dc+sd-jwt', data: delegation }]
          },
        }),
      })
      const expected = this.model.sees(look)
      const seen = got.status === 200 ? shown(got.body.vp_token, claims) : null
      expect({ seen, status: got.status }).toEqual({ seen: expected, status: expected ? 200 : 403 })
      this.counts[expected ? 'seen' : 'refused']++
    }

    /** Mostly one of the last, so that what is live is looked at as often as what is over. */
    #anyGrant(): Known | undefined {
      return this.#chance(3) ? this.#random.pick(this.#grants) : this.#random.pick(this.#grants.slice(-4))
    }

    #forget({ id }: Pending): void {
      this.#pending.splice(
        this.#pending.findIndex((request) => request.id === id),
        1,
      )
    }

    #call<T>(as: Subject, method: string, path: string, body?: object): Promise<Answer<T>> {
      return trio.partner.call<T>(as, method, `/access${path}`, body)
    }

    #chance(oneIn: number): boolean {
      return this.#random.between(1, oneIn) === 1
    }

    #pick<T>(items: readonly T[]): T {
      return this.#random.pick(items) as T
    }

    /** One of them or more, in their order. */
    #some<T>(items: readonly T[]): T[] {
      const some = items.filter(() => this.#chance(2))
      return some.length > 0 ? some : [this.#pick(items)]
    }

    #tell(line: string): void {
      this.story.push(line)
    }
  }

  /** The grant as the asker shows it, once it has arrived. */
  async function received(id: string): Promise<string> {
    const { store, credentials } = company
    const row = await eventually(() => store.reader.findOneBy(receivedGrantTable, { id }), 'the grant')
    const held = await credentials.findHeld(store.reader, row.credentialId)
    if (!held) throw new Error('a grant without its credential')
    return bare(await credentials.open(held))
  }

  /** What the intermediary shows, once it has arrived. */
  async function passedOn(id: string): Promise<{ compact: string; delegation: string }> {
    const { store, credentials } = middle
    const row = await eventually(
      () => store.reader.findOneBy(receivedGrantTable, { id, state: 'live' }),
      'the delegation',
    )
    const held = await credentials.findHeld(store.reader, row.credentialId)
    if (!held || !row.delegation) throw new Error('a delegation without its credential')
    return { compact: row.delegation.grant, delegation: await credentials.open(held) }
  }

  test(
    `in ${STEPS} steps nobody sees more or less than was granted, nor an older value`,
    async () => {
      const seed = newSeed()
      const life = new Life(createRandom(seed))
      const looksBefore = await looks()
      const began = Date.now()
      await life.begin()
      for (let step = 0; step < STEPS; step++)
        await life.step().catch((error: unknown) => {
          throw new Error(`REGIE_SEED=${seed}, step ${step}:\n${life.story.join('\n')}`, { cause: error })
        })
      const { counts } = life
      console.info(`${engine}, REGIE_SEED=${seed}: ${JSON.stringify(counts)} in ${Date.now() - began} ms`)
      // Each look is in the owner's log, whatever came of it.
      expect((await looks()) - looksBefore).toBe(counts.seen + counts.refused)
      expect(Math.min(counts.seen, counts.refused)).toBeGreaterThan(STEPS / 10)
      expect(Math.min(counts.given, counts.takenBack, counts.corrected)).toBeGreaterThan(STEPS / 100)
      expect(counts.passedOn).toBeGreaterThan(STEPS / 1_000)
    },
    LONGEST_MS,
  )

  test('a model that forgets what was taken back is found out', async () => {
    const model = new WhoMaySee()
    model.takesBack = () => undefined
    const life = new Life(createRandom(7), model)
    await life.begin()
    const steps = async () => {
      for (let step = 0; step < CONTROL_STEPS; step++) await life.step()
    }
    await expect(steps()).rejects.toThrow(/403/)
  }, 120_000)

  const looks = async () => {
    const partner = await openInside(trio.partner, trio.clock)
    const found = await partner.store.reader.countBy(accessEventTable, { outcome: 'permit' })
    return found + (await partner.store.reader.countBy(accessEventTable, { outcome: 'deny' }))
  }
})

const other = (subject: Subject): Subject => (subject === 'bram' ? 'partner' : 'bram')
const nameOf = (claim: string): string => claim.slice(claim.indexOf('.') + 1)

/** Something new to say of each claim. */
const values: Readonly<Record<string, (n: number) => string>> = {
  email: (n) => `adres${n}@kruimelkoning.example`,
  phone_number: (n) => `+3110${String(1_000_000 + n)}`,
  website: (n) => `https://kruimelkoning.example/${n}`,
  job_title: (n) => `bakker ${n}`,
}

/** What a presentation shows of these claims; it may show no other claim that can be hidden. */
function shown(token: Readonly<Record<string, readonly string[]>> | undefined, claims: readonly string[]) {
  const visible = Object.values(token ?? {}).flatMap((presentations) =>
    presentations.map((compact) => {
      const sdJwt = parseSdJwt(compact)
      const { payload } = unfoldSdJwt(sdJwt)
      return Object.fromEntries(
        Object.keys(values).flatMap((name) => (name in payload ? [[name, payload[name]]] : [])),
      )
    }),
  )
  const all = Object.assign({}, ...visible) as Record<string, unknown>
  expect(Object.keys(all).sort()).toEqual(claims.map(nameOf).sort())
  return claims.map((claim) => all[nameOf(claim)])
}
