import { setTimeout as pause } from 'node:timers/promises'
import { receivedGrantTable, sentRequestTable } from '../../../src/access/index.ts'
import { heldCredentialTable } from '../../../src/credentials/index.ts'
import { ask, verdict } from '../../support/attacker.ts'
import { bare, type Inside } from '../../support/inside.ts'
import { type Answer, newRequest, type TestNode } from '../../support/nodes.ts'
import { type Acknowledged, claimOf, type Subject } from './acknowledged.ts'
import type { Random } from './random.ts'

export interface ClientsDeps {
  readonly company: TestNode
  /** The company from the inside: what it holds, and Asks made with its keys. */
  readonly inside: Inside
  readonly partner: Pick<TestNode, 'call'>
  readonly acknowledged: Acknowledged
  readonly random: Random
  /** Refusals that may be met on the way, as `503 disk_full`. */
  readonly tolerates: readonly string[]
  /** Takes what must never be answered. */
  readonly problem: (text: string) => void
}

/** How many of each work at the same time. */
const AT_ONCE = { request: 2, approve: 3, revoke: 2, declare: 1, read: 2, askBack: 1 } as const
/** As many requests wait before the clients let the owner catch up: fewer than a node lets one asker have. */
const MAX_WAITING = 12

/** Clients that work with a partner's node until they are told to stop, and write down what they were told is done. */
export class Clients {
  readonly #deps: ClientsDeps
  #working: Promise<unknown> | undefined
  #stopped = true
  #declared = 0
  /** Requests that nobody approved yet, as far as we know, and how many there may be in all. */
  #waiting: Waiting[] = []
  #pending = 0
  #looking: Promise<void> | undefined

  constructor(deps: ClientsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stopped = false
    const work = {
      request: () => this.#request(),
      approve: () => this.#approve(),
      revoke: () => this.#revoke(),
      declare: () => this.#declare(),
      read: () => this.#read(),
      askBack: () => this.#askBack(),
    }
    this.#working = Promise.all(
      Object.entries(AT_ONCE).flatMap(([name, count]) =>
        Array.from({ length: count }, () => this.#repeat(work[name as keyof typeof work])),
      ),
    )
  }

  /** Begins nothing new, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  /** What reading under a grant comes to now; null while the company does not hold it. */
  async readUnder(grantId: string): Promise<string | null> {
    const { inside, acknowledged } = this.#deps
    const paper = await this.paperOf(grantId)
    if (!paper) return null
    return verdict(
      await ask(inside, { ...paper, claims: [claimOf[acknowledged.grants.get(grantId) ?? 'partner']] }),
    )
  }

  /** A grant as the company shows it, and to whom; null while it does not hold it. */
  async paperOf(grantId: string): Promise<{ wallet: string; grant: string } | null> {
    const { inside } = this.#deps
    const { reader } = inside.store
    const row = await reader.findOneBy(receivedGrantTable, { id: grantId })
    const held = row && (await reader.findOneBy(heldCredentialTable, { id: row.credentialId }))
    return held && { wallet: row.grantorWallet, grant: bare(await inside.credentials.open(held)) }
  }

  async #repeat(work: () => Promise<boolean>): Promise<void> {
    while (!this.#stopped) {
      const found = await work().catch((error: Error) => {
        // The node is gone, with or without having heard us.
        if (!isCutOff(error)) this.#deps.problem(`a client met ${error.stack}`)
        return false
      })
      await (found ? undefined : pause(5))
    }
  }

  /** The company asks; the partner's node keeps the request. */
  async #request(): Promise<boolean> {
    const { company, inside, acknowledged, random } = this.#deps
    if (this.#pending >= MAX_WAITING) return false
    const subject: Subject = random.next() < 0.7 ? 'partner' : 'bram'
    const asked = await company.call<Asked>('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: [claimOf[subject]],
    })
    if (asked.status !== 201) {
      // 502: the partner went away; 409: it has enough of us for now.
      if (asked.status !== 502 && asked.body.code !== 'too_many_pending_requests')
        this.#unexpected('a request', asked)
      return false
    }
    const row = await inside.store.reader.findOneBy(sentRequestTable, { id: asked.body.id })
    if (row) acknowledged.requests.add(row.digest)
    this.#pending++
    return true
  }

  async #approve(): Promise<boolean> {
    const { partner, acknowledged } = this.#deps
    if (this.#waiting.length === 0) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
    const next = this.#waiting.shift()
    if (!next) return false
    this.#pending--
    const path = `/access/requests/${next.id}/approval`
    const given = await partner.call<Given>(next.subject, 'POST', path, {})
    if (given.status === 201) acknowledged.grants.set(given.body.grant.id, next.subject)
    // It may have been approved before, by one who was not told.
    else if (given.body.code !== 'request_decided') this.#unexpected('an approval', given)
    return true
  }

  async #look(): Promise<void> {
    const found = await Promise.all(
      (['partner', 'bram'] as const).map(async (subject): Promise<Waiting[]> => {
        const { body } = await this.#deps.partner.call<{ items?: Asked[] }>(
          subject,
          'GET',
          '/access/requests?state=pending',
        )
        return (body.items ?? []).map(({ id }) => ({ id, subject }))
      }),
    )
    this.#waiting = found.flat()
    this.#pending = this.#waiting.length
  }

  async #revoke(): Promise<boolean> {
    const { acknowledged, random } = this.#deps
    const live = [...acknowledged.grants].filter(([id]) => !acknowledged.revoking.has(id))
    // Some stay, to be read.
    if (live.length < 12) return false
    const [id] = random.pick(live) ?? ['']
    await this.revoke(id)
    return true
  }

  /** Takes back a grant that was given. */
  async revoke(id: string): Promise<void> {
    const { partner, acknowledged } = this.#deps
    const subject = acknowledged.grants.get(id) ?? 'partner'
    acknowledged.revoking.add(id)
    const revoked = await partner.call<Asked>(subject, 'POST', `/access/grants/${id}/revocation`, {})
    if (revoked.status === 200) acknowledged.revoked.add(id)
    else this.#unexpected('a revocation', revoked)
  }

  async #declare(): Promise<boolean> {
    const { partner, acknowledged } = this.#deps
    const number = Math.max(this.#declared, acknowledged.profile) + 1
    this.#declared = number
    const website = `https://kruimelkoning.example/${number}`
    const declared = await partner.call<Asked>('partner', 'POST', '/profile', { website })
    if (declared.status === 200) acknowledged.profile = number
    else this.#unexpected('a profile', declared)
    return true
  }

  /** A read that begins after its revocation was acknowledged must be refused. */
  async #read(): Promise<boolean> {
    const { acknowledged, random } = this.#deps
    const id = random.pick([...acknowledged.grants.keys()])
    if (!id) return false
    const isRevoked = acknowledged.revoked.has(id)
    const read = await this.readUnder(id)
    if (read === null) return false
    const isRight = isRevoked
      ? read === '403 grant_revoked'
      : read === '200' || (acknowledged.revoking.has(id) && read === '403 grant_revoked')
    if (!isRight && !this.#deps.tolerates.includes(read))
      this.#deps.problem(`a read under a ${isRevoked ? 'revoked' : 'live'} grant came to ${read}`)
    return true
  }

  /** The partner asks the company; the company says no at once, so that requests do not pile up. */
  async #askBack(): Promise<boolean> {
    const { company, partner, acknowledged } = this.#deps
    const asked = await partner.call<Asked>('partner', 'POST', '/access/requests', {
      ...newRequest,
      partner: '48316274',
      claims: ['company-profile.email'],
    })
    if (asked.status === 201) acknowledged.sent.add(asked.body.id)
    else this.#unexpected('a request of the partner', asked)
    await this.denyAll(company)
    await pause(50)
    return true
  }

  async denyAll(company: TestNode): Promise<void> {
    const { body } = await company.call<{ items: Asked[] }>(
      'company',
      'GET',
      '/access/requests?state=pending',
    )
    for (const { id } of body.items)
      await company.call('company', 'POST', `/access/requests/${id}/denial`, { reason: 'Nu niet' })
  }

  #unexpected(what: string, { status, body }: Answer<Asked | Given>): void {
    const answer = `${status} ${body.code}`
    if (!this.#deps.tolerates.includes(answer)) this.#deps.problem(`${what} was answered ${answer}`)
  }
}

interface Waiting {
  readonly id: string
  readonly subject: Subject
}

interface Asked {
  readonly id: string
  readonly code?: string
}

interface Given {
  readonly grant: { readonly id: string }
  readonly code?: string
}

const CUT_OFF = /fetch failed|terminated|socket hang up|ECONN|other side closed|aborted|EPIPE/

const isCutOff = (error: Error): boolean =>
  CUT_OFF.test(`${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}`)
